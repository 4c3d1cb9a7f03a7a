import type { SectionResults } from './results.ts';
import type { SubjectName } from './subjects.ts';

/** What must hold, in relation to what else was measured in the same run: absolute times would judge the machine. */
interface Threshold {
  what: string;
  /** The value that is judged; none where its subjects were not measured. */
  value(results: SectionResults): number | undefined;
  atLeast?: number;
  atMost?: number;
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

function overASecond(name: SubjectName): Threshold['value'] {
  return ({ load }) => {
    const measured = load?.medians[name];
    return measured && measured.cold.overASecond + measured.burst.overASecond + (measured.steady?.overASecond ?? 0);
  };
}

export const THRESHOLDS: Threshold[] = [
  { what: 'whole loop, Fastify / plain pipeline', value: ratio('bridge-fastify', 'plain'), atLeast: 0.8 },
  { what: 'whole loop, Express / plain pipeline', value: ratio('bridge-express', 'plain'), atLeast: 0.55 },
  { what: 'whole loop, Fastify / naive controller on Fastify', value: ratio('bridge-fastify', 'naive-fastify'), atLeast: 6 },
  { what: 'whole loop, Express / naive controller on Express', value: ratio('bridge-express', 'naive-express'), atLeast: 6 },
  { what: 'answers after more than a second, Fastify', value: overASecond('bridge-fastify'), atMost: 0 },
  { what: 'answers after more than a second, Express', value: overASecond('bridge-express'), atMost: 0 },
  {
    what: 'answers/s on the filled ledger / on a new one', atLeast: 0.9, full: true,
    value: ({ ledger }) => ledger && ledger.filled.perSecond / ledger.fresh.perSecond,
  },
];

export interface Judgement {
  what: string;
  value: number;
  limit: string;
  holds: boolean;
}

/** Judges what was measured; thresholds whose subjects were left out are passed over. */
export function judge(results: SectionResults, quick: boolean): Judgement[] {
  return THRESHOLDS.flatMap(({ what, value, atLeast = -Infinity, atMost = Infinity, full }) => {
    const measured = full && quick ? undefined : value(results);
    if (measured === undefined) return [];
    const limit = atMost === Infinity ? `at least ${atLeast}` : `at most ${atMost}`;
    return [{ what, value: measured, limit, holds: measured >= atLeast && measured <= atMost }];
  });
}
