import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readInbound, readReports } from './callback-reader.ts';

const fixtures = new URL('../../../test/fixtures/clevertap/callbacks/', import.meta.url);
const fixture = (name: string): Buffer => readFileSync(new URL(`${name}.json`, fixtures));
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const SENT = { msgId: '1|2|3|1', status: 'sent', timestamp: '1790000001' };
const FAILED = { ...SENT, status: 'failed', error: { code: 1005, title: '131026: undeliverable' } };
const CLICKED = { msgId: '1|2|3|1', status: 'Clicked', ts: 1_790_000_020, url: 'https://shop.example.com' };
const TEXT = {
  payloadVersion: '0.1', from: '919800000001', wabaNumber: '918889500122', timestamp: '1790000300', type: 'text', text: { body: 'Hi' },
};
const BAD_CODE = 'statuses[1].error.code is no number from 1000 to 1010';

describe('readReports', () => {
  it.each([
    ['delivery-reports', ['sent', 'delivered', 'read']], ['delivery-report-failed', ['failed']], ['delivery-report-clicked', ['clicked']],
  ])('reads %s.json', (name, expected) => {
    const { statuses, unreadable } = readReports(fixture(name));
    expect(unreadable).toEqual([]);
    expect(statuses.map(({ status }) => status)).toEqual(expected);
  });

  it('keeps what each status says', () => {
    const { statuses } = readReports(bytes({ payloadVersion: '0.1', statuses: [FAILED, CLICKED] }));
    expect(statuses).toEqual([
      { msgId: '1|2|3|1', status: 'failed', timestamp: 1_790_000_001, error: { code: 1005, title: '131026: undeliverable' } },
      { msgId: '1|2|3|1', status: 'clicked', timestamp: 1_790_000_020, url: 'https://shop.example.com' },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{"payloadVersion":', 'the body is no JSON'],
    ['a list', [SENT], 'the body is no object'],
    ['a version that is a number', { payloadVersion: 0.1, statuses: [SENT] }, 'payloadVersion is not the string "0.1"'],
    ['no statuses', { payloadVersion: '0.1', statuses: [] }, 'statuses is not a list with elements'],
    ['a field too many', { payloadVersion: '0.1', statuses: [SENT], account: 1 }, 'the body holds "account", which the form does not have'],
  ])('rejects a whole body with %s', (_, body, reason) => {
    expect(readReports(bytes(body))).toEqual({ statuses: [], unreadable: [{ reason, raw: bytes(body).toString() }] });
  });

  it.each<[string, unknown, string]>([
    ['is no object', null, 'statuses[1] is no object'],
    ['has no msgId', { ...SENT, msgId: undefined }, 'statuses[1].msgId is no text'],
    ['has a long msgId', { ...SENT, msgId: 'x'.repeat(61) }, 'statuses[1].msgId has more than 60 characters'],
    ['has another status', { ...SENT, status: 'SENT' }, 'statuses[1].status is none of sent, delivered, read, failed, Clicked'],
    ['has a time in milliseconds', { ...SENT, timestamp: '1790000001000' }, 'statuses[1].timestamp is no string of seconds since 1970'],
    ['has a time that is a number', { ...SENT, timestamp: 1_790_000_001 }, 'statuses[1].timestamp is no string of seconds since 1970'],
    ['failed without an error', { ...FAILED, error: undefined }, 'statuses[1].error is no object'],
    ['failed with a code of the answer', { ...FAILED, error: { code: 2004, title: 'x' } }, BAD_CODE],
    ['failed with a code in text', { ...FAILED, error: { code: '1005', title: 'x' } }, BAD_CODE],
    ['failed without a title', { ...FAILED, error: { code: 1005, title: '' } }, 'statuses[1].error.title is no text'],
    ['has an error and did not fail', { ...FAILED, status: 'sent' }, 'statuses[1] holds "error", which the form does not have'],
    ['is a click with a time in text', { ...CLICKED, ts: '1790000020' }, 'statuses[1].ts is no number of seconds since 1970'],
    ['is a click without a link', { ...CLICKED, url: undefined }, 'statuses[1].url is no text'],
  ])('rejects an element that %s, and reads the others', (_, element, reason) => {
    const { statuses, unreadable } = readReports(bytes({ payloadVersion: '0.1', statuses: [SENT, element, FAILED] }));
    expect(statuses.map(({ status }) => status)).toEqual(['sent', 'failed']);
    expect(unreadable.map((each) => each.reason)).toEqual([reason]);
  });
});

describe('readInbound', () => {
  it.each(['inbound-text', 'inbound-button', 'inbound-image', 'inbound-file', 'inbound-location'])('reads %s.json', (name) => {
    expect(readInbound(fixture(name))).toMatchObject({ from: '919800000001', wabaNumber: '918889500122', timestamp: 1_790_000_300 });
  });

  it('keeps what the message says and what it replies to', () => {
    expect(readInbound(fixture('inbound-button'))).toEqual({
      from: '919800000001', wabaNumber: '918889500122', timestamp: 1_790_000_300, type: 'button',
      replyTo: '25596366|1790000003|20260922|25596366', content: { payload: '25596366|good', text: 'Good' },
    });
  });

  it('takes a file under the name that a sample gives it, and a voice as audio', () => {
    const media = { mediaURL: 'https://media.example.com/1', mimeType: 'audio/ogg' };
    expect(readInbound(bytes({ ...TEXT, text: undefined, type: 'file', document: media }))).toMatchObject({ content: media });
    expect(readInbound(bytes({ ...TEXT, text: undefined, type: 'voice', audio: media }))).toMatchObject({ content: media });
  });

  it.each<[string, object, string]>([
    ['another type', { type: 'constructor' }, 'type is none of text, image, video, voice, audio, file, location, button'],
    ['no object for its type', { type: 'image', text: undefined }, 'image is no object'],
    ['the object of another type', { type: 'image' }, 'the body holds "text", which the form does not have'],
    ['a number in the content', { text: { body: 1 } }, 'text.body is no text'],
    ['a field too many', { text: { body: 'Hi', id: 'x' } }, 'text holds "id", which the form does not have'],
    ['an invented person', { from: 'IN.1000' }, 'from is no phone number'],
    ['spaces in a number', { wabaNumber: '91 88895 00122' }, 'wabaNumber is no phone number'],
    ['an empty context', { context: {} }, 'context.id is no text'],
    ['a time in milliseconds', { timestamp: '1790000300000' }, 'timestamp is no string of seconds since 1970'],
    ['no version', { payloadVersion: undefined }, 'payloadVersion is not the string "0.1"'],
  ])('rejects a message with %s', (_, change, reason) => {
    expect(readInbound(bytes({ ...TEXT, ...change }))).toMatchObject({ reason });
  });
});
