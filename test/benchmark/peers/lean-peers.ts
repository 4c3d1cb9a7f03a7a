import { fileURLToPath } from 'node:url';
import { Child } from '../processes/child.ts';
import type { AiSensyMethods, AiSensySetup } from './aisensy.ts';
import type { Campaign, CampaignResult, CleverTapMethods } from './clevertap.ts';
import type { Peers } from './peers.ts';

/** The benchmark's own, which cost the machine as little as possible. */
export class LeanPeers implements Peers {
  readonly addresses: Peers['addresses'];
  private readonly cleverTap: Child<CleverTapMethods>;
  private readonly aiSensy: Child<AiSensyMethods>;

  private constructor(cleverTap: Child<CleverTapMethods>, aiSensy: Child<AiSensyMethods>, addresses: Peers['addresses']) {
    this.cleverTap = cleverTap;
    this.aiSensy = aiSensy;
    this.addresses = addresses;
  }

  static async start(): Promise<LeanPeers> {
    const [cleverTap, aiSensy] = await Promise.all([
      Child.start<CleverTapMethods>(fileURLToPath(new URL('./clevertap.ts', import.meta.url)), {}),
      Child.start<AiSensyMethods>(fileURLToPath(new URL('./aisensy.ts', import.meta.url)), {}),
    ]);
    return new LeanPeers(cleverTap, aiSensy, { ...(await cleverTap.call('addresses')), endpoint: await aiSensy.call('endpoint') });
  }

  begin(setup: AiSensySetup): Promise<void> {
    return this.aiSensy.call('begin', setup);
  }

  campaign(campaign: Campaign): Promise<CampaignResult> {
    return this.cleverTap.call('campaign', campaign);
  }

  relayed(statuses: number, withinMs: number): Promise<number> {
    return this.cleverTap.call('relayed', statuses, withinMs);
  }

  async received(): Promise<number> {
    return (await this.aiSensy.call('tally')).messages;
  }

  async cpuMs(): Promise<number> {
    const [cleverTap, aiSensy] = await Promise.all([this.cleverTap.call('cpuMs'), this.aiSensy.call('cpuMs')]);
    return cleverTap + aiSensy;
  }

  async stop(): Promise<void> {
    await Promise.all([this.cleverTap.stop(), this.aiSensy.stop()]);
  }
}
