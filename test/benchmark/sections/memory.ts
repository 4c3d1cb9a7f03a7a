import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';

export interface MemorySection {
  messages: number;
  /** Resident size in MiB, garbage collected: after a tenth of the messages, and after all of them. */
  firstMb: number;
  lastMb: number;
  /** The largest that the ledger's log was seen, in MiB. */
  walMb: number;
}

const SUBJECT = 'bridge-fastify';
const STEPS = 10;

/** What a process holds after very many messages that have all gone round. */
export async function measureMemory(bench: Bench, log: (line: string) => void): Promise<MemorySection | undefined> {
  const { subjects, sizes } = bench.options;
  if (!subjects.includes(SUBJECT)) return undefined;
  const ledgerFile = join(bench.folder, 'memory.sqlite');
  return bench.life(SUBJECT, { ledgerFile }, async (life) => {
    const resident: number[] = [];
    let walMb = 0;
    for (let step = 1; step <= STEPS; step += 1) {
      await life.send({ messages: sizes.memory / STEPS });
      resident.push(await life.residentMb());
      walMb = Math.max(walMb, statSync(`${ledgerFile}-wal`).size / 2 ** 20);
      log(`${(step * sizes.memory) / STEPS} messages through one process: ${Math.round(resident.at(-1)!)} MiB`);
    }
    return { messages: sizes.memory, firstMb: resident[0]!, lastMb: resident.at(-1)!, walMb };
  });
}
