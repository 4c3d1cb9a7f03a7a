import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchmarkOptions } from './options.ts';
import type { BacklogSection } from './sections/backlog.ts';
import type { CallsSection } from './sections/calls.ts';
import type { LedgerSection } from './sections/ledger-size.ts';
import type { FairnessSection } from './sections/fairness.ts';
import type { MemorySection } from './sections/memory.ts';
import type { LoadSection } from './sections/load.ts';
import type { OverloadSection } from './sections/overload.ts';
import type { PaceSection } from './sections/pace.ts';
import type { Judgement } from './thresholds.ts';

/** What was measured; sections that were left out are absent. */
export interface SectionResults {
  load?: LoadSection;
  calls?: CallsSection;
  backlog?: BacklogSection;
  overload?: OverloadSection;
  fairness?: FairnessSection;
  pace?: PaceSection;
  ledger?: LedgerSection;
  memory?: MemorySection;
}

/** What it was measured on. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}, SQLite ${process.versions.sqlite}`;
}

/** Writes everything as JSON; where to. */
export function writeResults(results: SectionResults, judgements: Judgement[], options: BenchmarkOptions): string {
  const folder = fileURLToPath(new URL('./results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, options.quick ? 'quick.json' : 'full.json');
  const { quick, rounds, sizes, subjects, peers } = options;
  const measured = { at: new Date().toISOString(), machine: machine(), options: { quick, rounds, sizes, subjects, peers }, judgements, ...results };
  writeFileSync(file, `${JSON.stringify(measured, (_key, value: unknown) => (typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value), 2)}\n`);
  return file;
}
