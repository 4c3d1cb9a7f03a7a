import type { Bench } from '../bench.ts';
import { medianOf, type Latency } from '../numbers.ts';
import type { SubjectName } from '../subjects.ts';

export interface OverloadRound {
  /** Messages a second: what AiSensy takes at the most, what CleverTap sends, and what is taken of it until the backlog is full. */
  drainPerSecond: number;
  offeredPerSecond: number;
  takenPerSecond: number;
  taken: { messages: number; latency: Latency };
  refused: { messages: number; latency: Latency };
  /** Messages that came to AiSensy: as many as were taken, each of which has had its reports. */
  sent: number;
}

export interface OverloadSection {
  medians: Partial<Record<SubjectName, OverloadRound>>;
  rounds: Partial<Record<SubjectName, OverloadRound[]>>;
}

const SUBJECTS: SubjectName[] = ['bridge-fastify', 'bridge-express'];
const AISENSY = { concurrency: 100, delayMs: 100 };
const DRAIN_PER_SECOND = (AISENSY.concurrency * 1_000) / AISENSY.delayMs;
const OFFERED_PER_SECOND = 3 * DRAIN_PER_SECOND;
/** The backlog is full after a third of the campaign. */
const FULL_AFTER = 1 / 3;

/** How a subject bears three times what AiSensy takes: until its backlog is full, and from then on. */
export async function measureOverload(bench: Bench, log: (line: string) => void): Promise<OverloadSection> {
  const { subjects, sizes: { overloadSeconds } } = bench.options;
  const backlog = Math.round((OFFERED_PER_SECOND - DRAIN_PER_SECOND) * overloadSeconds * FULL_AFTER);
  const campaign = { messages: overloadSeconds * OFFERED_PER_SECOND, perSecond: OFFERED_PER_SECOND };
  const rounds: Partial<Record<SubjectName, OverloadRound[]>> = {};
  for (const round of bench.rounds()) {
    for (const name of SUBJECTS.filter((one) => subjects.includes(one))) {
      const measured = await bench.life(name, { ...AISENSY, backlog }, async (life): Promise<OverloadRound> => {
        const { latency, refusals } = await life.send(campaign, { refusals: true, profile: 'overload' });
        if (refusals === undefined) throw new Error(`${name}: the backlog of ${backlog} messages was never full.`);
        const { messages, firstAtMs, takenBefore } = refusals;
        return {
          drainPerSecond: DRAIN_PER_SECOND, offeredPerSecond: OFFERED_PER_SECOND, takenPerSecond: (takenBefore * 1_000) / firstAtMs,
          taken: { messages: campaign.messages - messages, latency }, refused: { messages, latency: refusals.latency }, sent: await life.sent(),
        };
      });
      (rounds[name] ??= []).push(measured);
      const { takenPerSecond, taken, refused, sent } = measured;
      log(`round ${round}, ${name}: ${Math.round(takenPerSecond)} taken/s until full, refusals p99 ${Math.round(refused.latency.p99)} ms; ${taken.messages} taken, ${sent} sent`);
    }
  }
  return { medians: Object.fromEntries(Object.entries(rounds).map(([name, all]) => [name, medianOf(all)])), rounds };
}
