import type { MessageContent, TemplateContent, TemplateHeader } from '../messages/outbound-message.ts';
import type { CampaignTransportSettings } from '../options/resolved-options.ts';
import { writeButtons, writeCards, writeLocation, writeValue } from './template-components.writer.ts';
import { UnsendableError } from './unsendable.error.ts';

type CampaignSettings = Pick<CampaignTransportSettings, 'apiKey' | 'campaigns' | 'userName' | 'source'>;

/**
 * Writes a template as AiSensy's Campaign API takes it ("API campaign"): the campaign is bound to the template, so the body's values
 * and what differs from message to message go along. `to` keeps its `+`: a number without a country code that AiSensy recognises is
 * taken for an Indian one.
 * @throws UnsendableError where the API has no place for a part of the message, which then is not sent at all
 */
export function writeCampaignMessage(content: MessageContent, to: string, settings: CampaignSettings): string {
  if (content.type !== 'template') throw new UnsendableError(1009, "AiSensy's Campaign API sends templates only, no freeform messages");
  if (content.limitedTimeOffer?.expirationTimeMs !== undefined) {
    throw new UnsendableError(1001, "AiSensy's Campaign API has no place for the end of a limited time offer");
  }
  const { apiKey, userName, source } = settings;
  const { header, body, buttons, carousel } = content;
  const written = writeButtons(buttons);
  return JSON.stringify({
    apiKey,
    campaignName: campaignOf(content, settings),
    destination: to,
    userName: userName ?? to.replace(/^\+/, ''),
    ...(source !== undefined && { source }),
    templateParams: (body?.parameters ?? []).map((value) => writeValue(value, 'body')),
    ...(header !== undefined && writeHeader(header)),
    ...(written.length > 0 && { buttons: written }),
    ...(carousel !== undefined && { carouselCards: writeCards(carousel) }),
  });
}

/** A campaign's name is usually chosen like its template's. */
function campaignOf({ name, language }: TemplateContent, { campaigns }: CampaignSettings): string {
  const chosen = typeof campaigns === 'function' ? campaigns(name, language) : campaigns && Object.hasOwn(campaigns, name) ? campaigns[name] : undefined;
  return typeof chosen === 'string' && chosen !== '' ? chosen : name;
}

function writeHeader(header: TemplateHeader): object {
  switch (header.type) {
    case 'text':
      if (header.parameters.length === 0) return {};
      throw new UnsendableError(1001, "AiSensy's Campaign API has no place for the values of a text header");
    case 'audio':
      throw new UnsendableError(1001, 'WhatsApp has no templates with an audio header');
    case 'location':
      return { location: writeLocation(header) };
    default:
      return { media: { url: header.mediaUrl, filename: filenameOf(header) } };
  }
}

/** AiSensy wants one with every medium. */
function filenameOf(header: Extract<TemplateHeader, { mediaUrl: string }>): string {
  if (header.type === 'file' && header.filename !== undefined && header.filename !== '') return header.filename;
  const last = URL.canParse(header.mediaUrl) ? new URL(header.mediaUrl).pathname.split('/').at(-1)! : '';
  return decoded(last) || header.type;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
