import { describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import { setImmediate as nextRound } from 'node:timers/promises';
import { Arrivals } from './arrivals.ts';

function watched(): { arrivals: Arrivals; server: EventEmitter } {
  const arrivals = new Arrivals({ httpAdapter: undefined } as never);
  const server = new EventEmitter();
  arrivals.watch(server as Server);
  return { arrivals, server };
}

/** Asks for so many turns; the places of those that were given, in order. */
function ask(arrivals: Arrivals, turns: number): number[] {
  const given: number[] = [];
  for (let place = 0; place < turns; place += 1) void arrivals.turn()?.then(() => given.push(place));
  return given;
}

describe('Arrivals', () => {
  it('lets a request through at once while no connection comes', () => {
    expect(watched().arrivals.turn()).toBeUndefined();
  });

  it('handles two requests a round while connections keep coming, in order, and the rest quickly afterwards', async () => {
    const { arrivals, server } = watched();
    server.emit('connection');
    const given = ask(arrivals, 100);
    for (let round = 1; round <= 10; round += 1) {
      await nextRound();
      expect(given).toHaveLength(2 * round);
      server.emit('connection');
    }
    await nextRound();
    await nextRound();
    const before = given.length;
    await nextRound();
    expect(given.length - before).toBe(64);
    await nextRound();
    expect(given).toEqual(Array.from({ length: 100 }, (_, place) => place));
    await nextRound();
    expect(arrivals.turn()).toBeUndefined();
  });
});
