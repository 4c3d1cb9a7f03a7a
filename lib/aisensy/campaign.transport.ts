import type { Verdict } from '../messages/verdict.ts';
import type { CampaignTransportSettings } from '../options/resolved-options.ts';
import { AiSensyTransport, type WrittenRequest } from './aisensy.transport.ts';
import { writeCampaignMessage } from './campaign-message.writer.ts';
import type { Transport, TransportMessage } from './transport.ts';

const DETAILS_PATH = 'campaign-details';

/** Whom a call is for that reaches no person. */
const NOBODY = { msgId: '', to: '', account: '' };

/** Hands templates to AiSensy's Campaign API, each through the live campaign that is bound to it. */
export class CampaignTransport extends AiSensyTransport<CampaignTransportSettings> implements Transport {
  readonly name = 'campaign';

  /** Asks for a campaign's parameters, which sends nothing. The answer that there is no such campaign shows that the key is right. */
  async verify(): Promise<Verdict> {
    const { apiKey, endpoint } = this.settings;
    const written = { headers: {}, body: JSON.stringify({ apiKey, campaignName: 'nestjs-whatsapp-bridge' }) };
    const result = await this.call(written, undefined, new URL(DETAILS_PATH, endpoint));
    const verdict = this.judge(result, NOBODY);
    return verdict.kind === 'refused' && verdict.scope === undefined ? { kind: 'taken', names: [] } : verdict;
  }

  protected get secrets(): readonly string[] {
    return [this.settings.apiKey];
  }

  protected write({ to, content }: TransportMessage): WrittenRequest {
    return { headers: {}, body: writeCampaignMessage(content, to, this.settings) };
  }
}
