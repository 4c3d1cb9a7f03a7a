import type { Bench, Round } from '../bench.ts';
import { medianOf } from '../numbers.ts';
import { isNaive, type SubjectName } from '../subjects.ts';

/** One life of a subject under load. */
export interface LoadRound {
  /** The first 1,500 requests of the process, all at once, on connections that are opened for them. */
  cold: Round;
  /** 1,500 connections that send as fast as they are answered, with AiSensy's reports coming in meanwhile, until all is relayed. */
  burst: Round;
  /** 1,000 messages a second; not for the naive controller, which cannot keep it. */
  steady?: Round;
}

export interface LoadSection {
  medians: Partial<Record<SubjectName, LoadRound>>;
  rounds: Partial<Record<SubjectName, LoadRound[]>>;
}

const COLD_MESSAGES = 1_500;
const STEADY_PER_SECOND = 1_000;

/** Every round goes through all subjects, so that what disturbs the machine disturbs them alike. */
export async function measureLoad(bench: Bench, log: (line: string) => void): Promise<LoadSection> {
  const { subjects, sizes } = bench.options;
  const rounds: Partial<Record<SubjectName, LoadRound[]>> = {};
  for (const round of bench.rounds()) {
    for (const name of subjects) {
      const measured = await bench.life(name, {}, async (life): Promise<LoadRound> => {
        const cold = await life.send({ messages: isNaive(name) ? sizes.naiveCold : COLD_MESSAGES, preconnect: false });
        const burst = await life.send({ messages: isNaive(name) ? sizes.naiveLoad : sizes.load }, { profile: 'burst' });
        if (isNaive(name)) return { cold, burst };
        const steady = await life.send({ messages: sizes.steadySeconds * STEADY_PER_SECOND, perSecond: STEADY_PER_SECOND }, { profile: 'steady' });
        return { cold, burst, steady };
      });
      (rounds[name] ??= []).push(measured);
      const { burst } = measured;
      log(`round ${round}, ${name}: ${Math.round(burst.perSecond)} answers/s, ${Math.round(burst.loopPerSecond)} messages/s all the way round`);
    }
  }
  const medians = Object.fromEntries(Object.entries(rounds).map(([name, all]) => [name, medianOf(all)]));
  return { medians, rounds };
}
