import type { TemplateButton, TemplateCard, TemplateContent, TemplateHeader, TemplateValues } from '../messages/outbound-message.ts';
import type { CardVariableNames, VariableNames } from '../messages/template.ts';
import { UnsendableError } from './unsendable.error.ts';

/** A part of a template with this message's values, in Meta's form (Cloud API, "Template messages"). */
export type MetaComponent = Record<string, unknown> & { type: string };

/** Line breaks and tabs, which a value may not hold (Meta's error 132018), with the spaces around them. */
const BREAKS = /[^\S\r\n\t\v\f\u0085\u2028\u2029]*[\r\n\t\v\f\u0085\u2028\u2029]+\s*/g;
const SPACES = / {5,}/g;
const MOST_SPACES = ' '.repeat(4);

/**
 * A template's components: only those that bring values along, since the others stand in the template already. `names` is what the
 * template calls its variables; a value that came with a name keeps its own.
 */
export function writeComponents(content: TemplateContent, names?: VariableNames): MetaComponent[] {
  const { limitedTimeOffer, carousel } = content;
  return [
    ...writeCard(content, names),
    ...(limitedTimeOffer?.expirationTimeMs === undefined ? [] : [writeOffer(limitedTimeOffer.expirationTimeMs)]),
    ...(carousel === undefined ? [] : [{ type: 'carousel', cards: writeCards(carousel, names?.cards) }]),
  ];
}

/** A carousel's cards, in order. */
export function writeCards(cards: TemplateCard[], names: readonly CardVariableNames[] = []): { card_index: number; components: MetaComponent[] }[] {
  return cards.map((card, place) => ({ card_index: place, components: writeCard(card, names[place]) }));
}

/** The buttons that bring a value along, by their places among all the template's buttons. */
export function writeButtons(buttons: TemplateButton[]): MetaComponent[] {
  const places = placesOf(buttons);
  return buttons.flatMap((button, order) => {
    const written = writeButton(button);
    return written === undefined ? [] : [{ type: 'button', sub_type: written.subType, index: String(places[order]), parameters: [written.parameter] }];
  });
}

/**
 * A value as WhatsApp takes it: in one line, and with no more than four spaces in a row (Meta's error 132018).
 * @throws UnsendableError where nothing is left, which WhatsApp does not take either
 */
export function writeValue(value: string, part: string): string {
  const written = value.trim().replace(BREAKS, ' ').replace(SPACES, MOST_SPACES);
  if (written === '') throw new UnsendableError(1001, `A value of the template's ${part} is empty`);
  return written;
}

function writeCard({ header, body, buttons }: TemplateCard, names: CardVariableNames | undefined): MetaComponent[] {
  const head = header === undefined ? undefined : writeHeader(header, names?.header);
  return [
    ...(head === undefined ? [] : [{ type: 'header', parameters: head }]),
    ...(body === undefined || body.parameters.length === 0 ? [] : [{ type: 'body', parameters: writeTexts(body, 'body', names?.body) }]),
    ...writeButtons(buttons),
  ];
}

function writeHeader(header: TemplateHeader, names: readonly string[] | undefined): object[] | undefined {
  switch (header.type) {
    case 'text': return header.parameters.length === 0 ? undefined : writeTexts(header, 'header', names);
    case 'image':
    case 'video': return [{ type: header.type, [header.type]: { link: header.mediaUrl } }];
    case 'file': return [{ type: 'document', document: { link: header.mediaUrl, ...(header.filename !== undefined && { filename: header.filename }) } }];
    case 'location': return [{ type: 'location', location: writeLocation(header) }];
    case 'audio': throw new UnsendableError(1001, 'WhatsApp has no templates with an audio header');
  }
}

/** Coordinates go out as they came, so that none of their digits is lost. */
export function writeLocation({ latitude, longitude, name, address }: Omit<Extract<TemplateHeader, { type: 'location' }>, 'type'>): object {
  return { latitude, longitude, ...(name !== undefined && { name }), ...(address !== undefined && { address }) };
}

function writeTexts({ parameters, parameterNames }: TemplateValues, part: string, names: readonly string[] | undefined): object[] {
  return parameters.map((value, place) => {
    const text = writeValue(value, part);
    const name = parameterNames?.[place] || names?.[place];
    return name === undefined ? { type: 'text', text } : { type: 'text', parameter_name: name, text };
  });
}

function writeOffer(expirationTimeMs: number): MetaComponent {
  return {
    type: 'limited_time_offer',
    parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: expirationTimeMs } }],
  };
}

/** Static links and calls stand in the template; so does what comes without a value. */
function writeButton({ kind, value }: TemplateButton): { subType: string; parameter: object } | undefined {
  if (value === undefined) return undefined;
  switch (kind) {
    case 'dynamicUrl': return { subType: 'url', parameter: { type: 'text', text: writeValue(value, 'buttons') } };
    case 'copyCode': return { subType: 'copy_code', parameter: { type: 'coupon_code', coupon_code: writeValue(value, 'buttons') } };
    // Comes back with the tap, byte for byte.
    case 'quickReply': return value === '' ? undefined : { subType: 'quick_reply', parameter: { type: 'payload', payload: value } };
    case 'staticUrl':
    case 'callPhone': return undefined;
  }
}

/** By CleverTap's indexes where each button has one of its own; else by the order, since CleverTap may give two buttons the same. */
function placesOf(buttons: TemplateButton[]): number[] {
  const indexes = buttons.map(({ index }) => index);
  const isPlace = (index: number | undefined): index is number => index !== undefined && Number.isInteger(index) && index >= 0;
  return indexes.every(isPlace) && new Set(indexes).size === indexes.length ? indexes : indexes.map((_, order) => order);
}
