import { parseOutbound } from '../../lib/clevertap/outbound.parser.ts';
import type { MessageContent, TemplateButton, TemplateCard, TemplateContent } from '../../lib/messages/outbound-message.ts';
import { languageCode, type Template } from '../../lib/messages/template.ts';

/** A template in the bridge's own form: `Hi {{1}}, your order {{2}} is on its way`. */
export function template(change: Partial<Template> = {}): Template {
  return {
    id: '1000000000000001', name: 'order_update', language: 'en', category: 'UTILITY', parameterFormat: 'POSITIONAL',
    components: [{ type: 'BODY', text: 'Hi {{1}}, your order {{2}} is on its way', example: { body_text: [['Asha', 'A-1']] } }],
    ...change,
  };
}

/** A row of Meta's list. */
export function metaRow(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'order_update', language: 'en', status: 'APPROVED', category: 'UTILITY', id: '1000000000000001', parameter_format: 'POSITIONAL',
    components: [{ type: 'BODY', text: 'Hi {{1}}, your order {{2}} is on its way', example: { body_text: [['Asha', 'A-1']] } }],
    ...change,
  };
}

/** A message of the template, with as many values as are given. */
export function content(change: Partial<TemplateContent> = {}, ...values: string[]): TemplateContent {
  return { type: 'template', name: 'order_update', language: 'en', body: { parameters: values }, buttons: [], customProps: {}, ...change };
}

const FORMATS = { text: 'TEXT', image: 'IMAGE', video: 'VIDEO', audio: 'AUDIO', file: 'DOCUMENT', location: 'LOCATION' };

/** The row of Meta's list that a message of CleverTap's is a message of. */
export function rowFor(payload: object): Record<string, unknown> {
  const message = contentOf(payload) as TemplateContent;
  const { name, language, limitedTimeOffer, carousel } = message;
  const components = [
    ...componentsFor(message),
    ...(limitedTimeOffer ? [{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { has_expiration: limitedTimeOffer.expirationTimeMs !== undefined } }] : []),
    ...(carousel ? [{ type: 'CAROUSEL', cards: carousel.map((card) => ({ components: componentsFor(card) })) }] : []),
  ];
  return metaRow({ name, language: languageCode(language), components });
}

function componentsFor({ header, body, buttons }: TemplateCard): object[] {
  const headerText = header?.type === 'text' ? variables(header.parameters.length) || 'A header' : undefined;
  return [
    ...(header ? [{ type: 'HEADER', format: FORMATS[header.type], text: headerText }] : []),
    { type: 'BODY', text: `A body ${variables(body?.parameters.length ?? 0)}` },
    ...(buttons.length > 0 ? [{ type: 'BUTTONS', buttons: buttons.map(({ kind, value }) => buttonFor(kind, value !== undefined)) }] : []),
  ];
}

function buttonFor(kind: TemplateButton['kind'], hasValue: boolean): object {
  switch (kind) {
    case 'dynamicUrl': return { type: 'URL', text: 'Open', url: hasValue ? 'https://shop.example.com/{{1}}' : 'https://shop.example.com/' };
    case 'staticUrl': return { type: 'URL', text: 'Open', url: 'https://shop.example.com/' };
    case 'callPhone': return { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+918889500122' };
    case 'copyCode': return { type: 'COPY_CODE', text: 'Copy' };
    case 'quickReply': return { type: 'QUICK_REPLY', text: 'Good' };
  }
}

function variables(count: number): string {
  return Array.from({ length: count }, (_, place) => `{{${place + 1}}}`).join(' ');
}

/** What a message of CleverTap's says, in the bridge's own form. */
export function contentOf(payload: object): MessageContent {
  const parsed = parseOutbound(Buffer.from(JSON.stringify(payload)));
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.message.content;
}
