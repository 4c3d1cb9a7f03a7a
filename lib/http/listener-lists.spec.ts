import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BURST = fileURLToPath(new URL('../../test/support/listener-lists.process.ts', import.meta.url));
// In one thread, and with nothing compiled beforehand, V8 judges at the same moments in every run.
const FLAGS = ['--disable-warning=ExperimentalWarning', '--single-threaded', '--expose-gc', '--min-semi-space-size=1', '--max-semi-space-size=1'];

/** Bytes that what was over at once left among the old objects, in a process that had begun with a burst. */
function leftBehind(...preparation: string[]): number {
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
  return Number(execFileSync(process.execPath, [...FLAGS, BURST, ...preparation], { encoding: 'utf8', env }));
}

describe('showShortLivedLists', () => {
  it('keeps what hangs on lists of listeners from being carried among the old objects after a burst', () => {
    expect(leftBehind()).toBeGreaterThan(2_000_000);
    expect(leftBehind('prepared')).toBeLessThan(200_000);
  });
});
