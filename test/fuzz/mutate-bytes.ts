import type { Chance } from './chance.ts';
import { CANARY } from './canary.ts';
import { WORDS } from './odd-values.ts';

type Mutation = (body: Buffer, chance: Chance) => Buffer;

/** Bytes that are no UTF-8: cut short, overlong, surrogates, beyond Unicode. */
const BROKEN_UTF8 = ['c3', 'c328', 'e282', 'eda080', 'edbfbf', 'f8888080', 'f4908080', 'c080', 'ff', 'fe', '80', 'f09f98'].map((hex) => Buffer.from(hex, 'hex'));

const ODD_NUMBERS = ['1e999', '-1e999', '-0', '1E400', '9'.repeat(400), '0.1e-400', '01', '+1', '.5', '5.', '0x1F', 'NaN', 'Infinity', '1_000', '1n'];

/** A copy of a body with its bytes changed: how it is written, whether it is JSON at all. */
export function mutateBytes(body: Buffer, chance: Chance): Buffer {
  return chance.one(MUTATIONS)(body, chance);
}

const MUTATIONS: Mutation[] = [
  function truncate(body, chance) {
    return body.subarray(0, chance.below(body.length + 1));
  },
  function cut(body, chance) {
    const from = chance.below(body.length + 1);
    return Buffer.concat([body.subarray(0, from), body.subarray(from + chance.size(1, 40))]);
  },
  function flip(body, chance) {
    const copy = Buffer.from(body);
    for (let flips = chance.size(1, 20); flips > 0 && copy.length > 0; flips--) copy[chance.below(copy.length)] = chance.below(256);
    return copy;
  },
  function breakUtf8(body, chance) {
    return insert(body, chance.below(body.length + 1), chance.one(BROKEN_UTF8));
  },
  function breakUtf8InText(body, chance) {
    return insert(body, behindOne(body, chance, '"'), chance.one(BROKEN_UTF8));
  },
  function duplicateKey(body, chance) {
    const value = chance.one(['null', '1', `"${CANARY}"`, '{}', '[]', 'true']);
    return insert(body, behindOne(body, chance, '{'), `${JSON.stringify(chance.one(WORDS))}:${value},`);
  },
  function duplicateOwnKey(body) {
    const text = body.toString();
    return Buffer.from(text.replace(/("[^"\\]*":)("[^"\\]*"|-?\d+|true|false)([,}])/, '$1$2,$1null$3'));
  },
  function oddNumber(body, chance) {
    const numbers = [...body.toString('latin1').matchAll(/(?<=[:[,]\s*)-?\d+(?=\s*[,}\]])/g)];
    if (numbers.length === 0) return body;
    const { index, 0: number } = chance.one(numbers);
    return Buffer.concat([body.subarray(0, index), Buffer.from(chance.one(ODD_NUMBERS)), body.subarray(index + number.length)]);
  },
  function wrapDeep(body, chance) {
    const depth = chance.size(1, 60_000);
    const [open, close] = chance.one<[string, string]>([['[', ']'], ['{"a":', '}'], ['[{"entry":', '}]'], ['{"statuses":[', ']}']]);
    const times = Math.floor(depth / open.length);
    return Buffer.concat([Buffer.from(open.repeat(times)), body, Buffer.from(chance.happens(0.8) ? close.repeat(times) : '')]);
  },
  function append(body, chance) {
    return Buffer.concat([body, Buffer.from(chance.one(['}', ']', ',', '\u0000', ' '.repeat(chance.size(1, 5_000)), '//', 'null', '\r\n\r\nGET / HTTP/1.1\r\n\r\n'])), chance.happens(0.3) ? body : Buffer.alloc(0)]);
  },
  function mark(body, chance) {
    return Buffer.concat([Buffer.from(chance.one(['\ufeff', '\ufeff\ufeff', ')]}\',\n', '\u0000', '\n\n', `${CANARY}=`])), body]);
  },
  function otherEncoding(body, chance) {
    return Buffer.from(body.toString(), chance.one(['utf16le', 'latin1', 'base64']));
  },
  function controlCharacter(body, chance) {
    return insert(body, behindOne(body, chance, '"'), chance.one(['\n', '\u0000', '\u001f', '\u007f', '\u2028', '\\u000', '\\x41', '\\ud800', '\\']));
  },
  function noise(_body, chance) {
    return chance.bytes(chance.size(0, 2_000));
  },
  function instead(_body, chance) {
    return Buffer.from(chance.one(['', ' ', 'null', 'true', '0', '""', '[]', '{}', '[[]]', '[null]', 'undefined', `a=${CANARY}&b=2`, '<xml/>', '--x\r\nContent-Disposition: form-data\r\n\r\n--x--']));
  },
];

function insert(body: Buffer, at: number, what: Buffer | string): Buffer {
  return Buffer.concat([body.subarray(0, at), Buffer.from(what as string), body.subarray(at)]);
}

/** The place behind one of the occurrences of a character, or the start. */
function behindOne(body: Buffer, chance: Chance, character: string): number {
  return body.indexOf(character, chance.below(body.length + 1)) + 1;
}
