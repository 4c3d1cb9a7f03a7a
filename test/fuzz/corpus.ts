import { readdirSync, readFileSync } from 'node:fs';
import { withCanary } from './canary.ts';

/** A payload to start from. */
export interface Sample {
  /** Its file below `test/fixtures`. */
  name: string;
  value: unknown;
}

const FIXTURES = new URL('../fixtures/', import.meta.url);

/** Everything that CleverTap sends. */
export const MESSAGES = samplesIn('clevertap/send');

/** Everything that AiSensy calls back with, in all its forms. */
export const CALLBACKS = ['clevertap/callbacks', 'aisensy/webhook', 'meta/webhook'].flatMap(samplesIn);

/** What AiSensy answers to a message, in every form that is known of its endpoints. */
export const ANSWERS: unknown[] = [
  { status: 'success' },
  { status: 'success', messageId: 'AS-1', id: '66f0000000000000000000d1', submitted_message_id: '7b0c1d3e-0000-4000-8000-000000000001' },
  { success: 'true', submitted_message_id: '7b0c1d3e-0000-4000-8000-000000000001' },
  { success: true, message: 'Success', data: { messages: [{ id: 'wamid.TEST0001' }] } },
  { messaging_product: 'whatsapp', contacts: [{ input: '919800000001', wa_id: '919800000001' }], messages: [{ id: 'wamid.TEST0001', message_status: 'accepted' }] },
  { status: 'failure', error: { code: 2001, message: 'Wrong template parameters for +91 98000 00001' } },
  { status: 'failure', error: { code: 2000, message: 'Invalid credentials' } },
  { status: 'failure', error: { message: 'Cannot process' } },
  { message: 'Template params does not match the campaign' },
  { message: 'No Plan active on assistant!', name: 'ERR400', errorCode: 400, errorMessage: 'No Plan active on assistant!', aisTraceId: 'b3f0-919800000001' },
  { message: 'Insufficient WhatsApp Conversation Credits (WCC)!', errorCode: 402, aisTraceId: '66f0000000000000000000e7' },
  { message: 'Invalid Token!' },
  { name: 'ERR401', message: 'Unauthorized' },
  { error: { message: '(#131030) Recipient phone number 919800000001 not in allowed list', type: 'OAuthException', code: 131030, error_data: { details: 'x' }, fbtrace_id: 'AbC' } },
  { error: { message: 'Rate limit hit', code: 130429 } },
  { message: 'Too many requests' },
  { status: 'failure', error: { code: 429, message: 'Too many requests' } },
  { message: 'Done', data: { status: 'failure', error: { code: 2001, message: 'Wrong template parameters' } } },
  { errors: [{ code: 132001, message: 'Template name does not exist' }], data: null },
];

function samplesIn(folder: string): Sample[] {
  const names = readdirSync(new URL(folder, FIXTURES)).sort().map((file) => `${folder}/${file}`);
  return names.map((name) => ({ name, value: withCanary(JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'))) }));
}
