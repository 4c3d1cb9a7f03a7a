/**
 * Meta's message bodies as its OpenAPI description and its pages tell them (Cloud API, "Messages", "Template messages"), written apart
 * from the code that writes them: what may stand where, and nothing else.
 */
type Check = (value: unknown, path: string) => string[];

const isText = (value: unknown): value is string => typeof value === 'string';

const text = (pattern = /^[^]+$/, most = 4_096): Check => (value, path) => (
  isText(value) && pattern.test(value) && value.length <= most ? [] : [`${path}: no text of ${String(pattern)}`]
);
const exactly = (expected: unknown): Check => (value, path) => (value === expected ? [] : [`${path}: not ${JSON.stringify(expected)}`]);
const truth: Check = (value, path) => (typeof value === 'boolean' ? [] : [`${path}: neither true nor false`]);
const wholeNumber = (least: number, most: number): Check => (value, path) => (
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most ? [] : [`${path}: no whole number`]
);
const list = (of: (place: number) => Check, least: number, most: number): Check => (value, path) => (
  !Array.isArray(value) || value.length < least || value.length > most
    ? [`${path}: no list of ${least} to ${most}`]
    : value.flatMap((element, place) => of(place)(element, `${path}[${place}]`))
);
const object = (required: Record<string, Check>, optional: Record<string, Check> = {}): Check => (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: no object`];
  const known = { ...required, ...optional };
  return [
    ...Object.keys(required).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, member]) => known[name]?.(member, `${path}.${name}`) ?? [`${path}.${name}: unknown`]),
  ];
};
/** By the value of one field. */
const by = (field: string, kinds: Record<string, Check>): Check => (value, path) => {
  const kind = (value as Record<string, unknown> | null)?.[field];
  return isText(kind) && Object.hasOwn(kinds, kind) ? kinds[kind]!(value, path) : [`${path}.${field}: ${String(kind)} is none of ${Object.keys(kinds).join(', ')}`];
};

const link = text(/^https?:\/\/\S+$/);
const coordinate = text(/^-?\d{1,3}(?:\.\d+)?$/);
const location = object({ latitude: coordinate, longitude: coordinate }, { name: text(), address: text() });
const caption = text(/^[^]+$/, 1_024);

/** In one line, not empty, with no more than four spaces in a row (132018). */
const parameterText = text(/^(?!.* {5})(?=.*\S)[^\r\n\t\v\f\u0085\u2028\u2029]+$/, 1_024);
const textParameter = object({ type: exactly('text'), text: parameterText });

const header = object({
  type: exactly('header'),
  parameters: list(() => by('type', {
    text: textParameter,
    image: object({ type: exactly('image'), image: object({ link }) }),
    video: object({ type: exactly('video'), video: object({ link }) }),
    document: object({ type: exactly('document'), document: object({ link }, { filename: text() }) }),
    location: object({ type: exactly('location'), location }),
  }), 1, 1),
});
const body = object({ type: exactly('body'), parameters: list(() => textParameter, 1, 100) });
const button = (subType: string, parameter: Check): Check => object({
  type: exactly('button'), sub_type: exactly(subType), index: text(/^\d$/), parameters: list(() => parameter, 1, 1),
});
const buttons = by('sub_type', {
  url: button('url', textParameter),
  quick_reply: button('quick_reply', object({ type: exactly('payload'), payload: text(/^[^]+$/, 256) })),
  copy_code: button('copy_code', object({ type: exactly('coupon_code'), coupon_code: parameterText })),
});
const limitedTimeOffer = object({
  type: exactly('limited_time_offer'),
  parameters: list(() => object({ type: exactly('limited_time_offer'), limited_time_offer: object({ expiration_time_ms: wholeNumber(1e12, 1e13) }) }), 1, 1),
});
const cards = list((place) => object({ card_index: exactly(place), components: list(() => by('type', { header, body, button: buttons }), 0, 20) }), 2, 10);
const carousel = object({ type: exactly('carousel'), cards });
const template = object(
  { name: text(/^[a-z0-9_]{1,512}$/), language: object({ code: text(/^[a-z]{2,3}(?:_[A-Z]{2,4})?$/) }) },
  { components: list(() => by('type', { header, body, button: buttons, limited_time_offer: limitedTimeOffer, carousel }), 1, 100) },
);

const CONTENTS: Record<string, Check> = {
  text: object({ body: text() }, { preview_url: truth }),
  image: object({ link }, { caption }),
  video: object({ link }, { caption }),
  audio: object({ link }),
  document: object({ link }, { caption, filename: text() }),
  location,
  template,
};

const message = by('type', Object.fromEntries(Object.entries(CONTENTS).map(([type, content]) => [type, object({
  messaging_product: exactly('whatsapp'), recipient_type: exactly('individual'), to: text(/^\d{7,15}$/), type: exactly(type), [type]: content,
  biz_opaque_callback_data: text(/^[^]+$/, 512),
})])));

/** What is wrong with a body by Meta's schema; nothing where it is right. */
export function metaProblems(value: unknown): string[] {
  return [...message(value, 'body'), ...twice(value)];
}

const campaignMessage = object(
  { apiKey: text(), campaignName: text(), destination: text(/^\+\d{7,15}$/), userName: text(), templateParams: list(() => parameterText, 0, 100) },
  { source: text(), media: object({ url: link, filename: text() }), location, buttons: list(() => buttons, 1, 10), carouselCards: cards },
);

/** The same for a body of AiSensy's Campaign API ("API campaign"), whose buttons and cards are Meta's. */
export function campaignProblems(value: unknown): string[] {
  return campaignMessage(value, 'body');
}

/** One header, one body, and one button at each place: of a template, and of each of its cards. */
function twice(value: unknown): string[] {
  const { template: { components = [] } = {} } = value as { template?: { components?: Component[] } };
  const cards = components.flatMap(({ cards: own = [] }) => own.map((card) => card.components));
  return [components, ...cards].flatMap((parts) => {
    const names = parts.map(({ type, index }) => (index === undefined ? type : `${type} ${index}`));
    return names.filter((name, place) => names.indexOf(name) !== place).map((name) => `${name}: twice`);
  });
}

interface Component {
  type: string;
  index?: string;
  cards?: { components: Component[] }[];
}
