import { EventEmitter } from 'node:events';
import { getHeapSpaceStatistics } from 'node:v8';
import { showShortLivedLists } from '../../lib/http/listener-lists.ts';

// Prints how many bytes 20,000 emitters that are over at once leave among the old objects, in a process whose first ones came in a burst and lived.
// With `prepared`, V8 was shown the contrary before.

if (process.argv[2] === 'prepared') showShortLivedLists();

const collect = globalThis.gc!;
const alive: EventEmitter[] = [];
for (let made = 1; made <= 390; made += 1) {
  alive.push(emitter());
  if (made % 130 === 0) collect({ type: 'minor' });
}
alive.length = 0;
collect();

const before = oldBytes();
for (let made = 0; made < 20_000; made += 1) emitter();
collect({ type: 'minor' });
collect({ type: 'minor' });
console.log(oldBytes() - before);

/** With two listeners on one event, of which one knows something large (no literal, which V8 would judge by itself). */
function emitter(): EventEmitter {
  const known = Array.from({ length: 50 }, () => 0);
  return new EventEmitter().on('finish', () => known).on('finish', () => undefined);
}

function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')!.space_used_size;
}
