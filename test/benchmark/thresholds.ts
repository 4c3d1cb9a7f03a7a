import type { SectionResults } from './results.ts';
import type { SubjectName } from './subjects.ts';

/** What must hold, in relation to what else was measured in the same run: absolute times would judge the machine. */
interface Threshold {
  what: string;
  /** The value that is judged; none where its subjects were not measured. */
  value(results: SectionResults): number | undefined;
  /** What a run fails on: what holds today, less the noise of two cores that are shared with others, which has halved a ratio before. */
  atLeast?: number;
  atMost?: number;
  /** What is aimed at. */
  goal: number;
  /** Only where sizes are full ones. */
  full?: true;
}

const loop = ({ load }: SectionResults, name: SubjectName): number | undefined => load?.medians[name]?.burst.loopPerSecond;

function ratio(name: SubjectName, to: SubjectName): Threshold['value'] {
  return (results) => {
    const [own, other] = [loop(results, name), loop(results, to)];
    return own === undefined || other === undefined ? undefined : own / other;
  };
}

function atDefaultCalls(name: SubjectName): Threshold['value'] {
  return ({ calls }) => {
    const [own, other] = [calls?.medians[name], calls?.medians.plain];
    return own && other && own.loopPerSecond / other.loopPerSecond;
  };
}

function overASecond(name: SubjectName): Threshold['value'] {
  return ({ load }) => {
    const measured = load?.medians[name];
    return measured && measured.cold.overASecond + measured.burst.overASecond + (measured.steady?.overASecond ?? 0);
  };
}

/** The slowest of the overloaded subjects, by its median. */
function takenOfOffered({ overload }: SectionResults): number | undefined {
  const shares = Object.values(overload?.medians ?? {}).map(({ takenPerSecond, offeredPerSecond }) => takenPerSecond / offeredPerSecond);
  return shares.length === 0 ? undefined : Math.min(...shares);
}

/** Of every round: a median would hide the one that lost some. */
function notSentOnce({ overload }: SectionResults): number | undefined {
  return overload && Object.values(overload.rounds).flat().reduce((sum, { sent, taken }) => sum + Math.abs(sent - taken.messages), 0);
}

function farthestPace({ pace }: SectionResults): number | undefined {
  return pace?.map(({ sentPerSecond, wantedPerSecond }) => sentPerSecond / wantedPerSecond).sort((a, b) => Math.abs(b - 1) - Math.abs(a - 1))[0];
}

export const THRESHOLDS: Threshold[] = [
  { what: 'whole loop, Fastify / plain pipeline', value: ratio('bridge-fastify', 'plain'), atLeast: 0.36, goal: 0.8 },
  { what: 'whole loop, Express / plain pipeline', value: ratio('bridge-express', 'plain'), atLeast: 0.33, goal: 0.55 },
  { what: 'whole loop, Fastify / naive controller on Fastify', value: ratio('bridge-fastify', 'naive-fastify'), atLeast: 3.3, goal: 6 },
  { what: 'whole loop, Express / naive controller on Express', value: ratio('bridge-express', 'naive-express'), atLeast: 3.2, goal: 6 },
  { what: 'answers after more than a second, Fastify', value: overASecond('bridge-fastify'), atMost: 0, goal: 0, full: true },
  { what: 'answers after more than a second, Express', value: overASecond('bridge-express'), atMost: 0, goal: 0, full: true },
  { what: 'whole loop with 250 calls at once, Fastify / plain pipeline', value: atDefaultCalls('bridge-fastify'), atLeast: 0.5, goal: 0.8, full: true },
  { what: 'whole loop with 250 calls at once, Express / plain pipeline', value: atDefaultCalls('bridge-express'), atLeast: 0.45, goal: 0.55, full: true },
  {
    what: 'answers/s on the filled ledger / on a new one', atLeast: 0.9, goal: 0.9, full: true,
    value: ({ ledger }) => ledger && ledger.filled.perSecond / ledger.fresh.perSecond,
  },
  {
    what: 'taken/s until the backlog is full / offered, at three times what AiSensy takes', atLeast: 0.9, goal: 1, full: true,
    value: takenOfOffered,
  },
  { what: 'messages of an overload that were taken and not sent, or sent twice', value: notSentOnce, atMost: 0, goal: 0 },
  {
    what: 'whole loop beside an account that stands still / alone', atLeast: 0.8, goal: 1, full: true,
    value: ({ fairness }) => fairness && fairness.besidePerSecond / fairness.alonePerSecond,
  },
  { what: 'calls a second / those allowed, at the farthest from 1', value: farthestPace, atLeast: 0.98, atMost: 1.02, goal: 1, full: true },
  {
    what: 'resident size after all messages / after the first tenth', atMost: 1.3, goal: 1.3, full: true,
    value: ({ memory }) => memory && memory.lastMb / memory.firstMb,
  },
];

export interface Judgement {
  what: string;
  value: number;
  limit: string;
  goal: number;
  holds: boolean;
}

/** Judges what was measured; thresholds whose subjects were left out are passed over. */
export function judge(results: SectionResults, quick: boolean): Judgement[] {
  return THRESHOLDS.flatMap(({ what, value, atLeast = -Infinity, atMost = Infinity, goal, full }) => {
    const measured = full && quick ? undefined : value(results);
    if (measured === undefined) return [];
    const limit = [...(atLeast === -Infinity ? [] : [`at least ${atLeast}`]), ...(atMost === Infinity ? [] : [`at most ${atMost}`])].join(', ');
    return [{ what, value: measured, limit, goal, holds: measured >= atLeast && measured <= atMost }];
  });
}
