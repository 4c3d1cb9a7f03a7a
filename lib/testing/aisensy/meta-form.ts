import { digits } from '../digits.ts';
import { seconds, type CallbackForm, type Inbound, type Report } from './callback-form.ts';
import { mimeTypeOf, type PersonMessage, type PersonPreference, userIdOf } from './person.ts';

/** Meta's notifications, which AiSensy's Direct API webhook passes through unchanged. */
export const metaForm: CallbackForm = {
  maxReports: Infinity,
  carries: (status) => status !== 'clicked',
  answerFields: ({ to, names }) => ({ contacts: [{ input: digits(to), wa_id: digits(to) }], messages: [{ id: names.wamid }] }),
  reports: (reports) => notification(reports[0]!.message.wabaNumber, { statuses: reports.map(statusOf) }),
  inbound: (inbound) => {
    const { message, wabaNumber } = inbound;
    const contact = { profile: { name: message.name ?? 'Asha' }, ...contactOf(message) };
    return notification(wabaNumber, { contacts: [contact], messages: [messageOf(inbound)] });
  },
};

/** Meta's notification of a person's own switch for marketing messages. */
export function preferenceNotification(preference: PersonPreference, wabaNumber: string): object {
  const { change, at = Date.now() } = preference;
  const detail = `User requested to ${change} marketing messages`;
  const row = { ...contactOf(preference), detail, category: 'marketing_messages', value: change, timestamp: Math.floor(at / 1_000) };
  return notification(wabaNumber, { contacts: [{ profile: { name: 'Asha' }, ...contactOf(preference) }], user_preferences: [row] }, 'user_preferences');
}

function contactOf({ from, hidesNumber = false }: { from: string; hidesNumber?: boolean }): object {
  return { ...(hidesNumber ? {} : { wa_id: digits(from) }), user_id: userIdOf(from) };
}

function notification(wabaNumber: string, value: object, field = 'messages'): object {
  const metadata = { display_phone_number: digits(wabaNumber), phone_number_id: '200000000000001' };
  const change = { field, value: { messaging_product: 'whatsapp', metadata, ...value } };
  return { object: 'whatsapp_business_account', entry: [{ id: '100000000000001', changes: [change] }] };
}

function statusOf({ message, status, at, error }: Report): object {
  const fields = {
    id: message.names.wamid, status, timestamp: seconds(at), recipient_id: digits(message.to),
    // What came with a message in Meta's form comes back.
    ...((message.api === 'direct' || message.api === 'project') && { biz_opaque_callback_data: message.msgId }),
  };
  if (!error) return fields;
  const { metaCode: code, title } = error;
  return { ...fields, errors: [{ code, title, message: title, error_data: { details: title } }] };
}

function messageOf({ message, at, id, wabaNumber, original }: Inbound): object {
  const replyTo = original?.names.wamid ?? message.replyTo;
  return {
    ...(message.hidesNumber ? { from_user_id: userIdOf(message.from) } : { from: digits(message.from) }),
    id, timestamp: seconds(at), ...contentOf(message),
    ...(replyTo === undefined ? {} : { context: { from: digits(wabaNumber), id: replyTo } }),
  };
}

function contentOf(message: PersonMessage): object {
  switch (message.type) {
    case 'text': return { type: 'text', text: { body: message.text } };
    // Meta fills a missing payload with the button's label.
    case 'button': return { type: 'button', button: { payload: message.payload ?? message.text, text: message.text } };
    case 'location': {
      const { latitude, longitude, name, address } = message;
      return { type: 'location', location: { latitude: Number(latitude), longitude: Number(longitude), name, address } };
    }
    default: {
      const type = message.type === 'file' ? 'document' : message.type;
      const { caption } = message;
      const medium = 'mediaId' in message
        // Meta's own address, which opens with the account's token alone.
        ? { id: message.mediaId, url: `https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=${message.mediaId}` }
        : { id: mediaIdOf(message.mediaURL), link: message.mediaURL };
      return { type, [type]: { ...medium, mime_type: mimeTypeOf(message), caption } };
    }
  }
}

/** Meta names media by a number. */
function mediaIdOf(url: string): string {
  let sum = 0;
  for (const character of url) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_000_007;
  return `3${String(sum).padStart(14, '0')}`;
}
