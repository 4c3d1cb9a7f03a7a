import type { JsonObject } from '../messages/json-fields.ts';
import type {
  FreeformContent, MessageContent, OutboundMessage, TemplateButton, TemplateButtonKind, TemplateCard, TemplateContent, TemplateHeader, TemplateValues,
} from '../messages/outbound-message.ts';

/** A message of the host app's own, before it is written. */
export interface WritableMessage extends Pick<OutboundMessage, 'msgId' | 'to' | 'content'> {
  /** The account's number, E.164. */
  wabaNumber: string;
}

const SUB_TYPES: Record<TemplateButtonKind, string> = {
  dynamicUrl: 'dynamicUrl', staticUrl: 'staticUrl', quickReply: 'quickReply', callPhone: 'callPhone', copyCode: 'copy_code',
};

/** Writes a message as CleverTap itself would have sent it ("Generic WhatsApp", message payloads). */
export function writeOutbound({ msgId, to, wabaNumber, content }: WritableMessage): string {
  const address = { payloadVersion: 0.1, to: to.replace(/^\+/, ''), wabaNumber };
  const message = content.type === 'template'
    ? {
        ...address, isTemplate: true, msgId,
        template: { namespace: content.name, languageCode: content.language },
        components: templateComponents(content),
      }
    : { ...address, msgId, type: content.type, isTemplate: false, [content.type]: freeform(content) };
  return JSON.stringify(message);
}

function templateComponents(content: TemplateContent): JsonObject[] {
  const { footer, limitedTimeOffer, carousel, customProps } = content;
  const components = [...fixedComponents(content)];
  if (footer !== undefined) components.push({ type: 'footer', footer });
  if (limitedTimeOffer !== undefined) components.push(offer(limitedTimeOffer));
  components.push(...content.buttons.map(button));
  if (carousel !== undefined) components.push({ type: 'carousel', cards: carousel.map((card) => ({ components: cardComponents(card) })) });
  const pairs = Object.entries(customProps).map((pair) => Object.fromEntries([pair]));
  if (pairs.length > 0) components.push({ customProps: pairs });
  return components;
}

function cardComponents(card: TemplateCard): JsonObject[] {
  return [...fixedComponents(card), ...card.buttons.map(button)];
}

function fixedComponents({ header, body }: TemplateCard): JsonObject[] {
  const components: JsonObject[] = [];
  if (header !== undefined) components.push({ type: 'header', header: { type: header.type, [header.type]: headerContent(header) } });
  if (body !== undefined) components.push({ type: 'body', body: { text: body.text, parameters: texts(body) } });
  return components;
}

function headerContent(header: TemplateHeader): JsonObject {
  switch (header.type) {
    case 'text':
      return { text: header.text, parameters: header.parameters.length > 0 ? texts(header) : undefined };
    case 'location':
      return location(header);
    case 'file':
      return { mediaURL: header.mediaUrl, filename: header.filename };
    default:
      return { mediaURL: header.mediaUrl };
  }
}

function freeform(content: Exclude<MessageContent, TemplateContent>): JsonObject {
  switch (content.type) {
    case 'text':
      return { body: content.text };
    case 'location':
      return location(content);
    case 'audio':
      return { mediaURL: content.mediaUrl };
    case 'file':
      return { mediaURL: content.mediaUrl, caption: content.caption, filename: content.filename };
    default:
      return { mediaURL: content.mediaUrl, caption: content.caption };
  }
}

function location({ longitude, latitude, name, address }: Extract<FreeformContent | TemplateHeader, { type: 'location' }>): JsonObject {
  return { longitude, latitude, name, address };
}

function offer({ text, expirationTimeMs }: NonNullable<TemplateContent['limitedTimeOffer']>): JsonObject {
  const parameters = expirationTimeMs === undefined
    ? undefined
    : [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: expirationTimeMs } }];
  return { type: 'limited_time_offer', text, parameters };
}

function button({ kind, index, text, value }: TemplateButton): JsonObject {
  const parameters = value === undefined ? undefined : [buttonParameter(kind, value)];
  return { type: 'button', index, subType: SUB_TYPES[kind], buttonText: text, parameters };
}

function buttonParameter(kind: TemplateButtonKind, value: string): JsonObject {
  if (kind === 'quickReply') return { type: 'payload', payload: value };
  return kind === 'copyCode' ? { type: 'coupon_code', coupon_code: value } : { type: 'text', text: value };
}

function texts({ parameters, parameterNames }: TemplateValues): JsonObject[] {
  // As Meta spells it, since no page of CleverTap's shows a name.
  return parameters.map((text, place) => ({ type: 'text', parameter_name: parameterNames?.[place] || undefined, text }));
}
