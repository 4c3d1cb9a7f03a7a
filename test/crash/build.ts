import { spawnSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Compiles the library and the host app as they stand now into a folder of their own, since Node alone strips types and knows no
 * decorators. Returns the folder.
 */
export function build(): string {
  const folder = mkdtempSync(join(tmpdir(), 'whatsapp-bridge-crash-'));
  const swc = join(ROOT, 'node_modules/@swc/cli/bin/swc.js');
  const { status, stderr } = spawnSync(
    process.execPath, [swc, 'lib', 'test/crash', '-d', folder, '--ignore', '**/*.spec.ts', '-q'], { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The library could not be compiled:\n${stderr}`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
