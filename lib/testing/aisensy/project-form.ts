import { randomUUID } from 'node:crypto';
import { digits } from '../digits.ts';
import type { CallbackForm, Inbound, Report } from './callback-form.ts';
import type { PersonMessage } from './person.ts';

/** The project that the simulator's account has, where nobody named one. */
export const PROJECT_ID = '66f0000000000000000000c1';

/** The contact that every person is. */
const CONTACT_ID = '66f0000000000000000000e1';

/** AiSensy's project webhook (Manage > Webhooks): one message in each request, in an envelope whose id differs between attempts. */
export const projectForm: CallbackForm = {
  maxReports: 1,
  carries: (status) => status !== 'clicked',
  answerFields: ({ names }) => ({ submitted_message_id: names.submittedId }),
  reports: ([report], attempt) => envelope('message.status.updated', statusOf(report!), attempt),
  inbound: (inbound, attempt) => envelope('message.sender.user', messageOf(inbound), attempt),
};

function envelope(topic: string, message: object, attempt: number): object {
  return {
    id: randomUUID(), created_at: new Date().toISOString(), topic, delivery_attempt: String(attempt),
    app_id: '66f0000000000000000000a1', webhook_id: '66f0000000000000000000b1', project_id: PROJECT_ID, data: { message },
  };
}

/** A message as the project webhook and the Project API tell it. */
export function statusOf({ message, status, error, history }: Pick<Report, 'message' | 'status' | 'error' | 'history'>): object {
  return {
    type: 'message', id: message.names.rowId, project_id: PROJECT_ID, contact_id: CONTACT_ID,
    phone_number: digits(message.to), countryCode: '91', userName: 'Asha', sender: 'API', message_type: 'TEXT',
    message_content: { text: '' }, is_HSM: message.template !== undefined,
    sent_at: history.sent ?? null, delivered_at: history.delivered ?? null, read_at: history.read ?? null,
    failed_at: history.failed ?? null,
    // A message's first name is AiSensy's own; Meta's comes with the delivery.
    messageId: status === 'sent' ? `AS-${message.names.rowId}` : message.names.wamid,
    submitted_message_id: message.names.submittedId, status: status.toUpperCase(),
    ...(error ? { failureResponse: { code: error.metaCode, reason: error.title } } : {}),
  };
}

function messageOf({ message, at, id, wabaNumber, original }: Inbound): object {
  const replyTo = original?.names.wamid ?? message.replyTo;
  return {
    type: 'message', id: randomUUID().replaceAll('-', '').slice(0, 24), sender: 'USER', status: 'DELIVERED', sent_at: at,
    userName: message.name ?? 'Asha', messageId: id, contact_id: CONTACT_ID, project_id: PROJECT_ID,
    countryCode: '91', phone_number: digits(message.from), ...contentOf(message),
    ...(replyTo === undefined ? {} : { context: { from: digits(wabaNumber), id: replyTo } }),
  };
}

function contentOf(message: PersonMessage): object {
  switch (message.type) {
    case 'text': return { message_type: 'TEXT', message_content: { text: message.text } };
    case 'button':
      if (message.payload === undefined) return { message_type: 'QUICK_REPLY', message_content: { text: message.text } };
      return { message_type: 'BUTTON_REPLY', message_content: { id: message.payload, title: message.text } };
    case 'location': {
      const { latitude, longitude, name, address } = message;
      return { message_type: 'LOCATION', message_content: { latitude, longitude, name, address } };
    }
    default: return { message_type: message.type.toUpperCase(), message_content: { url: 'mediaURL' in message ? message.mediaURL : undefined, caption: message.caption } };
  }
}
