import { beforeAll, describe, expect, it } from '@jest/globals';
import { ROUND } from './support/expected.ts';
import { Host } from './support/host.ts';
import { jsonOnLastLine } from './support/last-line.ts';
import { repositoryNode } from './support/node-runtime.ts';

describe('an ESM host on Nest 12 and Fastify', () => {
  let host: Host;

  beforeAll(async () => {
    host = await Host.install('nest-12-esm-fastify', repositoryNode());
    await host.tsc();
  });

  it.each([['nodenext', 'nodenext'], ['esnext', 'bundler']])('compiles with module %s and moduleResolution %s', async (module, resolution) => {
    expect(await host.typeErrors(module, resolution)).toEqual([]);
  });

  it('lets one message go all the way round', async () => {
    expect(jsonOnLastLine(await host.node('dist/main.js'))).toEqual(ROUND);
  });
});
