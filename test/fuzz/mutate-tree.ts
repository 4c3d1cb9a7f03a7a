import type { Chance } from './chance.ts';
import { nested, oddValue, WORDS } from './odd-values.ts';

type Holder = Record<string, unknown>;

/** Where a value stands. */
interface Place {
  holder: Holder;
  key: string;
}

/** One change to the value in one place; `donor` is another tree to take parts from. */
type Mutation = (place: Place, chance: Chance, donor: unknown) => void;

/** Places that are looked for in a tree, at the most. */
const MOST_PLACES = 3_000;

/** What is repeated may grow to so many characters, or to twice its length. */
const LARGEST = 200_000;

/** A copy of a JSON value with some of its parts changed: what stands where, not how it is written. */
export function mutateTree(value: unknown, chance: Chance, donor: unknown): unknown {
  const root: Holder = { root: structuredClone(value) };
  for (let changes = chance.size(1, 6); changes > 0; changes--) {
    const places = placesIn(root);
    if (places.length > 0) chance.one(MUTATIONS)(chance.one(places), chance, donor);
  }
  return root.root;
}

const MUTATIONS: Mutation[] = [
  function replace({ holder, key }, chance) {
    set(holder, key, oddValue(chance));
  },
  function drop({ holder, key }) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  function rename({ holder, key }, chance) {
    const value = holder[key];
    delete holder[key];
    set(holder, chance.one([chance.one(WORDS), key.toUpperCase(), key.toLowerCase(), `${key} `]), value);
  },
  function add({ holder }, chance, donor) {
    set(holder, chance.one(WORDS), chance.happens(0.5) ? oddValue(chance) : part(donor, chance));
  },
  function graft({ holder, key }, chance, donor) {
    set(holder, key, part(donor, chance));
  },
  function wrap({ holder, key }, chance) {
    set(holder, key, chance.happens(0.7) ? chance.one([[holder[key]], { [chance.one(WORDS)]: holder[key] }]) : nested(chance, holder[key]));
  },
  function unwrap({ holder, key }) {
    const value = holder[key];
    if (typeof value === 'object' && value !== null) set(holder, key, Object.values(value)[0]);
  },
  function repeat({ holder, key }, chance) {
    const value = holder[key];
    const elements: unknown[] = Array.isArray(value) ? value : [value];
    const most = Math.min(500 / (placesIn({ elements }).length + 1), LARGEST / lengthOf(elements));
    set(holder, key, Array.from({ length: chance.size(2, Math.max(2, Math.floor(most))) }, () => elements).flat());
  },
  function retype({ holder, key }) {
    set(holder, key, retyped(holder[key]));
  },
  function swap({ holder, key }, chance) {
    const other = chance.one(Object.keys(holder));
    const value = holder[key];
    set(holder, key, holder[other]);
    set(holder, other, value);
  },
  function garble({ holder, key }, chance) {
    const value = holder[key];
    if (typeof value !== 'string') return;
    const at = chance.below(value.length + 1);
    const odd = chance.one(['\u0000', '\ud800', '\u200b', ' ', '\n', '"', '\\', '|', '😀', '٣']);
    set(holder, key, chance.one([value.slice(0, at), value.slice(0, at) + odd + value.slice(at), value.toUpperCase(), value.repeat(chance.size(2, Math.max(2, Math.floor(Math.min(200, LARGEST / (value.length + 1))))))]));
  },
];

/** The same thing in another type. */
function retyped(value: unknown): unknown {
  if (typeof value === 'string') return value !== '' && Number.isFinite(Number(value)) ? Number(value) : { text: value, body: value };
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return { ...(value as unknown[]) };
  return value === null ? 'null' : [value];
}

function part(tree: unknown, chance: Chance): unknown {
  const { holder, key } = chance.one(placesIn({ tree }));
  return structuredClone(holder[key]);
}

/** Roughly how long a value is when it is written. */
function lengthOf(value: unknown): number {
  return placesIn({ value }).reduce((sum, { holder, key }) => sum + key.length + (typeof holder[key] === 'string' ? holder[key].length : 5), 1);
}

/** Every place, and at the most so many; deep nests are looked into for some levels only. */
function placesIn(root: Holder, deepest = 30): Place[] {
  const places: Place[] = [];
  const level = (holders: Holder[], depth: number): void => {
    const next: Holder[] = [];
    for (const holder of holders) {
      for (const key of Object.keys(holder)) {
        if (places.length >= MOST_PLACES) return;
        places.push({ holder, key });
        const value = holder[key];
        if (typeof value === 'object' && value !== null) next.push(value as Holder);
      }
    }
    if (next.length > 0 && depth < deepest) level(next, depth + 1);
  };
  level([root], 0);
  return places;
}

/** Makes `__proto__` a key like any other, as JSON.parse does. A list has no names: it gets one element more. */
function set(holder: Holder | unknown[], key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d{1,4}$/.test(key)) {
    holder.push(value);
    return;
  }
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}
