import { beforeAll, describe, expect, it } from '@jest/globals';
import { run } from './support/command.ts';

describe('the package', () => {
  let files: string[];

  beforeAll(async () => {
    const list = await run('tar', ['-tzf', process.env.PACKAGING_TARBALL ?? ''], { cwd: '/', env: process.env });
    files = list.trim().split('\n').map((line) => line.replace(/^package\//, ''));
  });

  it('holds what a reader of a package looks for', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json']));
  });

  it('holds nothing but these and the two builds', () => {
    const others = files.filter((file) => !/^dist\/(?:esm|cjs)\/(?:.*\.(?:js|js\.map|d\.ts)|package\.json)$/.test(file));
    expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files.filter((file) => file.includes('.spec.'))).toEqual([]);
  });

  it.each(['esm', 'cjs'])('holds the whole %s build: entry points, what runs in threads and processes, declarations', (build) => {
    const inBuild = (other: string): string[] => files.filter((file) => file.startsWith(`dist/${other}/`)).map((file) => file.slice(9));
    const entries = ['index.js', 'testing/index.js', 'ledger/ledger.worker.js', 'testing/simulator-process.js', 'package.json'];
    expect(inBuild(build)).toEqual(expect.arrayContaining(entries));
    expect(inBuild(build).sort()).toEqual(inBuild(build === 'esm' ? 'cjs' : 'esm').sort());
    const undeclared = inBuild(build).filter((file) => file.endsWith('.js') && !inBuild(build).includes(file.replace(/js$/, 'd.ts')));
    expect(undeclared).toEqual([]);
  });
});
