import { describe, expect, it } from '@jest/globals';
import { fixture } from '../../test/support/fixtures.ts';
import { AiSensyApiError, type ApiCall, type ColdApi } from './cold-api.ts';
import { FailureReasons } from './failure-reasons.ts';
import { ProjectMessages } from './project-messages.ts';

/** An API that knows some messages, by one of their names. */
class KnownMessages {
  readonly asked: string[] = [];

  constructor(private readonly known: Record<string, unknown>) {}

  json({ path }: ApiCall): Promise<unknown> {
    const name = decodeURIComponent(path.replace('messages/', ''));
    this.asked.push(name);
    return name in this.known ? Promise.resolve(this.known[name]) : Promise.reject(new AiSensyApiError('AiSensy answered 404', 404));
  }
}

function ask(known: Record<string, unknown>, names: string[] = ['sub-1']): { asked: string[]; report: ReturnType<ProjectMessages['find']> } {
  const api = new KnownMessages(known);
  return { asked: api.asked, report: new ProjectMessages(api as unknown as ColdApi, new FailureReasons()).find({ msgId: '1|2|3|4', names }) };
}

const { data: { message: read } } = fixture<{ data: { message: { messageId: string } } }>('aisensy/webhook/status-read.json');
const { data: { message: failed } } = fixture<{ data: { message: { messageId: string } } }>('aisensy/webhook/status-failed.json');

describe("a message's state", () => {
  it.each<[string, unknown]>([
    ['alone', read], ['as a message', { message: read }], ['as data', { data: { message: read } }], ['in a list', { messages: [read] }],
    ['behind a word of success', { status: 'success', data: read }],
  ])('is read where it stands %s', async (_name, answer) => {
    const report = await ask({ [read.messageId]: answer }, [read.messageId]).report;
    expect(report).toMatchObject({ status: 'read', at: expect.any(Number) });
    expect(report!.names[0]).toBe('1|2|3|4');
    expect(report!.names.length).toBeGreaterThan(1);
  });

  it('tells why it failed', async () => {
    expect(await ask({ [failed.messageId]: { message: failed } }, [failed.messageId]).report).toMatchObject({ status: 'failed', failure: { code: expect.any(Number), title: expect.any(String) } });
  });

  const other = { ...read, id: 'other', submitted_message_id: 'sub-other', messageId: 'wamid.other', phone_number: '919899999999' };
  const own = { status: 'DELIVERED', delivered_at: 1790000003000 };

  it.each<[string, unknown]>([
    ['alone', other], ['as a message', { message: other }], ['in a list', { messages: [other, { ...other, id: 'another' }] }], ['with an empty name', { ...other, id: '' }],
    ["with other data of the caller's", { ...own, biz_opaque_callback_data: '1|2|3|5' }], ['beside one without an id', { messages: [own, other] }],
    ['as one of two without an id', { messages: [own, own] }],
  ])("is not another message's, which stands %s", async (_name, answer) => {
    expect(await ask({ 'sub-1': answer }).report).toBeUndefined();
  });

  it.each<[string, object]>([
    ['the id that was asked for', { ...own, id: 'sub-1' }], ['it as one of several ids', { ...own, id: 'row-1', submitted_message_id: 'sub-1', messageId: 'wamid.1' }],
    ['another id of its own', { ...own, id: 'row-1', messageId: 'AS-1' }], ['our own id', { ...own, id: 'row-1', biz_opaque_callback_data: '1|2|3|4' }],
  ])('is its own, among those of others, with %s', async (_name, message) => {
    expect(await ask({ 'sub-1': { messages: [other, message] } }, ['AS-1', 'sub-1']).report).toMatchObject({ status: 'delivered' });
  });

  it.each([undefined, '', null])('may come without an id: %p', async (id) => {
    expect(await ask({ 'sub-1': { message: { ...own, id } } }).report).toMatchObject({ status: 'delivered', names: ['1|2|3|4', 'sub-1'] });
  });

  it('is found by the next name where the first one brought another message', async () => {
    const { asked, report } = ask({ 'sub-1': { message: other }, '1|2|3|4': { message: { ...own, biz_opaque_callback_data: '1|2|3|4' } } });
    expect(await report).toMatchObject({ status: 'delivered' });
    expect(asked).toEqual(['sub-1', '1|2|3|4']);
  });

  it('is asked for by each of its names, our own last', async () => {
    const { asked, report } = ask({ '1|2|3|4': { message: { status: 'DELIVERED' } } }, ['AS-1', 'wamid.1']);
    expect(await report).toMatchObject({ status: 'delivered', names: ['1|2|3|4'] });
    expect(asked).toEqual(['AS-1', 'wamid.1', '1|2|3|4']);
  });

  it('is asked for no more often than it may help', async () => {
    const { asked, report } = ask({}, Array.from({ length: 20 }, (_, index) => `name-${index}`));
    expect(await report).toBeUndefined();
    expect(asked).toHaveLength(4);
  });

  it.each<[string, unknown]>([
    ['nothing', null], ['a word of success', { status: 'success' }], ['a status of no kind', { message: { status: 'PENDING' } }], ['a number', 5],
    ['an empty list', { messages: [] }],
  ])('is not known by %s', async (_name, answer) => {
    expect(await ask({ 'sub-1': answer }).report).toBeUndefined();
  });
});
