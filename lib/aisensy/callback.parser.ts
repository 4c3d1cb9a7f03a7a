import type { Callback } from '../messages/callback.ts';
import { fieldsOf, firstText, isObject, type JsonObject, listOf } from '../messages/json-fields.ts';
import { readCleverTapCallback } from '../clevertap/callback-form.ts';
import { CallbackElements, unreadable, UnreadableError } from './callback-elements.ts';
import { FailureReasons } from './failure-reasons.ts';
import { parseMetaWebhook } from './meta-webhook.parser.ts';
import { isTopic, parseProjectWebhook } from './project-webhook.parser.ts';

/** What a single status or message is known by that only CleverTap's form can hold. */
const CLEVERTAP_NAMES = ['from', 'msgId', 'msg_id'];

/** What CleverTap's form is known by: a batch of statuses or of messages, a person's message, or one status alone. */
const CLEVERTAP_FIELDS = ['statuses', 'messages', ...CLEVERTAP_NAMES];

/** What Meta's notifications hold, and the two marks beside it by which one is known without its envelope. */
const META_LISTS = ['statuses', 'messages', 'contacts', 'user_preferences', 'errors'];
const META_MARKS = ['metadata', 'messaging_product'];

/** What only AiSensy's own rows hold. */
const PROJECT_FIELDS = ['submitted_message_id', 'message_content'];

/**
 * Reads a request to any of the callback routes, whichever of AiSensy's three forms it has: Meta's is known by `entry`, the
 * project webhook's by `topic` or `event`. A message or a status without the envelope of its form is taken too, and an array holds any of
 * these. A name that other services use as well, such as `event` or `metadata`, makes no form where the rest of it is missing. Never
 * throws: what has no known form is unreadable, and kept.
 */
export function parseCallback(body: unknown, receivedAt: number, reasons = new FailureReasons()): Callback {
  if (!Array.isArray(body)) return parsePart(body, receivedAt, reasons);
  const elements = new CallbackElements();
  for (const part of body) elements.add(parsePart(part, receivedAt, reasons));
  return elements;
}

function parsePart(part: unknown, receivedAt: number, reasons: FailureReasons): Callback {
  try {
    return parseForm(part, receivedAt, reasons);
  } catch (error) {
    return { reports: [], inbound: [], unreadable: [unreadable(error, part)] };
  }
}

function parseForm(part: unknown, receivedAt: number, reasons: FailureReasons): Callback {
  if (isObject(part)) {
    const metas = metaForm(part);
    if (metas !== undefined) return parseMetaWebhook(metas, receivedAt, reasons);
    const projects = projectForm(part);
    if (projects !== undefined) return parseProjectWebhook(projects, receivedAt, reasons);
    if (isCleverTaps(part)) return readCleverTapCallback(part, receivedAt, reasons);
  }
  throw new UnreadableError('The form of the callback is not known');
}

/** Meta's notification: as it is, or around what came of it. */
function metaForm(part: JsonObject): JsonObject | undefined {
  if ('entry' in part) return part;
  if ('changes' in part || ('field' in part && 'value' in part)) return { entry: [part] };
  const isValue = hasAny(part, META_MARKS) && hasAny(part, META_LISTS) && ![part, ...listOf(part.statuses)].some(namesCleverTaps);
  return isValue ? { entry: [{ value: part }] } : undefined;
}

/** The project webhook's notification: as it is, or around the message that came alone. */
function projectForm(part: JsonObject): JsonObject | undefined {
  if ('message' in fieldsOf(part.data)) return part;
  if (hasAny(part, CLEVERTAP_FIELDS)) return undefined;
  if (hasAny(part, ['topic', 'event']) && ('data' in part || isTopic(part.topic ?? part.event))) return part;
  return hasAny(part, PROJECT_FIELDS) ? { data: { message: part } } : undefined;
}

/** A status alone, and a message of a person without a number, are known by what they cannot do without. */
function isCleverTaps(part: JsonObject): boolean {
  if (hasAny(part, CLEVERTAP_FIELDS)) return true;
  const { status, messageId, id, type } = part;
  return (firstText(status) !== undefined && firstText(messageId, id) !== undefined) || (typeof type === 'string' && part[type.toLowerCase()] !== undefined);
}

function namesCleverTaps(element: unknown): boolean {
  return hasAny(fieldsOf(element), CLEVERTAP_NAMES);
}

function hasAny(part: JsonObject, fields: readonly string[]): boolean {
  return fields.some((field) => field in part);
}
