import { digits } from '../digits.ts';

/** What a person may send to the number. */
export type PersonContent =
  | { type: 'text'; text: string }
  /** A tap on a template's quick reply: its label, and its payload where the template has one. */
  | { type: 'button'; text: string; payload?: string }
  | { type: 'image' | 'video' | 'audio' | 'file'; mediaURL: string; mimeType?: string; caption?: string }
  /** A medium that the form `meta` names by its id alone, as the Direct API does; the other forms cannot carry it. */
  | { type: 'image' | 'video' | 'audio' | 'file'; mediaId: string; mimeType?: string; caption?: string }
  | { type: 'location'; latitude: string; longitude: string; name?: string; address?: string };

/** A person's message. */
export type PersonMessage = PersonContent & {
  /** The person's number, in digits. */
  from: string;
  /** The msgId of the message replied to. */
  replyTo?: string;
  /** When it was written, in milliseconds since 1970; now. */
  at?: number;
  name?: string;
  /** Whether Meta gives the person's id in place of the number, as it may since 2026. */
  hidesNumber?: boolean;
};

/** A person's own switch for marketing messages. */
export interface PersonPreference {
  /** The person's number, in digits. */
  from: string;
  change: 'stop' | 'resume';
  hidesNumber?: boolean;
  /** When, in milliseconds since 1970; now. */
  at?: number;
}

/** Meta's id of a person. */
export function userIdOf(from: string): string {
  return `IN.${digits(from)}`;
}

/** How the person who got a message replies. Plain data. */
export interface Reply {
  /**
   * Taps the quick reply with this label, or the n-th one from 0, with its payload. Templates without it get no reply. Meta's form
   * carries only quick replies with a payload, and no labels: the first of them then counts as the one with the label.
   */
  tap?: string | number;
  /** Or writes this. */
  text?: string;
  /** How long after the last report, in milliseconds; 5. */
  afterMs?: number;
}

const MIME_TYPES = { image: 'image/jpeg', video: 'video/mp4', audio: 'audio/ogg', file: 'application/pdf' };

/** The media type of a person's picture, film, recording or file. */
export function mimeTypeOf(message: Extract<PersonContent, { mimeType?: string }>): string {
  return message.mimeType ?? MIME_TYPES[message.type];
}

/** What a reply says, for the message in the given JSON, or `undefined` where it has no such button. */
export function replyContent(reply: Reply, json: unknown): PersonContent | undefined {
  if (reply.tap === undefined) return { type: 'text', text: reply.text ?? '' };
  const payloads = payloadsOf(json);
  if (payloads.length > 0) {
    const payload = payloads[typeof reply.tap === 'number' ? reply.tap : 0];
    return payload === undefined ? undefined : { type: 'button', text: typeof reply.tap === 'number' ? payload : reply.tap, payload };
  }
  const quickReplies = componentsOf(json).filter(({ subType }) => typeof subType === 'string' && /^quick_?reply$/i.test(subType));
  const button = typeof reply.tap === 'number' ? quickReplies[reply.tap] : quickReplies.find(({ buttonText }) => buttonText === reply.tap);
  if (!button) return undefined;
  const [parameter] = (button.parameters ?? []) as { payload?: string }[];
  return { type: 'button', text: String(button.buttonText), ...(parameter?.payload === undefined ? {} : { payload: parameter.payload }) };
}

/** The payloads of quick replies in Meta's form, or the Campaign API's. */
function payloadsOf(json: unknown): string[] {
  const { template, buttons = (template as { components?: unknown } | undefined)?.components } = (json ?? {}) as { template?: object; buttons?: unknown };
  const components = Array.isArray(buttons) ? (buttons as { sub_type?: string; parameters?: { payload?: string }[] }[]) : [];
  return components.flatMap(({ sub_type: kind, parameters = [] }) => (kind === 'quick_reply' ? parameters.map(({ payload = '' }) => payload) : []));
}

function componentsOf(json: unknown): Record<string, unknown>[] {
  const components = (json as { components?: unknown } | null | undefined)?.components;
  return Array.isArray(components) ? (components as Record<string, unknown>[]) : [];
}
