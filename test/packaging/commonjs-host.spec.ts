import { beforeAll, describe, expect, it } from '@jest/globals';
import { EXPORTS, ROUND } from './support/expected.ts';
import { Host } from './support/host.ts';
import { jsonOnLastLine } from './support/last-line.ts';
import { repositoryNode } from './support/node-runtime.ts';

describe('a CommonJS host on Nest 11 and Express', () => {
  let host: Host;

  beforeAll(async () => {
    host = await Host.install('nest-11-commonjs-express', repositoryNode());
    await host.tsc();
  });

  it.each([['nodenext', 'nodenext'], ['node16', 'node16'], ['esnext', 'bundler'], ['commonjs', 'node10']])(
    'compiles with module %s and moduleResolution %s', async (module, resolution) => {
      expect(await host.typeErrors(module, resolution)).toEqual([]);
    });

  it('lets one message go all the way round', async () => {
    expect(jsonOnLastLine(await host.node('dist/main.js'))).toEqual(ROUND);
  });

  it('knows the listeners of the package\'s other copy', async () => {
    expect(jsonOnLastLine(await host.node('dist/both-copies.js'))).toEqual(ROUND);
  });

  it.each(['require', 'import'])('starts a simulator in a process of its own after %s()', async (load) => {
    const start = '({ forkSimulator }) => forkSimulator({ simulator: "aisensy" }).then((it) => it.stop()).then(() => console.log(true))';
    expect(jsonOnLastLine(await host.node('-e', `Promise.resolve(${load}('nestjs-whatsapp-bridge/testing')).then(${start})`))).toBe(true);
  });

  it.each(Object.entries(EXPORTS))('require()s and import()s the same names from %s', async (entry, names) => {
    const list = 'const list = (names) => console.log(JSON.stringify(Object.keys(names).filter((name) => name !== "default").sort()))';
    expect(jsonOnLastLine(await host.node('-e', `${list}; list(require('${entry}'))`))).toEqual(names);
    expect(jsonOnLastLine(await host.node('-e', `${list}; import('${entry}').then(list)`))).toEqual(names);
  });
});
