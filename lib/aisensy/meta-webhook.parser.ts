import type { Callback } from '../messages/callback.ts';
import type { DeliveryReport, DeliveryStatus } from '../messages/delivery-report.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import { fieldsOf, firstObject, firstText, firstTime, isObject, listOf, texts } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import { normalizePhoneNumber } from '../messages/phone-number.ts';
import { CallbackElements, UnreadableError } from './callback-elements.ts';
import { FailureReasons } from './failure-reasons.ts';
import { readInboundContent } from './inbound-content.ts';
import { acquaintance, type MetaPerson, personOf, preferenceIn, readPreference } from './meta-people.ts';

/** Meta's statuses. A voice message that was played has been read. */
const STATUSES: ReadonlyMap<string, DeliveryStatus> = new Map([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'read'],
  ['failed', 'failed'],
]);

/** The changes that hold something for the bridge. A change without a name is one of messages. */
const FIELDS: readonly unknown[] = [undefined, 'messages', 'user_preferences'];

/**
 * Reads Meta's notifications (Cloud API, "Webhooks"), as AiSensy's Direct API passes them on: any number of entries, changes,
 * messages, statuses and preferences in one request. Changes of other fields hold nothing for the bridge.
 */
export function parseMetaWebhook(body: JsonObject, receivedAt: number, reasons = new FailureReasons()): Callback {
  const elements = new CallbackElements();
  for (const entry of listOf(body.entry)) {
    for (const change of listOf(fieldsOf(entry).changes ?? [entry])) {
      const { field, value } = fieldsOf(change);
      const values = listOf(value);
      if (values.length === 0 || !values.every(isObject)) elements.unreadable.push({ reason: 'The change holds no value', raw: change });
      else if (FIELDS.includes(field ?? undefined)) for (const one of values) readValue(one, receivedAt, reasons, elements);
    }
  }
  return elements;
}

function readValue(value: JsonObject, receivedAt: number, reasons: FailureReasons, elements: CallbackElements): void {
  for (const contact of listOf(value.contacts).map(fieldsOf)) meet(personOf([contact.wa_id], [contact.user_id]), elements);
  for (const status of listOf(value.statuses)) {
    elements.element(status, () => {
      elements.reports.push(readReport(status, receivedAt, reasons));
      const { recipient_id: name, recipient_user_id: userId } = fieldsOf(status);
      meet(personOf([name], [userId]), elements);
    });
  }
  for (const message of listOf(value.messages)) elements.element(message, () => readMessage(message, value, receivedAt, elements));
  for (const preference of listOf(value.user_preferences)) {
    elements.element(preference, () => {
      const read = readPreference(preference, value, receivedAt);
      elements.prefer(read);
      meet(read, elements);
    });
  }
  for (const error of listOf(value.errors)) elements.unreadable.push({ reason: 'Meta told of an error', raw: error });
}

function readReport(raw: unknown, receivedAt: number, reasons: FailureReasons): DeliveryReport {
  const fields = fieldsOf(raw);
  const status = STATUSES.get(firstText(fields.status)?.trim().toLowerCase() ?? '');
  if (status === undefined) throw new UnreadableError('The status is not known');
  const names = texts(fields.biz_opaque_callback_data, fields.id);
  if (names.length === 0) throw new UnreadableError('The status names no message');
  return {
    names,
    status,
    at: firstTime(fields.timestamp) ?? receivedAt,
    ...(status === 'failed' && readFailure(fields, reasons)),
    recipient: normalizePhoneNumber(fields.recipient_id),
  };
}

function readFailure(fields: JsonObject, reasons: FailureReasons): Pick<DeliveryReport, 'failure' | 'freeformCode' | 'accountWide'> {
  const { code, title, message, error_data: data } = fieldsOf(firstObject(fields.errors));
  return reasons.ofReport(code, firstText(title, message, fieldsOf(data).details));
}

function readMessage(raw: unknown, value: JsonObject, receivedAt: number, elements: CallbackElements): void {
  const message = readInbound(raw, value, receivedAt);
  elements.inbound.push(message);
  meet(message, elements);
  const preference = preferenceIn(fieldsOf(raw), message, value, receivedAt);
  if (preference !== undefined) elements.prefer(preference);
}

function meet(person: MetaPerson, elements: CallbackElements): void {
  const met = acquaintance(person);
  if (met !== undefined) elements.meet(met);
}

function readInbound(raw: unknown, value: JsonObject, receivedAt: number): InboundMessage {
  const message = fieldsOf(raw);
  const id = firstText(message.id);
  if (id === undefined) throw new UnreadableError('The message has no id');
  const contact = contactOf(message, value);
  const type = firstText(message.type) ?? '';
  const content = readInboundContent(type, message[type] ?? message[type.toLowerCase()]);
  return {
    ...content,
    text: content.text ?? errorWords(message),
    id,
    ...personOf([message.from, contact.wa_id], [message.from_user_id, contact.user_id]),
    name: firstText(fieldsOf(contact.profile).name),
    wabaNumber: normalizePhoneNumber(fieldsOf(value.metadata).display_phone_number),
    at: firstTime(message.timestamp) ?? receivedAt,
    replyTo: content.replyTo ?? firstText(fieldsOf(message.context).id),
    raw,
  };
}

/** Why Meta cannot hand a message on, for one of a type that it does not support. */
function errorWords({ errors }: JsonObject): string | undefined {
  const { title, message } = fieldsOf(firstObject(errors));
  return firstText(title, message);
}

/** The card of the message's sender among the notification's contacts: by phone number or user id, or the only one. */
function contactOf(message: JsonObject, value: JsonObject): JsonObject {
  const contacts = listOf(value.contacts).map(fieldsOf);
  const ids = texts(message.from, message.from_user_id);
  const own = contacts.find((contact) => texts(contact.wa_id, contact.user_id).some((id) => ids.includes(id)));
  return own ?? (contacts.length === 1 && listOf(value.messages).length === 1 ? fieldsOf(contacts[0]) : {});
}
