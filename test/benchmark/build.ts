import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** How a host imports the package. */
export type ModuleKind = 'esm' | 'cjs';

/** The library as it is published, and the subjects, compiled into a folder of their own, beside which a `dist/` may come and go. */
export class Build {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** `library` is the folder whose `lib/` is measured: this repository, or another state of it. */
  static async make(library = ROOT): Promise<Build> {
    const build = new Build(mkdtempSync(join(tmpdir(), 'whatsapp-bridge-bench-')));
    mkdirSync(join(build.folder, 'bridge'));
    mkdirSync(join(build.folder, 'host/node_modules'), { recursive: true });
    copyFileSync(join(library, 'package.json'), join(build.folder, 'bridge/package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(build.folder, 'node_modules'));
    symlinkSync(join(build.folder, 'bridge'), join(build.folder, 'host/node_modules/nestjs-whatsapp-bridge'));
    await Promise.all((['esm', 'cjs'] as const).flatMap((kind) => [
      compile(kind, library, ['lib'], join(build.folder, 'bridge/dist', kind), ['--strip-leading-paths']),
      compile(kind, ROOT, ['test/benchmark'], join(build.folder, 'host', kind), []),
    ]));
    return build;
  }

  /** A subject's file. */
  entry(kind: ModuleKind, file: string): string {
    return join(this.folder, 'host', kind, 'test/benchmark/subjects', file);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function compile(kind: ModuleKind, from: string, sources: string[], into: string, flags: string[]): Promise<void> {
  const swc = join(ROOT, 'node_modules/@swc/cli/bin/swc.js');
  const all = [swc, ...sources, '-d', into, '--ignore', '**/*.spec.ts', '-q', ...flags, ...(kind === 'cjs' ? ['-C', 'module.type=commonjs'] : [])];
  const compiler = spawn(process.execPath, all, { cwd: from, stdio: 'inherit' });
  const [code] = (await once(compiler, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${sources.join(', ')} could not be compiled.`);
  writeFileSync(join(into, 'package.json'), JSON.stringify({ type: kind === 'esm' ? 'module' : 'commonjs' }));
}
