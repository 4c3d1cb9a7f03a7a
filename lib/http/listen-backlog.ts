import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ListenOptions, Server } from 'node:net';

/** Connections that may wait to be accepted; the kernel caps it at `net.core.somaxconn` (4,096 on current Linux). */
const BACKLOG = 4_096;

/**
 * CleverTap opens 1,500 connections at once. Node lets 511 wait to be accepted; the kernel drops the others' handshake, and
 * their next try comes a second later, when CleverTap has counted the message as lost. So the host's server listens with a
 * longer queue, unless the host asks for one of its own.
 */
@Injectable()
export class ListenBacklog implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.adapterHost.httpAdapter?.getHttpServer() as Server | undefined;
    if (typeof server?.listen !== 'function') return; // no HTTP server at all: an application context
    const listen = server.listen.bind(server) as (...args: unknown[]) => Server;
    server.listen = (...args: unknown[]): Server => listen(...withBacklog(args));
  }
}

/** `listen` takes a port, a path or options, then in places the host, the backlog and what to call when it listens. */
export function withBacklog(args: unknown[]): unknown[] {
  const [where, ...rest] = args;
  if (typeof where === 'object' && where !== null) return isAddress(where) ? [{ ...where, backlog: where.backlog ?? BACKLOG }, ...rest] : args;
  if (rest.some((arg) => typeof arg === 'number')) return args;
  const host = rest.find((arg) => typeof arg === 'string');
  const listening = rest.find((arg) => typeof arg === 'function');
  const port = Number(where ?? 0);
  const address: ListenOptions = Number.isInteger(port) ? { port, host } : { path: String(where) };
  return [{ ...address, backlog: BACKLOG }, ...(listening === undefined ? [] : [listening])];
}

/** A socket or a handle that is open already has its backlog. */
function isAddress(where: object): where is ListenOptions {
  return 'port' in where || 'path' in where;
}
