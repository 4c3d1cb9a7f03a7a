import type { Callback } from '../callbacks/callback.ts';
import { readCleverTapCallback } from '../clevertap/callback-form.ts';
import { CallbackElements, UnreadableError } from './callback-elements.ts';
import { FailureReasons } from './failure-reasons.ts';
import { isFields } from './fields.ts';
import { parseMetaWebhook } from './meta-webhook.parser.ts';
import { parseProjectWebhook } from './project-webhook.parser.ts';

/** What CleverTap's form is known by: a batch of statuses, a person's message, or, as its page does not show it, one status alone. */
const CLEVERTAP_FIELDS = ['statuses', 'from', 'msgId', 'msg_id'];

/**
 * Reads a request to any of the callback routes, whichever of AiSensy's three forms it has: Meta's is known by `entry`, the
 * project webhook's by `topic` or `event`. An array holds any of these. Never throws: what has no known form is unreadable,
 * and kept.
 */
export function parseCallback(body: unknown, receivedAt: number, reasons = new FailureReasons()): Callback {
  const elements = new CallbackElements();
  for (const part of Array.isArray(body) ? body : [body]) {
    elements.element(part, () => elements.add(parseOne(part, receivedAt, reasons)));
  }
  return elements;
}

function parseOne(part: unknown, receivedAt: number, reasons: FailureReasons): Callback {
  if (isFields(part)) {
    if ('entry' in part) return parseMetaWebhook(part, receivedAt, reasons);
    if ('topic' in part || 'event' in part) return parseProjectWebhook(part, receivedAt, reasons);
    if (CLEVERTAP_FIELDS.some((field) => field in part)) return readCleverTapCallback(part, receivedAt, (code, title) => reasons.ofReport(code, title));
  }
  throw new UnreadableError('The form of the callback is not known');
}
