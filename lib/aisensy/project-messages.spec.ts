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

const { data: { message: read } } = fixture<{ data: { message: object } }>('aisensy/webhook/status-read.json');
const { data: { message: failed } } = fixture<{ data: { message: object } }>('aisensy/webhook/status-failed.json');

describe("a message's state", () => {
  it.each<[string, unknown]>([
    ['alone', read], ['as a message', { message: read }], ['as data', { data: { message: read } }], ['in a list', { messages: [read] }],
    ['behind a word of success', { status: 'success', data: read }],
  ])('is read where it stands %s', async (_name, answer) => {
    const report = await ask({ 'sub-1': answer }).report;
    expect(report).toMatchObject({ status: 'read', at: expect.any(Number) });
    expect(report!.names[0]).toBe('1|2|3|4');
    expect(report!.names.length).toBeGreaterThan(1);
  });

  it('tells why it failed', async () => {
    expect(await ask({ 'sub-1': { message: failed } }).report).toMatchObject({ status: 'failed', failure: { code: expect.any(Number), title: expect.any(String) } });
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
