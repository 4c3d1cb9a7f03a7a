import type { Bench } from '../bench.ts';
import { median } from '../numbers.ts';
import { STALLED_NUMBER } from '../peers/message.ts';

export interface FairnessSection {
  /** Messages a second all the way round: with nothing else to do, and beside an account whose AiSensy stands still. Medians. */
  alonePerSecond: number;
  besidePerSecond: number;
  /** Messages of the account that stands still: it has all of its calls under way, and the others wait. */
  stalled: number;
}

const SUBJECT = 'bridge-fastify';
const STALLED_MESSAGES = 5_000;

/** What one account's standing still takes from another. */
export async function measureFairness(bench: Bench, log: (line: string) => void): Promise<FairnessSection | undefined> {
  const { subjects, sizes, peers } = bench.options;
  // The simulators know one account.
  if (!subjects.includes(SUBJECT) || peers !== 'lean') return undefined;
  const alone: number[] = [];
  const beside: number[] = [];
  for (const round of bench.rounds()) {
    await bench.life(SUBJECT, { stalledAccount: true }, async (life) => {
      await life.send({ messages: sizes.load });
      alone.push((await life.send({ messages: sizes.load })).loopPerSecond);
      await life.send({ messages: STALLED_MESSAGES, from: STALLED_NUMBER }, { relayed: false });
      beside.push((await life.send({ messages: sizes.load })).loopPerSecond);
    });
    log(`round ${round}: ${Math.round(alone.at(-1)!)} messages/s alone, ${Math.round(beside.at(-1)!)} beside an account that stands still`);
  }
  return { alonePerSecond: median(alone), besidePerSecond: median(beside), stalled: STALLED_MESSAGES };
}
