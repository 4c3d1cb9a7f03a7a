import { isUtf8 } from 'node:buffer';
import { isObject, parseJson, textOf } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import { TEST_MSG_ID } from '../messages/outbound-message.ts';
import type { MessageContent, MessageOrigin, OutboundMessage } from '../messages/outbound-message.ts';
import { normalizePhoneNumber } from '../messages/phone-number.ts';
import { readFreeform } from './freeform.parser.ts';
import { readTemplate } from './template.parser.ts';

/** The template that CleverTap sends when a provider is saved ("Generic WhatsApp", validation payload). It is meant for no person. */
export const VALIDATION_TEMPLATE = 'whatsapp:hsm:technology:generic:verify';

/** CleverTap's page says 60; longer ones are carried all the same, within reason. */
const LONGEST_MSG_ID = 255;

/** A NUL or a lone surrogate: the ledger would not give the msgId back unchanged, and CleverTap would not know it in a report. */
const LOST_CHARACTER = /\0|\p{Surrogate}/u;

/** A message that does not know its account yet. */
export interface ParsedMessage extends Omit<OutboundMessage, 'account'> {
  /** The account's number as CleverTap wrote it, with or without its `+`. */
  wabaNumber?: string;
}

/** A body that is a message. */
export interface ReadOutbound {
  ok: true;
  message: ParsedMessage;
  /** Whether it is CleverTap's validation of the provider, which is meant for no person. */
  validation: boolean;
}

/** A body that cannot be taken as a message. */
export interface OutboundProblem {
  ok: false;
  problem: 'not-json' | 'not-a-message' | 'phone-number';
  /** What is wrong, in words that hold nothing of the body. */
  detail: string;
}

export type ParsedOutbound = ReadOutbound | OutboundProblem;

/**
 * Reads a request to the provider endpoint: templates and freeform messages in all of CleverTap's spellings, old ones included.
 * What it has no word for is passed over, since the bytes themselves go on to AiSensy. Never throws.
 */
export function parseOutbound(body: Uint8Array | string, origin: MessageOrigin = 'clevertap'): ParsedOutbound {
  const wire = typeof body === 'string' ? body : decoded(body);
  const parsed = wire === undefined ? undefined : parseJson(wire);
  if (wire === undefined || parsed === undefined) return refusal('not-json', 'The body is not JSON in UTF-8');
  if (!isObject(parsed)) return refusal('not-a-message', 'The body is not a JSON object');
  const message = unwrap(parsed);
  const msgId = readMsgId(message);
  if (msgId === undefined) return refusal('not-a-message', 'msgId is missing');
  if (msgId.length > LONGEST_MSG_ID) return refusal('not-a-message', `msgId is longer than ${LONGEST_MSG_ID} characters`);
  if (LOST_CHARACTER.test(msgId)) return refusal('not-a-message', 'msgId holds a NUL or half a character');
  const content = readContent(message);
  if (content === undefined) return refusal('not-a-message', 'The body holds neither a template nor a freeform message');
  const to = normalizePhoneNumber(message['to']);
  if (to === undefined) return refusal('phone-number', 'to is not a phone number with its country code');
  return {
    ok: true,
    message: { msgId, origin, to, wabaNumber: textOf(message['wabaNumber']), content, wire },
    validation: msgId === TEST_MSG_ID && content.type === 'template' && content.name === VALIDATION_TEMPLATE,
  };
}

/** Every byte as text, a byte order mark included; nothing where they are no UTF-8, as JSON must be (RFC 8259). */
function decoded(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString();
}

/** One of CleverTap's pages shows the whole message inside `{ "body": … }`. */
function unwrap(parsed: JsonObject): JsonObject {
  const body = parsed['body'];
  return isObject(body) && readMsgId(parsed) === undefined ? body : parsed;
}

/** Some of CleverTap's freeform samples spell it `msg_id`. */
function readMsgId(message: JsonObject): string | undefined {
  const msgId = message['msgId'] ?? message['msg_id'];
  if (typeof msgId === 'string' && msgId !== '') return msgId;
  return typeof msgId === 'number' && Number.isSafeInteger(msgId) ? String(msgId) : undefined;
}

/** The content that is there; where a body holds both kinds, `isTemplate` decides. */
function readContent(message: JsonObject): MessageContent | undefined {
  const isTemplate = message['isTemplate'];
  if (isTemplate === false || isTemplate === 'false') return readFreeform(message) ?? readTemplate(message);
  return readTemplate(message) ?? readFreeform(message);
}

function refusal(problem: OutboundProblem['problem'], detail: string): OutboundProblem {
  return { ok: false, problem, detail };
}
