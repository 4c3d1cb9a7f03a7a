import type { Bench, Round } from '../bench.ts';
import type { SubjectName } from '../subjects.ts';

export interface BacklogRound {
  /** Resident size in MiB, garbage collected: after the first 1,500 messages, and with the whole backlog waiting. */
  residentBeforeMb: number;
  residentAfterMb: number;
  /** 1,500 connections at first, and behind the backlog. */
  before: Round;
  behind: Round;
}

export type BacklogSection = Partial<Record<SubjectName, BacklogRound>>;

const SUBJECTS: SubjectName[] = ['plain', 'bridge-fastify'];
const PROBE = 4_500;
/** One call at a time that takes long: nothing drains to speak of. */
const STALLED = { concurrency: 1, delayMs: 2_000, reports: false };

/** How a subject stands with so many messages waiting for AiSensy. */
export async function measureBacklog(bench: Bench, log: (line: string) => void): Promise<BacklogSection> {
  const { subjects, sizes } = bench.options;
  const section: BacklogSection = {};
  for (const name of SUBJECTS.filter((one) => subjects.includes(one))) {
    section[name] = await bench.life(name, STALLED, async (life) => {
      await life.send({ messages: 1_500 }, { relayed: false });
      const before = await life.send({ messages: PROBE }, { relayed: false });
      const residentBeforeMb = await life.residentMb();
      await life.send({ messages: sizes.backlog }, { relayed: false });
      const residentAfterMb = await life.residentMb();
      const behind = await life.send({ messages: PROBE }, { relayed: false });
      return { residentBeforeMb, residentAfterMb, before, behind };
    });
    log(`${sizes.backlog} waiting, ${name}: ${Math.round(section[name].residentBeforeMb)} MiB before, ${Math.round(section[name].residentAfterMb)} MiB after`);
  }
  return section;
}
