import { EventEmitter } from 'node:events';

/** Several times as many as V8 wants to see before it judges. */
const LISTS = 512;

/**
 * Shows V8 that lists of listeners are short-lived, before a campaign shows it the contrary. Where several listeners hang on one event, as
 * node's and Fastify's do on every answer, node makes a list of them. V8 notes how long the first lists live, and in a process that begins with
 * 1,500 requests at once all of them do: from then on it makes every list among the old objects. There a list outlives its request, and what hangs
 * on it, which is the request, the answer and all that they know, is kept alive and carried there too, until the whole heap is searched (of 20,000
 * messages up to 600 MB, against 240 at the most). What V8 has once judged short-lived, it does not judge again.
 */
export function showShortLivedLists(): void {
  for (let made = 0; made < LISTS; made += 1) new EventEmitter().on('finish', ignore).on('finish', ignore);
}

function ignore(): void {
  // nobody calls it
}
