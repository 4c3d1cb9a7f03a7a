import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:net';
import { showShortLivedLists } from './listener-lists.ts';

/** Requests that are handled in one round of the event loop while connections keep coming, and otherwise. */
const WHILE_CONNECTING = 2;
const OTHERWISE = 64;

/**
 * Keeps the rounds of the event loop short while many connections come at once. Node takes in one connection a round; where each round
 * first handles all requests of the connections before it, the last of CleverTap's 1,500 connections would wait for seconds.
 */
@Injectable()
export class Arrivals implements OnModuleInit {
  private connections = 0;
  private connectionsBefore = 0;
  private ticking = false;
  private readonly waiting: (() => void)[] = [];

  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.adapterHost.httpAdapter?.getHttpServer() as Server | undefined;
    if (typeof server?.on !== 'function') return;
    showShortLivedLists();
    this.watch(server);
  }

  watch(server: Pick<Server, 'on'>): void {
    server.on('connection', () => {
      this.connections += 1;
      this.tick();
    });
  }

  /** Resolves when a request may be handled, in the order of asking; `undefined` where that is now. */
  turn(): Promise<void> | undefined {
    if (this.connections + this.connectionsBefore + this.waiting.length === 0) return undefined;
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.tick();
    });
  }

  /** The round in which a connection came, and the one after it, are short ones. */
  private tick(): void {
    if (this.ticking) return;
    this.ticking = true;
    setImmediate(() => {
      this.ticking = false;
      const connecting = this.connections + this.connectionsBefore > 0;
      this.connectionsBefore = this.connections;
      this.connections = 0;
      for (const resolve of this.waiting.splice(0, connecting ? WHILE_CONNECTING : OTHERWISE)) resolve();
      if (connecting || this.waiting.length > 0) this.tick();
    });
  }
}
