import { describe, expect, it } from '@jest/globals';
import type { HttpAdapterHost } from '@nestjs/core';
import { createServer, type Server } from 'node:http';
import { KeepAlive } from './keep-alive.ts';

function keepAliveOf(server?: Server): KeepAlive {
  return new KeepAlive({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost);
}

describe('KeepAlive', () => {
  it('keeps idle connections longer than a load balancer would, until the app stops', () => {
    const server = createServer();
    const keepAlive = keepAliveOf(server);
    keepAlive.onModuleInit();
    expect(server.keepAliveTimeout).toBe(72_000);
    keepAlive.onModuleDestroy();
    expect(server.keepAliveTimeout).toBe(5_000);
  });

  it("leaves a time of the host's own", () => {
    const server = createServer({ keepAliveTimeout: 1_000 });
    const keepAlive = keepAliveOf(server);
    keepAlive.onModuleInit();
    keepAlive.onModuleDestroy();
    expect(server.keepAliveTimeout).toBe(1_000);
  });

  it('has nothing to do where there is no server', () => {
    expect(() => keepAliveOf().onModuleInit()).not.toThrow();
  });
});
