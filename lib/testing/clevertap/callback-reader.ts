/** A status of a message, read from a delivery report callback. */
export interface CallbackStatus {
  msgId: string;
  status: 'sent' | 'delivered' | 'read' | 'failed' | 'clicked';
  /** Seconds since 1970, as the callback says. */
  timestamp: number;
  /** With `failed`. */
  error?: { code: number; title: string };
  /** With `clicked`. */
  url?: string;
  shortUrl?: string;
  userAgent?: string;
}

/** A person's message, read from an inbound message callback. */
export interface CallbackMessage {
  from: string;
  wabaNumber: string;
  timestamp: number;
  type: string;
  /** The msgId of the message replied to. */
  replyTo?: string;
  /** The object named by the type. */
  content: Record<string, string>;
}

/** Something that CleverTap would not count, and why. */
export interface Unreadable {
  reason: string;
  raw: unknown;
}

/** What a delivery report callback holds: good elements are read even where others are not. */
export interface ReadReports {
  statuses: CallbackStatus[];
  unreadable: Unreadable[];
}

type Fields = Record<string, unknown>;

class FormError extends Error {}

const SECONDS = /^\d{10}$/;
const PHONE = /^\+?\d{7,15}$/;
const MAX_MSG_ID = 60;

/** The objects of an inbound message: fields that must be there, and fields that may. */
const CONTENTS: Record<string, { required: string[]; optional: string[]; alias?: string }> = {
  text: { required: ['body'], optional: [] },
  image: { required: ['mediaURL', 'mimeType'], optional: ['caption'] },
  video: { required: ['mediaURL', 'mimeType'], optional: ['caption'] },
  voice: { required: ['mediaURL', 'mimeType'], optional: [], alias: 'audio' },
  audio: { required: ['mediaURL', 'mimeType'], optional: [] },
  file: { required: ['mediaURL', 'mimeType'], optional: ['caption'], alias: 'document' },
  location: { required: ['address', 'latitude', 'longitude'], optional: ['name', 'url'] },
  button: { required: ['payload', 'text'], optional: [] },
};

/**
 * Reads a delivery report callback as strictly as CleverTap's page words it ("Generic WhatsApp", delivery report callback:
 * anything not in the expected form is not counted). A field that the form does not have is an error too.
 */
export function readReports(body: Buffer): ReadReports {
  const read: ReadReports = { statuses: [], unreadable: [] };
  let elements: unknown[];
  try {
    elements = readEnvelope(body);
  } catch (error) {
    return { statuses: [], unreadable: [unreadable(error, body.toString())] };
  }
  elements.forEach((element, index) => {
    try {
      read.statuses.push(readStatus(element, `statuses[${index}]`));
    } catch (error) {
      read.unreadable.push(unreadable(error, element));
    }
  });
  return read;
}

/** Reads an inbound message callback, as strictly. */
export function readInbound(body: Buffer): CallbackMessage | Unreadable {
  try {
    return readMessage(parseObject(body));
  } catch (error) {
    return unreadable(error, body.toString());
  }
}

function unreadable(error: unknown, raw: unknown): Unreadable {
  if (!(error instanceof FormError)) throw error;
  return { reason: error.message, raw };
}

function readEnvelope(body: Buffer): unknown[] {
  const envelope = parseObject(body);
  only(envelope, 'the body', ['payloadVersion', 'statuses']);
  demand(envelope.payloadVersion === '0.1', 'payloadVersion is not the string "0.1"');
  demand(Array.isArray(envelope.statuses) && envelope.statuses.length > 0, 'statuses is not a list with elements');
  return envelope.statuses as unknown[];
}

function readStatus(element: unknown, at: string): CallbackStatus {
  const fields = asObject(element, at);
  const msgId = text(fields.msgId, `${at}.msgId`);
  demand(msgId.length <= MAX_MSG_ID, `${at}.msgId has more than ${MAX_MSG_ID} characters`);
  if (fields.status === 'Clicked') return readClick(fields, msgId, at);
  const { status } = fields;
  demand(
    status === 'sent' || status === 'delivered' || status === 'read' || status === 'failed',
    `${at}.status is none of sent, delivered, read, failed, Clicked`,
  );
  only(fields, at, ['msgId', 'status', 'timestamp', ...(status === 'failed' ? ['error'] : [])]);
  const report: CallbackStatus = { msgId, status, timestamp: seconds(fields.timestamp, `${at}.timestamp`) };
  if (status === 'failed') report.error = readError(fields.error, `${at}.error`);
  return report;
}

function readError(value: unknown, at: string): { code: number; title: string } {
  const fields = asObject(value, at);
  only(fields, at, ['code', 'title']);
  const { code } = fields;
  demand(typeof code === 'number' && Number.isInteger(code) && code >= 1000 && code <= 1010, `${at}.code is no number from 1000 to 1010`);
  return { code, title: text(fields.title, `${at}.title`) };
}

function readClick(fields: Fields, msgId: string, at: string): CallbackStatus {
  only(fields, at, ['msgId', 'status', 'ts', 'url', 'shortUrl', 'userAgent']);
  demand(typeof fields.ts === 'number' && SECONDS.test(String(fields.ts)), `${at}.ts is no number of seconds since 1970`);
  const click: CallbackStatus = { msgId, status: 'clicked', timestamp: fields.ts, url: text(fields.url, `${at}.url`) };
  if (fields.shortUrl !== undefined) click.shortUrl = text(fields.shortUrl, `${at}.shortUrl`);
  if (fields.userAgent !== undefined) click.userAgent = text(fields.userAgent, `${at}.userAgent`);
  return click;
}

function readMessage(fields: Fields): CallbackMessage {
  const type = text(fields.type, 'type');
  const form = Object.hasOwn(CONTENTS, type) ? CONTENTS[type] : undefined;
  demand(form !== undefined, `type is none of ${Object.keys(CONTENTS).join(', ')}`);
  const key = form.alias !== undefined && fields[form.alias] !== undefined ? form.alias : type;
  only(fields, 'the body', ['payloadVersion', 'from', 'wabaNumber', 'timestamp', 'type', 'context', key]);
  demand(fields.payloadVersion === '0.1', 'payloadVersion is not the string "0.1"');
  const message: CallbackMessage = {
    from: phone(fields.from, 'from'),
    wabaNumber: phone(fields.wabaNumber, 'wabaNumber'),
    timestamp: seconds(fields.timestamp, 'timestamp'),
    type,
    content: readContent(asObject(fields[key], key), key, form),
  };
  if (fields.context !== undefined) {
    const context = asObject(fields.context, 'context');
    only(context, 'context', ['id']);
    message.replyTo = text(context.id, 'context.id');
  }
  return message;
}

function readContent(fields: Fields, at: string, form: { required: string[]; optional: string[] }): Record<string, string> {
  only(fields, at, [...form.required, ...form.optional]);
  for (const name of form.required) demand(typeof fields[name] === 'string', `${at}.${name} is no text`);
  for (const name of form.optional) demand(fields[name] === undefined || typeof fields[name] === 'string', `${at}.${name} is no text`);
  return fields as Record<string, string>;
}

function parseObject(body: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new FormError('the body is no JSON');
  }
  return asObject(value, 'the body');
}

function asObject(value: unknown, at: string): Fields {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), `${at} is no object`);
  return value as Fields;
}

function only(fields: Fields, at: string, names: string[]): void {
  for (const name in fields) demand(names.includes(name), `${at} holds "${name}", which the form does not have`);
}

function text(value: unknown, at: string): string {
  demand(typeof value === 'string' && value !== '', `${at} is no text`);
  return value;
}

function seconds(value: unknown, at: string): number {
  demand(typeof value === 'string' && SECONDS.test(value), `${at} is no string of seconds since 1970`);
  return Number(value);
}

function phone(value: unknown, at: string): string {
  demand(typeof value === 'string' && PHONE.test(value), `${at} is no phone number`);
  return value;
}

function demand(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new FormError(reason);
}
