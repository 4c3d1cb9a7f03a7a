import type { INestApplicationContext } from '@nestjs/common';
import type { CampaignResult } from 'nestjs-whatsapp-bridge/testing';
import { type ClosingBalance, closeBalance, goodTaps } from './closing-balance.ts';
import type { CommandLine } from './command-line.ts';
import { CouponJourney } from './coupon.journey.ts';
import { type Funnel, FunnelWatch } from './funnel.ts';
import type { LiveView } from './live-view.ts';
import type { SimulatedSides } from './simulated-sides.ts';

const DRAW_EVERY_MS = 100;
/** When nothing has moved for so long, the campaign is over, or stuck. */
const QUIET_MS = 1_000;
const STUCK_MS = 20_000;

/** Runs one campaign, shows it live, and sums it up once everything has come back. */
export async function showCampaign(
  app: INestApplicationContext, sides: SimulatedSides, view: LiveView, commandLine: CommandLine, signal: AbortSignal,
): Promise<ClosingBalance> {
  const { messages, concurrency, rate: perSecond } = commandLine;
  const watch = new FunnelWatch(app, sides, messages);
  let campaign: CampaignResult | undefined;
  const running = sides.cleverTap
    .runCampaign({ messages, concurrency, perSecond, form: 'quickReplies', signal })
    .then((result) => (campaign = result));

  let last = '';
  let movedAt = performance.now();
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, DRAW_EVERY_MS));
    const funnel = watch.now();
    view.show(funnel);
    const state = JSON.stringify(funnel);
    if (state !== last) movedAt = performance.now();
    last = state;
    const quietMs = performance.now() - movedAt;
    if (campaign && quietMs > (isSettled(app, sides, funnel) ? QUIET_MS : STUCK_MS)) break;
  }
  view.show(watch.now(), true);
  return closeBalance(await running, app, sides);
}

/** Whether everything that AiSensy posted has reached CleverTap and the app's own journey. */
function isSettled(app: INestApplicationContext, { cleverTap, aiSensy }: SimulatedSides, funnel: Funnel): boolean {
  return cleverTap.balance().unaccounted === 0 && cleverTap.inbound.length === aiSensy.callbacks.people
    && app.get(CouponJourney).coupons.size === goodTaps(cleverTap) && funnel.answered === funnel.messages;
}
