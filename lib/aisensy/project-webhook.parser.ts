import type { Callback } from '../messages/callback.ts';
import type { DeliveryReport, DeliveryStatus } from '../messages/delivery-report.ts';
import { derivedInboundId } from '../messages/inbound-id.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import { fieldsOf, firstText, firstTime, isObject, listOf, texts } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import { normalizePhoneNumber } from '../messages/phone-number.ts';
import { CallbackElements, UnreadableError } from './callback-elements.ts';
import { FailureReasons } from './failure-reasons.ts';
import { readInboundContent } from './inbound-content.ts';

const STATUS_TOPIC = 'message.status.updated';
const PERSON_TOPIC = 'message.sender.user';
const TOPICS = ['message.created', STATUS_TOPIC, PERSON_TOPIC];

/** Whatever AiSensy is known to notify, and its test. */
const KNOWN_TOPIC = /^(?:(?:message|contact|order|payment|lead_form)\.|test\.webhook$)/i;

/** AiSensy's statuses, and the field that tells when each came about. */
const STATUSES: ReadonlyMap<string, [status: DeliveryStatus, time: string]> = new Map([
  ['SENT', ['sent', 'sent_at']],
  ['DELIVERED', ['delivered', 'delivered_at']],
  ['READ', ['read', 'read_at']],
  ['PLAYED', ['read', 'read_at']],
  ['FAILED', ['failed', 'failed_at']],
]);

/** Whether a message was a freeform one, by its `is_HSM`. */
const FREEFORM: ReadonlyMap<string, boolean> = new Map([['true', false], ['false', true]]);

/**
 * Reads AiSensy's project webhook (Manage > Webhooks). Topics that are about neither a status nor a person's message hold
 * nothing for the bridge, and give an empty callback, as does AiSensy's test.
 */
export function parseProjectWebhook(body: JsonObject, receivedAt: number, reasons = new FailureReasons()): Callback {
  const elements = new CallbackElements();
  const topic = firstText(body.topic, body.event)?.trim().toLowerCase();
  if (topic !== undefined && !TOPICS.includes(topic)) {
    // AiSensy may have new topics; an event that is none of its topics may be a status in a form that nobody has seen.
    if (firstText(body.topic) === undefined && !isTopic(topic)) elements.unreadable.push({ reason: 'The event is not known', raw: body });
    return elements;
  }
  const messages = listOf(body.data).flatMap((data) => listOf(fieldsOf(data).message));
  for (const message of messages.length === 0 ? [undefined] : messages) {
    elements.element(messages.length > 1 ? message : body, () => readMessage(message, { body, topic, receivedAt }, reasons, elements));
  }
  return elements;
}

/** Whether a name is one of AiSensy's own topics, of use to the bridge or not. */
export function isTopic(name: unknown): boolean {
  return KNOWN_TOPIC.test(firstText(name)?.trim() ?? '');
}

/** What a message came in. */
interface Envelope {
  body: JsonObject;
  /** Missing where the message came alone. */
  topic: string | undefined;
  receivedAt: number;
}

function readMessage(message: unknown, { body, topic, receivedAt }: Envelope, reasons: FailureReasons, elements: CallbackElements): void {
  if (!isObject(message)) throw new UnreadableError('The notification holds no message');
  const sender = firstText(message.sender)?.trim().toUpperCase();
  // A person's message also comes as message.created; its status, DELIVERED, says only that it has reached AiSensy.
  const fromPerson = sender === undefined ? topic === PERSON_TOPIC : sender === 'USER';
  if (fromPerson) {
    if (topic !== STATUS_TOPIC) elements.inbound.push(readInbound(message, body, receivedAt));
    return;
  }
  const report = readReport(message, body, receivedAt, reasons);
  if (report !== undefined) elements.reports.push(report);
  else if (topic === undefined || topic === STATUS_TOPIC) throw new UnreadableError('The status is not known');
}

export function readReport(message: JsonObject, body: JsonObject, receivedAt: number, reasons: FailureReasons): DeliveryReport | undefined {
  const known = STATUSES.get(firstText(message.status)?.trim().toUpperCase() ?? '');
  if (known === undefined) return undefined;
  const [status, time] = known;
  const names = namesOf(message);
  if (names.length === 0) throw new UnreadableError('The status names no message');
  return {
    names,
    status,
    at: firstTime(message[time], body.created_at) ?? receivedAt,
    ...(status === 'failed' && readFailure(message, reasons)),
    recipient: normalizePhoneNumber(message.phone_number),
  };
}

/** messageId changes during a message's life, from `AS-…` to the wamid; the id of the submission stays. */
export function namesOf(message: JsonObject): string[] {
  return texts(message.biz_opaque_callback_data, message.submitted_message_id, message.messageId, message.id);
}

function readFailure(message: JsonObject, reasons: FailureReasons): Pick<DeliveryReport, 'failure' | 'freeformCode' | 'accountWide'> {
  const { code, reason, message: words } = fieldsOf(message.failureResponse);
  return reasons.ofReport(code, firstText(reason, words, message.failureResponse), FREEFORM.get(String(message.is_HSM).toLowerCase()));
}

function readInbound(message: JsonObject, body: JsonObject, receivedAt: number): InboundMessage {
  const at = firstTime(message.sent_at, message.created_at, body.created_at);
  const content = readInboundContent(firstText(message.message_type) ?? '', message.message_content);
  return {
    ...content,
    id: firstText(message.messageId, message.id, message.submitted_message_id) ?? derivedInboundId(message, at, receivedAt),
    from: normalizePhoneNumber(message.phone_number),
    userId: firstText(message.user_id),
    name: firstText(message.userName),
    at: at ?? receivedAt,
    replyTo: content.replyTo ?? firstText(fieldsOf(message.context).id),
    raw: message,
  };
}
