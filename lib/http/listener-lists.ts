import { EventEmitter } from 'node:events';

/** Several times as many as V8 looks at before it decides. */
const LISTS = 512;

/**
 * Shows V8 that the arrays in which an `EventEmitter` keeps several listeners of one event are short-lived. Every response has such arrays,
 * for Node's and Fastify's listeners. V8's allocation-site feedback decides by the first ones where later ones are allocated: in a process that
 * begins with 1,500 requests at once all of those survive, and every later array is pretenured. A pretenured array keeps its request and response
 * reachable until a major GC, after the request has ended (20,000 messages then took up to 600 MB, against 240 at the most). A site that V8 has
 * once found short-lived stays so.
 */
export function showShortLivedLists(): void {
  for (let made = 0; made < LISTS; made += 1) new EventEmitter().on('finish', ignore).on('finish', ignore);
}

function ignore(): void {
  // nobody calls it
}
