import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';

export interface PaceRow {
  /** Calls a second that the account allows, and those that came to AiSensy, over so many seconds. */
  wantedPerSecond: number;
  sentPerSecond: number;
  seconds: number;
  /** Of single seconds, the fewest and the most. */
  fewest: number;
  most: number;
}

export type PaceSection = PaceRow[];

const SUBJECT = 'bridge-fastify';
const RATES = [50, 700];
/** More than goes out meanwhile. */
const SPARE_SECONDS = 15;

/** How well `maxRequestsPerSecond` is kept behind a backlog. */
export async function measurePace(bench: Bench, log: (line: string) => void): Promise<PaceSection | undefined> {
  const { subjects, sizes: { paceSeconds } } = bench.options;
  if (!subjects.includes(SUBJECT)) return undefined;
  const rows: PaceSection = [];
  for (const perSecond of RATES) {
    rows.push(await bench.life(SUBJECT, { perSecond }, async (life) => {
      await life.send({ messages: perSecond * (paceSeconds + SPARE_SECONDS) }, { relayed: false });
      const startedAt = performance.now();
      const counts = [await life.sent()];
      for (let second = 1; second <= paceSeconds; second += 1) {
        await delay(startedAt + second * 1_000 - performance.now());
        counts.push(await life.sent());
      }
      const seconds = (performance.now() - startedAt) / 1_000;
      const each = counts.slice(1).map((count, place) => count - counts[place]!);
      const sentPerSecond = (counts.at(-1)! - counts[0]!) / seconds;
      return { wantedPerSecond: perSecond, sentPerSecond, seconds: paceSeconds, fewest: Math.min(...each), most: Math.max(...each) };
    }));
    log(`${perSecond} calls a second allowed, ${rows.at(-1)!.sentPerSecond.toFixed(2)} sent over ${paceSeconds} s`);
  }
  return rows;
}
