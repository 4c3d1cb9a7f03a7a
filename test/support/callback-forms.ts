import { createHmac } from 'node:crypto';
import type { ReceivedMessage } from 'nestjs-whatsapp-bridge/testing';
import { fixture } from './fixtures.ts';

/** AiSensy's three forms of callbacks, made of their samples. */
export const CALLBACK_FORMS = ['clevertap', 'project', 'meta'] as const;
export type CallbackFormName = (typeof CALLBACK_FORMS)[number];

interface ProjectSample {
  data: { message: Record<string, unknown> };
}

interface MetaSample {
  entry: [{ changes: [{ value: { statuses: Record<string, unknown>[] } }] }];
}

/** A status of a message that AiSensy has received. */
export function statusIn(form: CallbackFormName, { msgId, names }: ReceivedMessage, status: 'sent' | 'delivered' | 'read'): object {
  if (form === 'clevertap') return { payloadVersion: '0.1', statuses: [{ msgId, status, timestamp: '1790000003' }] };
  if (form === 'project') {
    const sample = fixture<ProjectSample>(`aisensy/webhook/status-${status}.json`);
    Object.assign(sample.data.message, { id: names.rowId, messageId: names.wamid, submitted_message_id: names.submittedId });
    return sample;
  }
  const sample = fixture<MetaSample>('meta/webhook/statuses.json');
  sample.entry[0].changes[0].value.statuses = [{ id: names.wamid, status, timestamp: '1790000003' }];
  return sample;
}

/** An answer of AiSensy's that holds every name of a message, so that all forms' reports can be matched. */
export function answerWithNames({ names }: ReceivedMessage): object {
  return { status: 'success', submitted_message_id: names.submittedId, messages: [{ id: names.wamid }] };
}

/** `X-AiSensy-Signature` of a body. */
export function signature(secret: string, body: string): Record<string, string> {
  return { 'x-aisensy-signature': createHmac('sha256', secret).update(body).digest('hex') };
}
