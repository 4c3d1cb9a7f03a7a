import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';

/** Node's own, in milliseconds: a host that has set another time means it. */
const NODES_MS = 5_000;

/** Fastify's, in milliseconds; load balancers and proxies close an idle connection after 60 seconds. */
const KEEP_ALIVE_MS = 72_000;

/**
 * A request that meets the server's closing of its idle connection is lost, and CleverTap never tries again; a load balancer answers it 502.
 * So the other side should be the first to close: the host's server keeps idle connections longer than Node would, unless the host has set a time.
 * Once the app stops, Node's time holds again, so that what becomes idle then does not hold the stop up.
 */
@Injectable()
export class KeepAlive implements OnModuleInit, OnModuleDestroy {
  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    this.replace(NODES_MS, KEEP_ALIVE_MS);
  }

  onModuleDestroy(): void {
    this.replace(KEEP_ALIVE_MS, NODES_MS);
  }

  private replace(present: number, next: number): void {
    const server = this.adapterHost.httpAdapter?.getHttpServer() as Server | undefined;
    if (server?.keepAliveTimeout === present) server.keepAliveTimeout = next;
  }
}
