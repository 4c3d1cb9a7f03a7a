import type { Callback } from '../messages/callback.ts';
import type { DeliveryReport, DeliveryStatus, LinkClick } from '../messages/delivery-report.ts';
import { type CallbackCode, NO_REASON } from '../messages/failure-reason.ts';
import { derivedInboundId } from '../messages/inbound-id.ts';
import type { InboundMedia, InboundMessage, InboundType } from '../messages/inbound-message.ts';
import { firstNonEmpty, firstObject, firstTime, isObject, keyword, listOf, numberOf, textOf } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import { oneLine } from '../messages/one-line.ts';
import { normalizePhoneNumber } from '../messages/phone-number.ts';
import { likelyMediaType } from './media-type.ts';

// CleverTap's callbacks ("Generic WhatsApp", message status and incoming message callbacks): the one form that is spoken on both
// sides. AiSensy's CleverTap integration sends it to the bridge, and CleverTap takes it from the bridge.

/** A status on its way to CleverTap. */
export interface RelayedStatus extends Pick<DeliveryReport, 'status' | 'at' | 'failure' | 'click'> {
  /** The id that CleverTap gave the message. */
  msgId: string;
}

/** A person's message on its way to CleverTap. */
export interface RelayedInbound extends Omit<InboundMessage, 'raw' | 'wabaNumber' | 'replyTo'> {
  /** The account's number, E.164. */
  wabaNumber: string;
  /** The msgId of CleverTap's message replied to. */
  replyTo?: string;
}

const STATUSES = new Map<string, DeliveryStatus>([
  ['sent', 'sent'], ['delivered', 'delivered'], ['read', 'read'], ['viewed', 'read'], ['played', 'read'], ['failed', 'failed'],
  ['undelivered', 'failed'], ['clicked', 'clicked'],
]);

const INBOUND_TYPES = new Map<string, InboundType>([
  ['text', 'text'], ['image', 'image'], ['video', 'video'], ['audio', 'audio'], ['voice', 'audio'], ['file', 'file'], ['document', 'file'],
  ['sticker', 'sticker'], ['location', 'location'], ['button', 'button'], ['contacts', 'contacts'], ['order', 'order'], ['form', 'form'],
  ['reaction', 'reaction'], ['interactive', 'button'], ['buttonreply', 'button'], ['listreply', 'button'], ['quickreply', 'button'],
]);

const NO_OBJECT = 'The element is not a JSON object';

/** Translates a failure whose code is none of CleverTap's own. */
export interface FailureTranslation {
  ofReport(code: unknown, title: string | undefined): Pick<DeliveryReport, 'failure' | 'freeformCode' | 'accountWide'>;
}

const OTHER: FailureTranslation = {
  ofReport(code, title = NO_REASON) {
    const name = numberOf(code);
    return { failure: { code: 1009, title: name === undefined || title.startsWith(String(name)) ? title : `${name}: ${title}` } };
  },
};

/**
 * Reads a callback in CleverTap's form: statuses and messages, alone or several at once, each on its own. Takes every spelling
 * that is documented or likely, since nobody has published what AiSensy really sends. Never throws.
 *
 * @param receivedAt when the callback came, in milliseconds since 1970; stands in for a missing time
 * @param reasons what other codes than CleverTap's mean; by default its "other", the code kept in front of the title
 */
export function readCleverTapCallback(body: unknown, receivedAt: number, reasons: FailureTranslation = OTHER): Callback {
  const callback: Callback = { reports: [], inbound: [], unreadable: [] };
  if (!Array.isArray(body)) readPart(body, receivedAt, reasons, callback);
  else for (const part of body) readPart(part, receivedAt, reasons, callback);
  return callback;
}

function readPart(part: unknown, receivedAt: number, reasons: FailureTranslation, callback: Callback): void {
  if (!isObject(part)) return void callback.unreadable.push({ reason: NO_OBJECT, raw: part });
  const { statuses, messages, wabaNumber } = part;
  if ((statuses ?? messages ?? null) === null) return readAlone(part, receivedAt, reasons, callback);
  for (const status of listOf(statuses)) add(readStatus(status, receivedAt, reasons), status, callback.reports, callback);
  for (const message of listOf(messages)) add(readInbound(message, receivedAt, wabaNumber), message, callback.inbound, callback);
}

/** An element with a known `type` is a person's message, though it may also have a `status`; without one, a `status` makes it a status. */
function readAlone(part: JsonObject, receivedAt: number, reasons: FailureTranslation, callback: Callback): void {
  const type = inboundType(part);
  const isStatus = (type === undefined || type === 'other') && part['status'] !== undefined;
  if (isStatus) add(readStatus(part, receivedAt, reasons), part, callback.reports, callback);
  else add(readInbound(part, receivedAt), part, callback.inbound, callback);
}

/** Adds what was read of an element; `found` is a string, the reason, where it could not be read. */
function add<T>(found: T | string, element: unknown, into: T[], { unreadable }: Callback): void {
  if (typeof found !== 'string') into.push(found);
  else unreadable.push({ reason: found, raw: element });
}

function readStatus(element: unknown, receivedAt: number, reasons: FailureTranslation): DeliveryReport | string {
  if (!isObject(element)) return NO_OBJECT;
  const name = firstNonEmpty(element['msgId'], element['msg_id'], element['messageId'], element['id']);
  if (name === undefined) return 'The status names no message';
  const status = STATUSES.get(element['status'] as string) ?? STATUSES.get(keyword(element['status']));
  if (status === undefined) return 'The status is none of sent, delivered, read, failed and clicked';
  const report: DeliveryReport = { names: [name], status, at: firstTime(element['timestamp'], element['ts']) ?? receivedAt };
  if (status === 'failed') Object.assign(report, readFailure(element['error'] ?? element['errors'], reasons));
  if (status === 'clicked') report.click = pickTexts(element, ['url', 'shortUrl', 'userAgent']) satisfies LinkClick;
  const recipient = normalizePhoneNumber(element['to'] ?? element['recipient']);
  if (recipient !== undefined) report.recipient = recipient;
  return report;
}

/** CleverTap's own codes are taken as they are; AiSensy may have left another, Meta's, in their place. */
function readFailure(error: unknown, reasons: FailureTranslation): ReturnType<FailureTranslation['ofReport']> {
  const fields = firstObject(error);
  const title = firstNonEmpty(fields?.['title'], fields?.['message'], error);
  const code = numberOf(fields?.['code']);
  const isCleverTaps = code !== undefined && Number.isInteger(code) && code >= 1000 && code <= 1010;
  return isCleverTaps ? { failure: { code: code as CallbackCode, title: title ?? NO_REASON } } : reasons.ofReport(fields?.['code'], title);
}

function readInbound(element: unknown, receivedAt: number, envelopeNumber?: unknown): InboundMessage | string {
  if (!isObject(element)) return NO_OBJECT;
  const type = inboundType(element);
  if (type === undefined) return 'The element is neither a status nor a message';
  const content = readContent(type, element);
  if (content === undefined) return `The message is of type ${type}, and what belongs to that is missing`;
  const wabaNumber = normalizePhoneNumber(element['wabaNumber'] ?? envelopeNumber);
  const context = firstObject(element['context']);
  const at = firstTime(element['timestamp'], element['ts']);
  const message: InboundMessage = {
    id: firstNonEmpty(element['id'], element['messageId'], element['message_id']) ?? derivedInboundId([wabaNumber, element], at, receivedAt),
    from: normalizePhoneNumber(element['from']),
    userId: firstNonEmpty(element['userId'], element['user_id']),
    name: firstNonEmpty(element['name'], firstObject(element['profile'])?.['name']),
    wabaNumber,
    at: at ?? receivedAt,
    type,
    replyTo: firstNonEmpty(context?.['id'], context?.['msgId'], context?.['msg_id']),
    ...content,
    raw: element,
  };
  return withoutUndefined(message);
}

function inboundType(element: JsonObject): InboundType | undefined {
  const named = keyword(element['type']);
  if (named !== '') return INBOUND_TYPES.get(named) ?? 'other';
  for (const [name, type] of INBOUND_TYPES) if (element[name] !== undefined) return type;
  return undefined;
}

function readContent(type: InboundType, element: JsonObject): Partial<InboundMessage> | undefined {
  const written = textOf(firstObject(element['text'])?.['body'] ?? element['text']);
  switch (type) {
    case 'text':
      return written === undefined ? undefined : { text: written };
    case 'button':
      return readButton(element);
    case 'image':
    case 'video':
    case 'sticker':
      return readMedia(firstObject(element[type]));
    case 'audio':
      return readMedia(firstObject(element['audio'] ?? element['voice']));
    case 'file':
      return readMedia(firstObject(element['file'] ?? element['document']));
    case 'location':
      return readLocation(firstObject(element['location']));
    default:
      return written === undefined ? {} : { text: written };
  }
}

function readButton(element: JsonObject): Partial<InboundMessage> | undefined {
  const around = firstObject(element['interactive']) ?? element;
  const button = firstObject(around['button'] ?? around['button_reply'] ?? around['list_reply'] ?? around['quick_reply']);
  const label = textOf(button?.['text'] ?? button?.['title']);
  if (label === undefined) return undefined;
  const payload = textOf(button?.['payload'] ?? button?.['id']);
  return { button: payload === undefined ? { text: label } : { payload, text: label } };
}

function readMedia(media: JsonObject | undefined): Partial<InboundMessage> | undefined {
  if (media === undefined) return undefined;
  const url = firstNonEmpty(media['mediaURL'], media['mediaUrl'], media['url'], media['link']);
  const mimeType = firstNonEmpty(media['mimeType'], media['mime_type'], media['mimetype']);
  return { media: withoutUndefined<InboundMedia>({ url, mimeType, ...pickTexts(media, ['id', 'caption', 'filename']) }) };
}

function readLocation(location: JsonObject | undefined): Partial<InboundMessage> | undefined {
  const latitude = firstNonEmpty(location?.['latitude'], location?.['lattitude']);
  const longitude = firstNonEmpty(location?.['longitude']);
  if (location === undefined || latitude === undefined || longitude === undefined) return undefined;
  return { location: { latitude, longitude, ...pickTexts(location, ['name', 'address', 'url']) } };
}

/** Writes statuses, many to a request. */
export function writeDeliveryReports(statuses: readonly RelayedStatus[]): string {
  return JSON.stringify({ payloadVersion: '0.1', statuses: statuses.map(writeStatus) });
}

function writeStatus({ msgId, status, at, failure, click }: RelayedStatus): JsonObject {
  if (status === 'clicked') {
    const { url, shortUrl, userAgent } = click ?? {};
    return { msgId, status: 'Clicked', ts: seconds(at), url, shortUrl, userAgent };
  }
  const written = { msgId, status, timestamp: String(seconds(at)) };
  if (status !== 'failed') return written;
  const { code, title } = failure ?? { code: 1009, title: NO_REASON };
  return { ...written, error: { code, title } };
}

/** Whether CleverTap has a form for a message at all, whoever sent it. It has none for reactions and system notes. */
export function isRelayable(message: Omit<InboundMessage, 'raw'>): boolean {
  return writeContent(message) !== undefined;
}

/** Writes one message of a person; `undefined` where CleverTap has no form for it, or the person has no phone number. */
export function writeInboundMessage(message: RelayedInbound): string | undefined {
  const content = writeContent(message);
  if (content === undefined || message.from === undefined) return undefined;
  const [type, holder] = content;
  return JSON.stringify({
    payloadVersion: '0.1',
    from: withoutPlus(message.from),
    wabaNumber: withoutPlus(message.wabaNumber),
    timestamp: String(seconds(message.at)),
    type,
    context: message.replyTo === undefined ? undefined : { id: message.replyTo },
    [type]: holder,
  });
}

type WrittenContent = [type: string, holder: JsonObject];

function writeContent(message: Omit<InboundMessage, 'raw'>): WrittenContent | undefined {
  const { type, button, media, location } = message;
  switch (type) {
    case 'text':
      return message.text ? ['text', { body: message.text }] : undefined;
    case 'button':
      // As WhatsApp does: a quick reply without a payload has its label as payload.
      return button && ['button', { payload: button.payload ?? button.text, text: button.text }];
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
    case 'sticker':
      return media?.url === undefined ? summary(message) : writeMedia(type, { ...media, url: media.url });
    case 'location':
      return location && ['location', {
        address: location.address ?? '', latitude: String(location.latitude), longitude: String(location.longitude),
        name: location.name, url: location.url,
      }];
    case 'contacts':
    case 'order':
    case 'form':
      return summary(message);
    default:
      return undefined;
  }
}

function writeMedia(kind: 'image' | 'video' | 'audio' | 'file' | 'sticker', media: InboundMedia & { url: string }): WrittenContent {
  const written = { mediaURL: media.url, mimeType: media.mimeType ?? likelyMediaType(kind, media.url) };
  return [kind === 'sticker' ? 'image' : kind, kind === 'audio' ? written : { ...written, caption: media.caption }];
}

/** One line of text for what CleverTap has no form for: it still counts the answer. A medium that nobody can open is told so too. */
function summary({ type, text: written, media }: Omit<InboundMessage, 'raw'>): WrittenContent {
  return ['text', { body: oneLine(written ?? media?.caption ?? '', Infinity) ?? `[${type}]` }];
}

function seconds(at: number): number {
  return Math.floor(at / 1000);
}

function withoutPlus(phoneNumber: string): string {
  return phoneNumber.replace(/^\+/, '');
}

function pickTexts<K extends string>(holder: JsonObject, keys: readonly K[]): { [key in K]?: string } {
  const picked: { [key in K]?: string } = {};
  for (const key of keys) {
    const value = firstNonEmpty(holder[key]);
    if (value !== undefined) picked[key] = value;
  }
  return picked;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
