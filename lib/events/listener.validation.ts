import { filterProblems } from './filter-fields.ts';
import type { Listener } from './listener.ts';

/** The longest time that a Node timer can wait; it fires a longer one at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** What keeps a listener from ever being run as it is declared, each in words that name the option and the remedy. */
export function problemsOf({ name, source, kind, filter, concurrency, timeoutMs }: Listener): string[] {
  const problems: string[] = [];
  if (name.trim() === '') {
    problems.push(`${source}: \`name\` is empty; give the listener a durable name of its own`);
  }
  if (!isWholeNumber(concurrency, Number.MAX_SAFE_INTEGER)) {
    problems.push(`${source}: \`concurrency\` is ${String(concurrency)}; give a whole number of at least 1`);
  }
  if (!isWholeNumber(timeoutMs, LONGEST_TIMEOUT_MS)) {
    problems.push(`${source}: \`timeoutMs\` is ${String(timeoutMs)}; give whole milliseconds from 1 to ${LONGEST_TIMEOUT_MS}`);
  }
  return [...problems, ...filterProblems(kind, filter).map((problem) => `${source}: ${problem}`)];
}

function isWholeNumber(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
