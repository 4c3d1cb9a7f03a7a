import { CANARY } from './canary.ts';
import type { Chance } from './chance.ts';

/** Names that mean something to either side, or to JavaScript itself. */
export const WORDS: readonly string[] = [
  '__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then', 'length', '', ' ', '0', '-1', '$', '\u0000', '\ud83d',
  'msgId', 'msg_id', 'to', 'from', 'wabaNumber', 'isTemplate', 'template', 'namespace', 'languageCode', 'components', 'type', 'header', 'body', 'footer', 'button',
  'parameters', 'carousel', 'cards', 'customProps', 'limited_time_offer', 'text', 'image', 'video', 'audio', 'voice', 'file', 'document', 'location', 'mediaURL',
  'statuses', 'status', 'timestamp', 'ts', 'error', 'errors', 'code', 'title', 'context', 'id', 'messages', 'contacts', 'order', 'product_items', 'reaction',
  'interactive', 'nfm_reply', 'response_json', 'sticker', 'entry', 'changes', 'value', 'field', 'metadata', 'topic', 'event', 'data', 'message', 'sender',
  'message_type', 'message_content', 'messageId', 'submitted_message_id', 'failureResponse', 'phone_number', 'created_at', 'sent_at', 'recipient_id',
];

const KEYWORDS: readonly string[] = [
  'sent', 'SENT', 'delivered', 'read', 'READ', 'failed', 'FAILED', 'Clicked', 'clicked', 'played', 'USER', 'API', 'TEXT', 'IMAGE', 'BUTTON_REPLY', 'NFM_REPLY',
  'text', 'image', 'file', 'location', 'button', 'interactive', 'order', 'unsupported', 'message.created', 'message.status.updated', 'message.sender.user',
  'contact.created', 'test.webhook', 'quickReply', 'Quickreply', 'copy_code', 'dynamic_url', 'true', 'false', '0|0|0|0', 'whatsapp:hsm:technology:generic:verify',
];

const NUMBERS: readonly number[] = [
  0, 1, -1, 0.1, -0.5, 255, 1_000, 1_005, 2_000, 131_026, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 1e21, 1e300, -1e300, 5e-324, 1_790_000_001,
  1_790_000_001_000, 919_800_000_001, 8_640_000_000_000_001,
];

const PHONES: readonly string[] = [
  '919800000001', '+919800000001', '00919800000001', '+91 98000-00001', '(+91)9800000001', '9800000001', '+1', '99999999999999999999', '+', 'IN.1234567890',
  '\u202a+919800000001\u202c', '+९१९८०००००००१', '918889500122', '+918889500133', 'tel:+919800000001', '+919800000001;ext=7',
];

const STRINGS: readonly string[] = [
  '', ' ', '\t\n\r', '\u0000', `a\u0000${CANARY}`, '\ud800', '\udfff\ud800', `x\udc00${CANARY}`, '👩‍👩‍👧‍👦', 'e\u0301'.repeat(40), '\u202e\u2066\ufeff', 'İıſK', 'ﷺ',
  'null', 'undefined', 'NaN', '-0', '1e999', '0x10', '12:00', '2026-09-22T12:00:03.308Z', '+275760-09-13T00:00:00.001Z', '-271821-04-20', '2026-02-30',
  `' OR 1=1; DROP TABLE messages; -- ${CANARY}`, '%00%s%n%x', '${jndi:ldap://x}', '<script>alert(1)</script>', '../../etc/passwd', '\\u0000', '{"a":1}', '[', '"',
  `https://media.example.com/${CANARY}?a=1#x`, 'javascript:alert(1)', 'data:;base64,AA==', 'http://[::1', '/^(a+)+$/',
];

/** A value that nobody expects in its place. */
export function oddValue(chance: Chance): unknown {
  switch (chance.below(9)) {
    case 0: return null;
    case 1: return chance.happens(0.5);
    case 2: return chance.one(NUMBERS);
    case 3: return chance.one(PHONES);
    case 4: return chance.one(KEYWORDS);
    case 5: return longText(chance);
    case 6: return chance.one([[], {}, [[]], [null], [{}], { [chance.one(WORDS)]: null }]);
    case 7: return nested(chance, chance.one(NUMBERS));
    default: return chance.one(STRINGS);
  }
}

/** A text of any length up to some hundred kilobytes; most are short. */
export function longText(chance: Chance): string {
  const unit = chance.one([CANARY, 'a', ' ', '0', '9', '.', '=', '/', '"', '\\', '\u0001', 'é', '中', '👍', '\ud800', '+91 98000 00001 ']);
  return unit.repeat(chance.size(1, Math.ceil(200_000 / Buffer.byteLength(unit))));
}

/** The value in so many objects and lists that recursion may run out of stack. */
export function nested(chance: Chance, value: unknown): unknown {
  let holder = value;
  for (let depth = chance.size(1, 400); depth > 0; depth--) {
    holder = chance.happens(0.5) ? [holder] : Object.fromEntries([[chance.one(WORDS), holder]]);
  }
  return holder;
}
