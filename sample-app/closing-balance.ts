import type { INestApplicationContext } from '@nestjs/common';
import type { CampaignResult, CleverTapSimulator, MessageBalance } from 'nestjs-whatsapp-bridge/testing';
import { CouponJourney } from './coupon.journey.ts';
import { byCode } from './live-view.ts';
import { OptOuts } from './opt-outs.ts';
import type { SimulatedSides } from './simulated-sides.ts';
import { UnreachableNumbers } from './unreachable-numbers.ts';

/** What became of a campaign in the end. */
export interface ClosingBalance {
  /** Whether it is known of every message what became of it, none was answered late or sent twice, and each "Good" got its coupon. */
  isGood: boolean;
  /** The table for the terminal. */
  table: string;
}

type Fate = 'read' | 'delivered' | 'sent' | 'failed' | 'refused' | 'late' | 'error' | 'no word';

const FATES: Record<Fate, string> = {
  read: 'read',
  delivered: 'delivered, not read yet',
  sent: 'sent, not delivered yet',
  failed: 'failed after it was accepted',
  refused: 'refused in the answer to CleverTap',
  late: 'answered too late for CleverTap',
  error: 'HTTP error or no answer',
  'no word': 'accepted, and never heard of again',
};

/** Sums up what CleverTap knows of each message, and holds it against what AiSensy saw and what the app did. */
export function closeBalance(campaign: CampaignResult, app: INestApplicationContext, sides: SimulatedSides): ClosingBalance {
  const { cleverTap, aiSensy } = sides;
  const fates = new Map<Fate, MessageBalance[]>();
  for (const message of cleverTap.messageBalances()) {
    const fate = fateOf(message);
    fates.set(fate, [...(fates.get(fate) ?? []), message]);
  }
  const count = (fate: Fate): number => fates.get(fate)?.length ?? 0;
  const { messages, latency } = campaign;
  const accounted = (['read', 'delivered', 'sent', 'failed', 'refused'] as const).reduce((sum, fate) => sum + count(fate), 0);
  const { statusCount, inbound, duplicates } = cleverTap;
  const { rejected, failedByCode, refusedByCode } = cleverTap.balance();
  const sentTwice = aiSensy.takenTwice.length;
  const coupons = app.get(CouponJourney).coupons.size;
  const optOuts = app.get(OptOuts).numbers.size;
  const unreachable = app.get(UnreachableNumbers).numbers.size;

  const notes: Partial<Record<Fate, string>> = { failed: byCode(failedByCode), refused: byCode(refusedByCode) };
  const rows = (Object.keys(FATES) as Fate[]).filter((fate) => count(fate) > 0).map((fate) => row(FATES[fate], count(fate), notes[fate]));
  const table = [
    ...rows,
    `  ${'-'.repeat(50)}`,
    row('accounted for', accounted, `of ${messages}`),
    '',
    `  answers to CleverTap: half within ${latency.p50} ms, 99% within ${latency.p99} ms, the slowest ${latency.max} ms`,
    `  AiSensy: ${aiSensy.received.length} requests, ${aiSensy.taken.length} messages taken, ${sentTwice} of them twice`,
    `  CleverTap: ${statusCount} statuses and ${inbound.length} replies came, ${duplicates} of them twice, ${rejected} unreadable`,
    `  this app: ${coupons} coupons sent, ${optOuts} opt-outs and ${unreachable} unreachable numbers noted`,
  ].join('\n');
  const isGood = accounted === messages && count('late') === 0 && sentTwice === 0 && rejected === 0 && coupons === goodTaps(cleverTap);
  return { isGood, table };
}

/** How many people tapped "Good". */
export function goodTaps(cleverTap: CleverTapSimulator): number {
  return cleverTap.inbound.filter(({ type, content }) => type === 'button' && content.text === 'Good').length;
}

function fateOf({ outcome, statuses }: MessageBalance): Fate {
  if (outcome === 'refused') return 'refused';
  if (outcome === 'late') return 'late';
  if (outcome !== 'success') return 'error';
  const highest = (['read', 'delivered', 'failed', 'sent'] as const).find((status) => statuses.includes(status));
  return highest ?? 'no word';
}

function row(name: string, count: number, note = ''): string {
  return `  ${name.padEnd(40)}${String(count).padStart(8)}  ${note}`.trimEnd();
}
