import type { AiSensySetup } from './aisensy.ts';
import type { Campaign, CampaignResult } from './clevertap.ts';

/** CleverTap and AiSensy, each in a process of its own. */
export interface Peers {
  /** Where subjects send to. */
  readonly addresses: { endpoint: string; deliveryReportUrl: string; inboundMessageUrl: string };
  /** For the next subject. */
  begin(setup: AiSensySetup): Promise<void>;
  campaign(campaign: Campaign): Promise<CampaignResult>;
  /** Resolves with the milliseconds from the last campaign's start until so many distinct statuses of it had come. */
  relayed(statuses: number, withinMs: number): Promise<number>;
  /** How many messages have come to AiSensy since `begin`. */
  received(): Promise<number>;
  /** The processor time of both so far, in milliseconds. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}
