import type { Bench, Round } from '../bench.ts';
import { medianOf } from '../numbers.ts';
import type { SubjectName } from '../subjects.ts';

export interface CallsSection {
  /** Calls to AiSensy at once. */
  calls: number;
  medians: Partial<Record<SubjectName, Round>>;
}

const COMPARED: SubjectName[] = ['plain', 'bridge-fastify', 'bridge-express'];
/** What an account has by default. */
const CALLS = 250;

/** The campaign where not the processor but the calls at once are the limit: a slot that waits for the ledger's commit is a call less. */
export async function measureCalls(bench: Bench, log: (line: string) => void): Promise<CallsSection> {
  const { subjects, sizes } = bench.options;
  const rounds: Partial<Record<SubjectName, Round[]>> = {};
  for (const round of bench.rounds()) {
    for (const name of COMPARED.filter((one) => subjects.includes(one))) {
      const measured = await bench.life(name, { concurrency: CALLS }, async (life) => {
        await life.send({ messages: 1_500 });
        return life.send({ messages: sizes.load });
      });
      (rounds[name] ??= []).push(measured);
      log(`round ${round}, ${name}: ${Math.round(measured.loopPerSecond)} messages/s with ${CALLS} calls at once`);
    }
  }
  return { calls: CALLS, medians: Object.fromEntries(Object.entries(rounds).map(([name, all]) => [name, medianOf(all)])) };
}
