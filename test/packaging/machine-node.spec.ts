import { beforeAll, describe, expect, it } from '@jest/globals';
import { ROUND } from './support/expected.ts';
import { Host } from './support/host.ts';
import { jsonOnLastLine } from './support/last-line.ts';
import { machineNode } from './support/node-runtime.ts';

/** The repository runs on a Node of its own; a host app runs on what its machine has, with `better-sqlite3` where that Node needs it. */
describe('a CommonJS host on the machine\'s own Node, with better-sqlite3', () => {
  let host: Host;

  beforeAll(async () => {
    host = await Host.install('nest-11-commonjs-express', machineNode(), { 'better-sqlite3': '^12.0.0' });
    await host.tsc();
  });

  it('opens a database with better-sqlite3', async () => {
    expect(await host.node('-p', 'new (require("better-sqlite3"))(":memory:").prepare("select 1 + 1").pluck().get()')).toBe('2\n');
  });

  it('lets one message go all the way round', async () => {
    expect(jsonOnLastLine(await host.node('dist/main.js'))).toEqual(ROUND);
  });
});
