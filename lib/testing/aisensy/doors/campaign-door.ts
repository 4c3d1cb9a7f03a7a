import type { Exchange } from '../../wire/http-server.ts';
import { behaviours, type AnswerBehaviour } from '../behaviour.ts';
import type { CampaignApiOptions, SimulatedCampaign } from '../options.ts';
import type { ReadMessage, ReceivedMessage } from '../received-messages.ts';
import { list, object, ownError, text, type Door, type Json } from './door.ts';

/** AiSensy's Campaign API: the key stands in the body, and a campaign is bound to its template. */
export class CampaignDoor implements Door {
  readonly name = 'campaign';
  readonly path = '/campaign/t1/api/v2';
  private readonly options: CampaignApiOptions;
  private readonly wabaNumber: string;

  constructor(options: CampaignApiOptions, wabaNumber: string) {
    this.options = options;
    this.wabaNumber = wabaNumber;
  }

  refuses(_exchange: Exchange, body: Json): AnswerBehaviour | undefined {
    const { apiKey } = this.options;
    return apiKey === undefined || body.apiKey === apiKey ? undefined : ownError(401, 'Invalid API Key');
  }

  /** A campaign is named like its template here. Nothing of the caller's own comes along that could be an id. */
  read(body: Json): ReadMessage {
    return { msgId: '', to: text(body.destination), wabaNumber: this.wabaNumber, template: text(body.campaignName) };
  }

  problem(body: Json): AnswerBehaviour | undefined {
    if (!/^\+?\d{8,15}$/.test(text(body.destination))) return behaviours.badRequest('Invalid Number');
    if (text(body.userName) === '') return behaviours.badRequest('userName is required');
    const campaign = this.campaign(body);
    if ('kind' in campaign) return campaign;
    const { params, media = false } = campaign;
    if (params !== undefined && list(body.templateParams).length !== params) return behaviours.badRequest();
    return media && text(object(body.media).url) === '' ? behaviours.badRequest('Media URL Missing') : undefined;
  }

  accepted({ names }: ReceivedMessage): object {
    return { success: 'true', submitted_message_id: names.submittedId };
  }

  /** What `campaign-details` answers: the expected parameters, without a send. */
  details(body: Json): AnswerBehaviour {
    const campaign = this.campaign(body);
    if ('kind' in campaign) return campaign;
    const { params = 0, media = false } = campaign;
    return { kind: 'answer', body: { success: 'true', campaign: { name: text(body.campaignName), totalParams: params, hasMedia: media } } };
  }

  private campaign(body: Json): SimulatedCampaign | AnswerBehaviour {
    const { campaigns } = this.options;
    const name = text(body.campaignName);
    if (campaigns === undefined) return name === '' ? behaviours.badRequest('Campaign does not exist.') : {};
    const campaign = Object.hasOwn(campaigns, name) ? campaigns[name]! : undefined;
    if (campaign === undefined) return behaviours.badRequest('Campaign does not exist.');
    return campaign.live === false ? behaviours.badRequest('Campaign is Not Live') : campaign;
  }
}
