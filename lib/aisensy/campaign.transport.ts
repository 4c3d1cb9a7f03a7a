import type { CampaignTransportSettings } from '../options/resolved-options.ts';
import { AiSensyTransport, type Letter } from './aisensy.transport.ts';
import { writeCampaignMessage } from './campaign-message.writer.ts';
import type { Transport, TransportMessage } from './transport.ts';

/** Hands templates to AiSensy's Campaign API, each through the live campaign that is bound to it. */
export class CampaignTransport extends AiSensyTransport<CampaignTransportSettings> implements Transport {
  readonly name = 'campaign';

  protected get secrets(): readonly string[] {
    return [this.settings.apiKey];
  }

  protected write({ to, content }: TransportMessage): Letter {
    return { headers: {}, body: writeCampaignMessage(content, to, this.settings) };
  }
}
