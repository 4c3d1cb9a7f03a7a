import { digits } from '../digits.ts';
import { seconds, type CallbackForm, type Inbound, type Report } from './callback-form.ts';
import { mimeTypeOf, type PersonMessage } from './person.ts';

/** What AiSensy's CleverTap integration posts: CleverTap's own callback form, since CleverTap takes no other. */
export const cleverTapForm: CallbackForm = {
  maxReports: Infinity,
  carries: () => true,
  // CleverTap's msgId comes back in every callback, so that no other name is needed.
  answerFields: () => ({}),
  reports: (reports) => ({ payloadVersion: '0.1', statuses: reports.map(statusOf) }),
  inbound: (inbound) => ({ payloadVersion: '0.1', ...messageOf(inbound) }),
};

function statusOf({ message: { msgId }, status, at, error, url }: Report): object {
  if (status === 'clicked') {
    const shortUrl = 'https://s.example.com/AbC123';
    return { msgId, status: 'Clicked', ts: Math.floor(at / 1_000), url, shortUrl, userAgent: 'Mozilla/5.0' };
  }
  const fields = { msgId, status, timestamp: seconds(at) };
  return error ? { ...fields, error: { code: error.code, title: `${error.metaCode}: ${error.title}` } } : fields;
}

function messageOf({ message, at, wabaNumber }: Inbound): object {
  const { from, type, replyTo } = message;
  return {
    from: digits(from), wabaNumber: digits(wabaNumber), timestamp: seconds(at), type,
    ...(replyTo === undefined ? {} : { context: { id: replyTo } }), [type]: contentOf(message),
  };
}

function contentOf(message: PersonMessage): object {
  switch (message.type) {
    case 'text': return { body: message.text };
    case 'button': return { payload: message.payload ?? message.text, text: message.text };
    case 'location': {
      const { address = '', latitude, longitude, name } = message;
      return { address, latitude, longitude, ...(name === undefined ? {} : { name }) };
    }
    default: {
      const { caption } = message;
      const mediaURL = 'mediaURL' in message ? message.mediaURL : undefined;
      return { mediaURL, mimeType: mimeTypeOf(message), ...(caption === undefined || message.type === 'audio' ? {} : { caption }) };
    }
  }
}
