import { parseArgs } from 'node:util';
import { fuzzAnswers } from './answers.ts';
import type { Platform } from './fuzzed-host.ts';
import { fuzz } from './run.ts';

const PLATFORMS: readonly Platform[] = ['express', 'fastify'];

/** So large a share of all inputs are answers of AiSensy's; the others are requests, half of them to each platform. */
const ANSWERS = 0.1;

const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' }, only: { type: 'string' } },
});
const seed = Number(values.seed);
const only = values.only === undefined ? undefined : Number(values.only);
const inputs = only === undefined ? Number(values.inputs) : 3;
const answers = only === undefined ? Math.floor(inputs * ANSWERS) : 1;
let passed = 0;
let failed = 0;

console.log(only === undefined ? `${inputs} inputs, seed ${seed}` : `input ${only} alone, seed ${seed}`);
const started = performance.now();
for (const [place, platform] of PLATFORMS.entries()) {
  const half = Math.floor((inputs - answers + place) / PLATFORMS.length);
  const { answers: given, deadLetters, slowestMs, logLines, relayed, ...result } = await fuzz({ platform, seed, first: only ?? place * half, inputs: half });
  console.log(`\n${platform}: ${half} requests, the slowest answered after ${Math.round(slowestMs)} ms; ${relayed.statuses} statuses and ${relayed.inbound} messages relayed; ${logLines} lines logged`);
  tell(half, result, { ...given, ...deadLetters });
}
const { verdicts, ...result } = await fuzzAnswers(seed, only ?? 0, answers);
console.log(`\n${answers} answers of AiSensy's`);
tell(answers, result, verdicts);

console.log(`\n${((performance.now() - started) / 1_000).toFixed(1)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function tell(tried: number, result: { passed: number; failures: string[] }, counts: Record<string, number>): void {
  for (const [what, count] of Object.entries(counts).sort()) console.log(`  ${String(count).padStart(7)}  ${what}`);
  for (const failure of result.failures) console.log(`\nFAILED ${failure}`);
  passed += result.passed;
  // What was seen at the end is the fault of no single input.
  failed += Math.max(tried - result.passed, Math.sign(result.failures.length));
}
