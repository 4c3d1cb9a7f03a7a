import { digits, seconds, type CallbackForm, type Inbound, type Report } from './callback-form.ts';
import { mimeTypeOf, type PersonMessage } from './person.ts';

/** Meta's notifications, which AiSensy's Direct API webhook passes through unchanged. */
export const metaForm: CallbackForm = {
  maxReports: Infinity,
  carries: (status) => status !== 'clicked',
  answerFields: ({ to, names }) => ({ contacts: [{ input: digits(to), wa_id: digits(to) }], messages: [{ id: names.wamid }] }),
  reports: (reports) => notification(reports[0]!.message.wabaNumber, { statuses: reports.map(statusOf) }),
  inbound: (inbound) => {
    const { message, wabaNumber } = inbound;
    const contact = { profile: { name: message.name ?? 'Asha' }, wa_id: digits(message.from), user_id: `IN.${digits(message.from)}` };
    return notification(wabaNumber, { contacts: [contact], messages: [messageOf(inbound)] });
  },
};

function notification(wabaNumber: string, value: object): object {
  const metadata = { display_phone_number: digits(wabaNumber), phone_number_id: '200000000000001' };
  const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
  return { object: 'whatsapp_business_account', entry: [{ id: '100000000000001', changes: [change] }] };
}

function statusOf({ message, status, at, error }: Report): object {
  const fields = { id: message.names.wamid, status, timestamp: seconds(at), recipient_id: digits(message.to) };
  if (!error) return fields;
  const { metaCode: code, title } = error;
  return { ...fields, errors: [{ code, title, message: title, error_data: { details: title } }] };
}

function messageOf({ message, at, id, wabaNumber, original }: Inbound): object {
  const replyTo = original?.names.wamid ?? message.replyTo;
  return {
    from: digits(message.from), id, timestamp: seconds(at), ...contentOf(message),
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
      const { mediaURL, caption } = message;
      return { type, [type]: { id: mediaIdOf(mediaURL), link: mediaURL, mime_type: mimeTypeOf(message), caption } };
    }
  }
}

/** Meta names media by a number. */
function mediaIdOf(url: string): string {
  let sum = 0;
  for (const character of url) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_000_007;
  return `3${String(sum).padStart(14, '0')}`;
}
