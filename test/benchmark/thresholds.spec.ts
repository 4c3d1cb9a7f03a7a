import { describe, expect, it } from '@jest/globals';
import type { SectionResults } from './results.ts';
import { judge } from './thresholds.ts';

/** What a run would have measured, as far as the judge looks at it. */
function loops(perSecond: Record<string, number>): SectionResults {
  const medians = Object.fromEntries(Object.entries(perSecond).map(([name, loopPerSecond]) => [
    name, { cold: { overASecond: 0 }, burst: { loopPerSecond, overASecond: 0 } },
  ]));
  return { load: { medians, rounds: {} } };
}

describe('the judge of the benchmark', () => {
  it('passes over what was not measured', () => {
    expect(judge({}, false)).toEqual([]);
    expect(judge(loops({ plain: 1_000 }), true)).toEqual([]);
  });

  it('goes by ratios of one run, so that a slow machine changes nothing', () => {
    const fast = judge(loops({ plain: 4_000, 'bridge-fastify': 2_000 }), true);
    const slow = judge(loops({ plain: 400, 'bridge-fastify': 200 }), true);
    expect(fast).toEqual(slow);
    expect(fast).toMatchObject([{ value: 0.5, holds: true }]);
  });

  it('fails what is below its limit, and names the goal too', () => {
    const [judgement] = judge(loops({ plain: 1_000, 'bridge-fastify': 100 }), true);
    expect(judgement).toMatchObject({ what: 'whole loop, Fastify / plain pipeline', holds: false, goal: 0.8 });
  });

  it('finds the one round of an overload that lost messages', () => {
    const latency = { p50: 1, p99: 1, max: 1 };
    const round = { drainPerSecond: 1_000, offeredPerSecond: 3_000, takenPerSecond: 2_400, taken: { messages: 50, latency }, refused: { messages: 9, latency }, sent: 50 };
    const rounds = { 'bridge-fastify': [round, { ...round, sent: 48 }, round] };
    expect(judge({ overload: { medians: { 'bridge-fastify': round }, rounds } }, false)).toMatchObject([{ value: 0.8, holds: false }, { value: 2, holds: false }]);
  });

  it('looks at answers after the second in the full form only: in the quick one they would judge the machine', () => {
    const late = loops({ 'bridge-fastify': 100 });
    late.load!.medians['bridge-fastify']!.cold.overASecond = 3;
    expect(judge(late, true)).toEqual([]);
    expect(judge(late, false)).toMatchObject([{ value: 3, holds: false }]);
  });
});
