import { describe, expect, it } from '@jest/globals';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Server } from 'node:net';
import { ListenBacklog, withBacklog } from './listen-backlog.ts';

const listening = (): void => undefined;

describe('withBacklog', () => {
  it.each<[unknown[], unknown[]]>([
    [[3000], [{ port: 3000, host: undefined, backlog: 4096 }]],
    [['3000', listening], [{ port: 3000, host: undefined, backlog: 4096 }, listening]],
    [[0, '127.0.0.1', listening], [{ port: 0, host: '127.0.0.1', backlog: 4096 }, listening]],
    [['/run/app.sock'], [{ path: '/run/app.sock', backlog: 4096 }]],
    [[{ port: 1, host: 'a' }, listening], [{ port: 1, host: 'a', backlog: 4096 }, listening]],
    [[{ port: 1, backlog: 5 }], [{ port: 1, backlog: 5 }]],
    [[3000, 'a', 5], [3000, 'a', 5]],
    [[{ fd: 3 }], [{ fd: 3 }]],
    [[], [{ port: 0, host: undefined, backlog: 4096 }]],
  ])('makes %p %p', (args, expected) => {
    expect(withBacklog(args)).toEqual(expected);
  });
});

@Module({ providers: [ListenBacklog] })
class HostModule {}

describe.each([['Express', () => new ExpressAdapter()], ['Fastify', () => new FastifyAdapter()]] as const)('a host on %s', (_, adapter) => {
  it('listens where it was told to, with the longer queue', async () => {
    const app: INestApplication = await NestFactory.create(HostModule, adapter(), { logger: false });
    const server = app.getHttpServer() as Server;
    const asked: unknown[][] = [];
    const listen = server.listen.bind(server) as (...args: unknown[]) => Server;
    server.listen = ((...args: unknown[]) => {
      asked.push(args);
      return listen(...args);
    }) as Server['listen'];
    await app.listen(0, '127.0.0.1');
    expect(asked[0]?.[0]).toMatchObject({ port: 0, host: '127.0.0.1', backlog: 4096 });
    expect((await fetch(await app.getUrl())).status).toBe(404);
    await app.close();
  });
});
