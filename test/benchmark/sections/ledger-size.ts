import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Round } from '../bench.ts';
import { fillLedger } from '../fill-ledger.ts';
import { medianOf } from '../numbers.ts';

export interface LedgerSection {
  rows: number;
  fileMb: number;
  /** The same campaign on a new ledger, and on one that holds so many messages already. */
  fresh: Round;
  filled: Round;
}

const SUBJECT = 'bridge-fastify';
/** What is multiplied: a few messages that went all the way round. */
const SEED = 2_000;

/** What a large ledger costs. */
export async function measureLedgerSize(bench: Bench, log: (line: string) => void): Promise<LedgerSection | undefined> {
  const { quick, subjects, sizes } = bench.options;
  if (!subjects.includes(SUBJECT)) return undefined;
  const ledgerFile = join(bench.folder, 'filled.sqlite');
  await bench.life(SUBJECT, { ledgerFile }, (life) => life.send({ messages: SEED }));
  const rows = fillLedger(ledgerFile, sizes.ledgerRows);
  const fileMb = Math.round(statSync(ledgerFile).size / 2 ** 20);
  log(`ledger filled with ${rows} messages, ${fileMb} MiB`);
  const rounds: { fresh: Round; filled: Round }[] = [];
  const measure = (file?: string): Promise<Round> => bench.life(SUBJECT, { ledgerFile: file }, async (life) => {
    await life.send({ messages: 1_500 });
    return life.send({ messages: sizes.load });
  });
  // A campaign takes a second or two, in which a shared machine may be a fifth slower than in the next: more rounds, and neither is always first.
  for (const round of bench.rounds(quick ? 1 : 2)) {
    const first = await measure(round % 2 === 1 ? undefined : ledgerFile);
    const second = await measure(round % 2 === 1 ? ledgerFile : undefined);
    const measured = round % 2 === 1 ? { fresh: first, filled: second } : { fresh: second, filled: first };
    rounds.push(measured);
    log(`round ${round}: ${Math.round(measured.fresh.perSecond)} answers/s on a new ledger, ${Math.round(measured.filled.perSecond)} on the filled one`);
  }
  return { rows, fileMb, ...medianOf(rounds) };
}
