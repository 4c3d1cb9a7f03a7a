import fc from 'fast-check';

/** What AiSensy's three forms may leave out, or send as null, without meaning anything else. */
const DISPENSABLE = new Set([
  'object', 'payloadVersion', 'created_at', 'delivery_attempt', 'app_id', 'webhook_id', 'project_id', 'contact_id', 'countryCode', 'campaign', 'userName',
  'messaging_product', 'metadata', 'contacts', 'profile', 'recipient_id', 'sha256', 'voice', 'description', 'error_data', 'field', 'phone_number_id', 'wabaNumber',
]);

const TIMES = /^(?:timestamp|ts|\w+_at)$/;
/** Their case means nothing. */
const WORDS = /^(?:status|sender|topic|message_type)$/;

/** What stands alone where a list is usual, and the other way round. */
const HOLDERS = new Set([
  'data', 'message', 'message_content', 'failureResponse', 'context', 'value', 'text', 'button', 'image', 'file', 'audio', 'location', 'interactive', 'list_reply', 'error',
]);

/** The same JSON with some of its types changed, as captured deliveries differ from one another. */
export function varied(json: unknown, key = ''): fc.Arbitrary<unknown> {
  if (Array.isArray(json)) return variedList(json as unknown[], key);
  if (typeof json === 'object' && json !== null) return variedObject(json as Record<string, unknown>, key);
  return fc.constantFrom(...variantsOf(json, key));
}

function variedList(list: unknown[], key: string): fc.Arbitrary<unknown> {
  const whole = fc.tuple(...list.map((element) => varied(element, `${key}[]`)));
  return list.length === 1 ? fc.oneof(whole, whole.map(([only]) => only)) : whole;
}

function variedObject(object: Record<string, unknown>, key: string): fc.Arbitrary<unknown> {
  const members = Object.entries(object).map(([name, value]) => {
    const kept = varied(value, name).map((variant) => [[name, variant]]);
    const dispensed = DISPENSABLE.has(name) || value === null;
    return dispensed ? fc.oneof(kept, fc.constant([[name, null]]), fc.constant([])) : kept;
  });
  const whole = fc.tuple(...members).map((entries) => Object.fromEntries(entries.flat() as [string, unknown][]));
  return HOLDERS.has(key) ? fc.oneof(whole, whole.map((one) => [one])) : whole;
}

function variantsOf(value: unknown, key: string): unknown[] {
  const digits = typeof value === 'number' || (typeof value === 'string' && /^\d{1,15}$/.test(value)) ? Number(value) : undefined;
  if (digits !== undefined && TIMES.test(key)) return timesOf(digits);
  if (digits !== undefined) return [value, digits, String(digits)];
  if (typeof value === 'string' && WORDS.test(key)) return [value, value.toLowerCase(), value.toUpperCase(), ` ${value} `];
  if (key === 'is_HSM') return [value, String(value)];
  return [value];
}

/** Seconds and milliseconds, in digits and in words. */
function timesOf(time: number): unknown[] {
  const ms = time < 1e11 ? time * 1_000 : time;
  return [ms, String(ms), ms / 1_000, String(ms / 1_000), new Date(ms).toISOString()];
}
