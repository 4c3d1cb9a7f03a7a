import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { crashRun, type RunResult } from './crash-run.ts';
import { POINTS, type Point } from './points.ts';
import { scenarioOf, stormOf } from './scenario.ts';

/**
 * `npm run test:crash -- [--runs n] [--minutes n] [--seed n] [--point name] [--storm] [--jobs n]`
 *
 * Kills real host processes and reckons what became of every message. Without `--runs` as many runs as fit into `--minutes` (3). Run
 * n of a series has the seed `seed + n`, so `--seed <its seed> --runs 1` repeats the scenario of one run. `--storm`: each run is 1,500 messages at once, of which AiSensy takes
 * every one and drops every answer.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' }, point: { type: 'string' }, storm: { type: 'boolean' }, jobs: { type: 'string', default: '2' },
  },
});
const runs = Number(values.runs ?? Infinity);
const deadline = performance.now() + Number(values.minutes ?? (values.runs === undefined ? 3 : Infinity)) * 60_000;
const firstSeed = Number(values.seed ?? Date.now() % 1_000_000_000);
const point = values.point as Point | undefined;
if (point !== undefined && !(POINTS as readonly string[]).includes(point)) throw new Error(`There is no point "${point}". Points: ${POINTS.join(', ')}.`);

const builtIn = build();
const killed = new Map<Point, number>();
let started = 0;
let passed = 0;
let failed = 0;

say(`Seeds from ${firstSeed}, in ${builtIn}`);
await Promise.all(Array.from({ length: Number(values.jobs) }, work));
for (const [each, kills] of [...killed].sort()) say(`${String(kills).padStart(5)} kills: ${each}`);
// A point that is never passed proves nothing: the code has moved away from under its trap.
if (point === undefined && !values.storm && started >= 3 * POINTS.length) {
  const missed = POINTS.filter((each) => !killed.has(each));
  if (missed.length > 0) say(`FAIL  no host was ever killed at: ${missed.join(', ')}`);
  failed += missed.length;
}
if (failed === 0) rmSync(builtIn, { recursive: true, force: true });
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function work(): Promise<void> {
  while (started < runs && performance.now() < deadline) {
    const seed = firstSeed + started;
    started += 1;
    const folder = join(builtIn, `run-${seed}`);
    const scenario = values.storm ? stormOf(seed) : scenarioOf(seed, point);
    const label = `seed ${seed}, ${scenario.blows.map((blow) => `${blow.point} (${blow.at})`).join(' then ')}`;
    const bornAt = performance.now();
    try {
      const result = await crashRun(scenario, builtIn, folder);
      for (const each of result.kills) killed.set(each, (killed.get(each) ?? 0) + 1);
      tell(seed, label, result, performance.now() - bornAt, folder);
    } catch (error) {
      failed += 1;
      say(`FAIL  ${label}: ${error instanceof Error ? error.stack : String(error)}\n      files: ${folder}`);
      sayHowToRepeat(seed);
    }
  }
}

function tell(seed: number, label: string, { balance, violations, kills, lives }: RunResult, ms: number, folder: string): void {
  const { accepted, ...parts } = balance;
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  const equation = `${accepted} accepted ${sum === accepted ? '=' : '≠'} ${Object.entries(parts).map(([name, count]) => `${count} ${name}`).join(' + ')}`;
  const isRight = sum === accepted && violations.length === 0;
  say(`${isRight ? 'ok  ' : 'FAIL'}  ${label}: ${equation}; killed at ${kills.join(', ') || 'no point'}; ${lives} lives, ${(ms / 1_000).toFixed(1)} s`);
  if (isRight) {
    passed += 1;
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  failed += 1;
  sayHowToRepeat(seed);
  for (const { promise, msgIds } of violations) say(`      broken: ${promise}: ${msgIds.length} × (${msgIds.slice(0, 5).join(', ')}${msgIds.length > 5 ? ', …' : ''})`);
  say(`      files: ${folder}`);
}

function sayHowToRepeat(seed: number): void {
  say(`      again: npm run test:crash -- --runs 1 --seed ${seed}${point === undefined ? '' : ` --point '${point}'`}${values.storm ? ' --storm' : ''}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
