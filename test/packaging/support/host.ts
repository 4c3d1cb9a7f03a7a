import { copyFile, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from './command.ts';
import type { NodeRuntime } from './node-runtime.ts';

const HOSTS = resolve(import.meta.dirname, '../../hosts');

/** A host app from `test/hosts` (its own files over the common ones), copied out of the repository and installed with the packed library. */
export class Host {
  private readonly folder: string;
  private readonly runtime: NodeRuntime;

  private constructor(folder: string, runtime: NodeRuntime) {
    this.folder = folder;
    this.runtime = runtime;
  }

  /** `dependencies` come on top of those in the host's own package.json. */
  static async install(name: string, runtime: NodeRuntime, dependencies: Record<string, string> = {}): Promise<Host> {
    const folder = await mkdtemp(join(environment('PACKAGING_FOLDER'), `${name}-`));
    for (const part of ['common', name]) await cp(join(HOSTS, part), folder, { recursive: true });
    await copyFile(environment('PACKAGING_TARBALL'), join(folder, 'nestjs-whatsapp-bridge.tgz'));
    const file = join(folder, 'package.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
    Object.assign(manifest.dependencies, dependencies);
    await writeFile(file, JSON.stringify(manifest));
    await run('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder, env: runtime.env });
    return new Host(folder, runtime);
  }

  /** Runs one of the host's own files, or Node with these arguments; it must end within a minute. */
  node(...args: string[]): Promise<string> {
    return run(this.runtime.node, args, { cwd: this.folder, env: this.runtime.env, timeout: 60_000 });
  }

  /** Compiles the host with its own TypeScript. */
  tsc(...args: string[]): Promise<string> {
    return this.node('node_modules/typescript/bin/tsc', '-p', '.', ...args);
  }

  /**
   * What TypeScript finds wrong in the host and in the library's declarations with this way of resolving modules, every
   * declaration file checked. Complaints about other packages' declarations are theirs.
   */
  async typeErrors(module: string, moduleResolution: string): Promise<string[]> {
    const flags = ['--noEmit', '--skipLibCheck', 'false', '--module', module, '--moduleResolution', moduleResolution];
    const output = await this.tsc(...flags).catch((error: Error) => error.message);
    return output.split('\n').filter((line) => /^(?:src|node_modules\/nestjs-whatsapp-bridge)\/|^error TS/.test(line));
  }
}

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run npm run test:packaging.`);
  return value;
}
