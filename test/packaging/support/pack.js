import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Builds and packs once for all specs: they find the tarball in `PACKAGING_TARBALL` and have `PACKAGING_FOLDER` for the host
 * apps that they install.
 */
export default function pack() {
  const folder = mkdtempSync(join(tmpdir(), 'whatsapp-bridge-packaging-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const repository = { cwd: resolve(import.meta.dirname, '../../..'), stdio: ['ignore', 'inherit', 'inherit'] };
  execFileSync('npm', ['run', '--silent', 'build'], repository);
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { ...repository, stdio: 'ignore' });
  process.env.PACKAGING_FOLDER = folder;
  process.env.PACKAGING_TARBALL = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no-tarball');
}
