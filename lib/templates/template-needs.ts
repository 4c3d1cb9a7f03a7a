import type { TemplateCard, TemplateContent, TemplateHeader } from '../messages/outbound-message.ts';
import { type Template, type TemplateComponent, variablesIn } from '../messages/template.ts';

/** What a message of a template must bring along: made once for each template, so that looking at a message costs a few comparisons. */
export interface TemplateNeeds extends CardNeeds {
  /** Whether its limited time offer shows when it ends. */
  expiry: boolean;
  cards?: CardNeeds[];
}

/** What may stand on a carousel's card too. Where a template does not tell, nothing is asked for. */
interface CardNeeds {
  /** `unknown`: a kind of header that the bridge has no word for. */
  header: 'none' | 'unknown' | TemplateHeader['type'];
  headerValues: number;
  bodyValues?: number;
  urlValues?: number;
  coupons?: number;
  /** Whether there may be buttons that the template does not tell: a message may bring more for them, but not less. */
  moreButtons: boolean;
}

type Told = Pick<Template, 'category' | 'components' | 'mayHaveMore'>;

const HEADERS: ReadonlyMap<string, TemplateHeader['type']> = new Map([
  ['TEXT', 'text'], ['IMAGE', 'image'], ['VIDEO', 'video'], ['DOCUMENT', 'file'], ['LOCATION', 'location'],
]);

export function needsOf(template: Told): TemplateNeeds {
  const { components, mayHaveMore = [] } = template;
  const carousels = of(components, 'CAROUSEL');
  const cardsAreTold = carousels.every(({ cards }) => cards !== undefined) && !(carousels.length === 0 && mayHaveMore.includes('cards'));
  return {
    ...cardNeeds(template),
    expiry: of(components, 'LIMITED_TIME_OFFER').some((offer) => offer.limited_time_offer?.has_expiration === true),
    ...(cardsAreTold && {
      cards: carousels.flatMap(({ cards = [] }) => cards.map((card) => cardNeeds({ ...template, components: card.components }))),
    }),
  };
}

/** Why a message cannot be one of the template, in words that hold nothing of the message; nothing where it can. */
export function misfit(needs: TemplateNeeds, content: TemplateContent): string | undefined {
  const { carousel = [], limitedTimeOffer } = content;
  const own = cardMisfit(needs, content);
  if (own !== undefined) return own;
  if (needs.expiry && limitedTimeOffer?.expirationTimeMs === undefined) return 'its limited time offer takes the time when it ends, and none came';
  if (needs.cards === undefined) return undefined;
  if (carousel.length !== needs.cards.length) return `it has ${count(needs.cards.length, 'card')}, ${carousel.length} came`;
  for (const [place, card] of needs.cards.entries()) {
    const why = cardMisfit(card, carousel[place]!);
    if (why !== undefined) return `card ${place + 1}: ${why}`;
  }
  return undefined;
}

function cardNeeds({ category, components, mayHaveMore = [] }: Told): CardNeeds {
  const [header] = of(components, 'HEADER');
  const [body] = of(components, 'BODY');
  const buttons = of(components, 'BUTTONS').flatMap((group) => group.buttons ?? []);
  return {
    header: header === undefined ? (mayHaveMore.includes('header') ? 'unknown' : 'none') : HEADERS.get(header.format ?? 'TEXT') ?? 'unknown',
    headerValues: variablesIn(header?.text).length,
    ...((body === undefined || body.text !== undefined) && { bodyValues: variablesIn(body?.text).length }),
    // A one-time password's button takes the password, but it is told as a link, as a coupon, as a kind of its own or not at all.
    ...(category !== 'AUTHENTICATION' && !buttons.some(({ type }) => type === 'OTP') && {
      urlValues: buttons.filter(({ url }) => variablesIn(url).length > 0).length,
      coupons: buttons.filter(({ type }) => type === 'COPY_CODE').length,
    }),
    moreButtons: mayHaveMore.includes('buttons'),
  };
}

function cardMisfit(needs: CardNeeds, { header, body, buttons }: TemplateCard): string | undefined {
  return headerMisfit(needs, header)
    ?? wrongCount('its body', needs.bodyValues, body?.parameters.length ?? 0, 'value')
    ?? wrongCount('its buttons', needs.urlValues, given(buttons, 'dynamicUrl'), 'URL value', needs.moreButtons)
    ?? wrongCount('its buttons', needs.coupons, given(buttons, 'copyCode'), 'coupon code', needs.moreButtons);
}

function headerMisfit({ header: needed, headerValues }: CardNeeds, header: TemplateHeader | undefined): string | undefined {
  if (needed === 'unknown') return undefined;
  const values = header?.type === 'text' ? header.parameters.length : 0;
  const wrongValues = wrongCount('its header', headerValues, values, 'value');
  if (wrongValues !== undefined) return wrongValues;
  // Text without variables is the template's own, whether the message repeats it or not.
  const medium = header === undefined || header.type === 'text' ? undefined : header.type;
  const needsMedium = needed !== 'none' && needed !== 'text';
  if (needsMedium && medium === undefined) return `its header takes ${a(needed)}, and none came`;
  if (!needsMedium && medium !== undefined) return `its header takes no ${medium}, and one came`;
  if (medium !== undefined && medium !== needed) return `its header takes ${a(needed)}, ${a(medium)} came`;
  return header !== undefined && 'mediaUrl' in header && header.mediaUrl.trim() === '' ? `its header takes ${a(needed)}, and its URL is empty` : undefined;
}

function wrongCount(part: string, needed: number | undefined, came: number, what: string, orMore = false): string | undefined {
  if (needed === undefined || needed === came || (orMore && came > needed)) return undefined;
  return `${part} ${part.endsWith('s') ? 'take' : 'takes'} ${count(needed, what)}, ${came} came`;
}

function given(buttons: TemplateCard['buttons'], kind: 'dynamicUrl' | 'copyCode'): number {
  return buttons.filter((button) => button.kind === kind && button.value !== undefined && button.value !== '').length;
}

function of(components: TemplateComponent[], type: string): TemplateComponent[] {
  return components.filter((component) => component.type === type);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function a(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
