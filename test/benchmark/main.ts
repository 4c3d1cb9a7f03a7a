import { Bench } from './bench.ts';
import { readOptions } from './options.ts';
import { machine, type SectionResults, writeResults } from './results.ts';
import { measureBacklog } from './sections/backlog.ts';
import { measureCalls } from './sections/calls.ts';
import { measureFairness } from './sections/fairness.ts';
import { measureLedgerSize } from './sections/ledger-size.ts';
import { measureLoad } from './sections/load.ts';
import { measureMemory } from './sections/memory.ts';
import { measureOverload } from './sections/overload.ts';
import { measurePace } from './sections/pace.ts';
import { tablesOf } from './tables.ts';
import { judge } from './thresholds.ts';

// `npm run bench [-- --quick]`: measures the bridge beside a plain Node pipeline, that pipeline in Nest, and a naive controller, all in one
// run. Ends with exit code 1 where a ratio of `thresholds.ts` does not hold.

const options = readOptions();
const startedAt = performance.now();
const log = (line: string): void => console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5)} s  ${line}`);

log(machine());
const bench = await Bench.open(options);
const results: SectionResults = {};
try {
  if (options.sections.includes('load')) results.load = await measureLoad(bench, log);
  if (options.sections.includes('calls')) results.calls = await measureCalls(bench, log);
  if (options.sections.includes('backlog')) results.backlog = await measureBacklog(bench, log);
  if (options.sections.includes('overload')) results.overload = await measureOverload(bench, log);
  if (options.sections.includes('fairness')) results.fairness = await measureFairness(bench, log);
  if (options.sections.includes('pace')) results.pace = await measurePace(bench, log);
  if (options.sections.includes('memory')) results.memory = await measureMemory(bench, log);
  if (options.sections.includes('ledger')) results.ledger = await measureLedgerSize(bench, log);
} finally {
  await bench.close();
}
const judgements = judge(results, options.quick);
console.log(`${tablesOf(results, judgements)}\n\n${machine()}, medians of ${options.rounds} rounds${options.quick ? ', quick form' : ''}`);
log(`written to ${writeResults(results, judgements, options)}`);
if (judgements.some(({ holds }) => !holds)) process.exitCode = 1;
