import { readFileSync } from 'node:fs';
import { forkSimulator, type ForkedAiSensy, type ForkedCleverTap } from '../../../lib/testing/fork-simulator.ts';
import type { SentMessage } from '../../../lib/testing/clevertap/campaign.ts';
import type { AiSensySetup } from './aisensy.ts';
import type { Campaign, CampaignResult } from './clevertap.ts';
import { ACCOUNT } from './message.ts';
import type { Peers } from './peers.ts';
import { type Refusals, RefusalTally } from './refusals.ts';

/** The published simulators, which keep every message and check every callback, and cost the machine more for it. */
export class SimulatorPeers implements Peers {
  readonly addresses: Peers['addresses'];
  private readonly cleverTap: ForkedCleverTap;
  private readonly aiSensy: ForkedAiSensy;
  private startedAt = 0;

  private constructor(cleverTap: ForkedCleverTap, aiSensy: ForkedAiSensy) {
    this.cleverTap = cleverTap;
    this.aiSensy = aiSensy;
    this.addresses = { ...cleverTap.addresses, ...aiSensy.addresses };
  }

  static async start(): Promise<SimulatorPeers> {
    const [cleverTap, aiSensy] = await Promise.all([
      forkSimulator({ simulator: 'clevertap', options: { headers: ACCOUNT.key, wabaNumber: ACCOUNT.mobileNumber } }),
      forkSimulator({ simulator: 'aisensy', options: { token: ACCOUNT.token, keepBodies: false, retryAfterMs: 100 } }),
    ]);
    return new SimulatorPeers(cleverTap, aiSensy);
  }

  async begin({ deliveryReportUrl, delayMs }: AiSensySetup): Promise<void> {
    await this.aiSensy.call('reset');
    await this.aiSensy.call('setReports', deliveryReportUrl === undefined ? { statuses: [] } : {});
    if (deliveryReportUrl !== undefined) await this.aiSensy.call('setTargets', { deliveryReportUrl });
    await this.aiSensy.call('setPlan', { kind: 'answer', delayMs });
  }

  async campaign({ url, messages, connections, perSecond }: Campaign): Promise<CampaignResult> {
    await this.cleverTap.call('providerUrl', url);
    await this.cleverTap.call('reset');
    this.startedAt = performance.now();
    const result = await this.cleverTap.call('runCampaign', {
      messages, concurrency: connections, form: 'carousel', ...(perSecond !== undefined && { perSecond }),
    });
    const { latency: { p50, p99, max }, late, success } = result;
    const refusals = refusalsOf(result);
    return {
      messages, perSecond: result.perSecond, latency: { p50, p99, max }, overASecond: late,
      failed: messages - success - late - (refusals?.messages ?? 0), ...(refusals && { refusals }),
    };
  }

  async relayed(statuses: number, timeoutMs: number): Promise<number> {
    await this.cleverTap.call('waitForStatuses', statuses, { timeoutMs });
    return performance.now() - this.startedAt;
  }

  async received(): Promise<number> {
    return (await this.aiSensy.call('requestsPerSecond')).reduce((sum, requests) => sum + requests, 0);
  }

  async cpuMs(): Promise<number> {
    return cpuMsOf(this.cleverTap.process.pid) + cpuMsOf(this.aiSensy.process.pid);
  }

  async stop(): Promise<void> {
    await Promise.all([this.cleverTap.stop(), this.aiSensy.stop()]);
  }
}

function refusalsOf({ byMsgId }: { byMsgId: Map<string, SentMessage> }): Refusals | undefined {
  const tally = new RefusalTally();
  const answers = [...byMsgId.values()].map(({ status, ms, at }) => ({ status, ms, at: at + ms })).sort((a, b) => a.at - b.at);
  const startedAt = Math.min(...[...byMsgId.values()].map(({ at }) => at));
  for (const { status, ms, at } of answers) tally.add(status, ms, at - startedAt);
  return tally.result;
}

/** Another process's processor time, as Linux tells it, in hundredths of a second; 0 elsewhere. */
function cpuMsOf(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
  return (user + system) * 10;
}
