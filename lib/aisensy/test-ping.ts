import { parseJsonBody } from '../http/json-body.ts';
import { isObject } from '../messages/json-fields.ts';

/** What AiSensy posts when somebody saves a webhook: `{"event":"test.webhook","data":{"message":"<a text>"}}`. */
const EVENT = 'test.webhook';
const LARGEST = 2_048;

/** Whether a body is AiSensy's test and nothing more, so that there is nothing in it to keep. */
export function isTestPing(bytes: Buffer): boolean {
  if (bytes.length > LARGEST) return false;
  const body = parseJsonBody(bytes);
  if (!isObject(body) || !isObject(body.data ?? {})) return false;
  const { event, data, ...others } = body;
  const { message, ...otherData } = (data ?? {}) as { message?: unknown };
  return event === EVENT && (message === undefined || typeof message === 'string')
    && Object.keys(others).length === 0 && Object.keys(otherData).length === 0;
}
