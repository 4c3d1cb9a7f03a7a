import { parseArgs } from 'node:util';
import { ROOT } from './build.ts';
import { SUBJECTS, type SubjectName } from './subjects.ts';

export interface BenchmarkOptions {
  quick: boolean;
  subjects: SubjectName[];
  sections: SectionName[];
  /** Rounds of a section, and how long new ones may begin. */
  rounds: number;
  roundsWithinMs: number;
  sizes: Sizes;
  peers: 'lean' | 'simulators';
  /** The folder whose `lib/` is measured. */
  library: string;
  /** Where profiles of the subjects' main threads go; none without it. */
  profiles?: string;
}

export interface Sizes {
  /** Messages of the campaign that is measured at 1,500 connections. */
  load: number;
  /** The same, and the first ones, for the naive controller, which is slower by far. */
  naiveLoad: number;
  naiveCold: number;
  /** Seconds at 1,000 messages a second. */
  steadySeconds: number;
  /** Messages that wait on disk. */
  backlog: number;
  /** Messages that lie in the ledger already. */
  ledgerRows: number;
  /** Messages through one process. */
  memory: number;
  /** Seconds of a campaign that is too much. */
  overloadSeconds: number;
  /** Seconds over which a rate is counted. */
  paceSeconds: number;
}

export const SECTIONS = ['load', 'calls', 'backlog', 'overload', 'fairness', 'pace', 'ledger', 'memory'] as const;
export type SectionName = (typeof SECTIONS)[number];

const FULL: Sizes = { load: 15_000, naiveLoad: 3_000, naiveCold: 1_500, steadySeconds: 10, backlog: 200_000, ledgerRows: 5_000_000, memory: 1_000_000, overloadSeconds: 12, paceSeconds: 60 };
const QUICK: Sizes = { load: 6_000, naiveLoad: 1_000, naiveCold: 500, steadySeconds: 1, backlog: 10_000, ledgerRows: 200_000, memory: 20_000, overloadSeconds: 3, paceSeconds: 5 };
/** So that the quick form ends within two minutes, on a slow machine with fewer rounds. */
const QUICK_ROUNDS_WITHIN_MS = 30_000;
const QUICK_SECTIONS: SectionName[] = ['load', 'backlog', 'ledger'];
const QUICK_SUBJECTS: SubjectName[] = ['plain', 'naive-fastify', 'bridge-fastify', 'bridge-express'];

export function readOptions(args = process.argv.slice(2)): BenchmarkOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      subjects: { type: 'string' },
      sections: { type: 'string' },
      peers: { type: 'string', default: 'lean' },
      library: { type: 'string', default: ROOT },
      profiles: { type: 'string' },
    },
  });
  const { quick, profiles } = values;
  return {
    quick,
    subjects: listOf(values.subjects, Object.keys(SUBJECTS) as SubjectName[]) ?? (quick ? QUICK_SUBJECTS : (Object.keys(SUBJECTS) as SubjectName[])),
    sections: listOf(values.sections, [...SECTIONS]) ?? (quick ? QUICK_SECTIONS : [...SECTIONS]),
    rounds: values.rounds === undefined ? (quick ? 3 : 5) : Number(values.rounds),
    roundsWithinMs: quick ? QUICK_ROUNDS_WITHIN_MS : Infinity,
    sizes: quick ? QUICK : FULL,
    peers: values.peers === 'simulators' ? 'simulators' : 'lean',
    library: values.library,
    ...(profiles !== undefined && { profiles }),
  };
}

function listOf<T extends string>(given: string | undefined, known: T[]): T[] | undefined {
  if (given === undefined) return undefined;
  return given.split(',').map((name) => {
    if (!known.includes(name as T)) throw new Error(`There is no "${name}". Choose from ${known.join(', ')}.`);
    return name as T;
  });
}
