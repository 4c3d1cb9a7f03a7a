import { describe, expect, it } from '@jest/globals';
import { fixture } from '../../test/support/fixtures.ts';
import { parseMetaWebhook } from './meta-webhook.parser.ts';

const NOW = 1_800_000_000_000;
const load = (name: string): Record<string, unknown> => fixture(`meta/webhook/${name}`);
const change = (value: unknown, field: unknown = 'messages'): unknown => ({ changes: [{ field, value }] });
const read = (value: unknown): ReturnType<typeof parseMetaWebhook> => parseMetaWebhook({ entry: [change(value)] }, NOW);
const sent = { id: 'wamid.A', status: 'sent', timestamp: '1790000001', recipient_id: '919800000001' };

describe("statuses in Meta's form", () => {
  it('are taken one by one', () => {
    const common = { names: ['wamid.TEST0001'], recipient: '+919800000001' };
    expect(parseMetaWebhook(load('statuses.json'), NOW)).toEqual({
      reports: [
        { ...common, status: 'sent', at: 1790000001000 },
        { ...common, status: 'delivered', at: 1790000003000 },
        { ...common, status: 'read', at: 1790000009000 },
      ],
      inbound: [], unreadable: [],
    });
  });

  it('tell why a message failed', () => {
    expect(parseMetaWebhook(load('status-failed.json'), NOW).reports).toMatchObject([
      { status: 'failed', at: 1790000004000, failure: { code: 1005, title: '131026: Message undeliverable' } },
    ]);
    expect(read({ statuses: [{ ...sent, status: 'failed' }] }).reports[0]?.failure).toEqual({ code: 1009, title: 'No reason was given' });
    const errors = { code: '131047', error_data: { details: 'Too late' } };
    expect(read({ statuses: [{ ...sent, status: 'failed', errors }] }).reports[0]?.failure)
      .toEqual({ code: 1008, title: '131047: Too late' });
  });

  it('played is read', () => {
    expect(read({ statuses: [{ ...sent, status: 'played' }] }).reports).toMatchObject([{ status: 'read' }]);
  });

  it('have the echoed msgId for their first name', () => {
    expect(read({ statuses: [{ ...sent, biz_opaque_callback_data: '1|2|3|4' }] }).reports[0]?.names).toEqual(['1|2|3|4', 'wamid.A']);
  });

  it('need neither phone number nor time', () => {
    const { reports } = read({ statuses: [{ id: 'wamid.A', status: 'delivered', recipient_user_id: 'IN.1', timestamp: null }] });
    expect(reports).toEqual([{ names: ['wamid.A'], status: 'delivered', at: NOW }]);
  });
});

describe("persons' messages in Meta's form", () => {
  const asha = { from: '+919800000001', userId: 'IN.1000000000000001', name: 'Asha', wabaNumber: '+918889500122', at: 1790000300000 };

  it.each([
    ['inbound-text.json', { id: 'wamid.TESTIN11', type: 'text', text: 'Where is my order?', replyTo: 'wamid.TEST0001' }],
    [
      'inbound-button.json',
      { id: 'wamid.TESTIN12', type: 'button', button: { payload: '25596366|good', text: 'Good' }, replyTo: 'wamid.TEST0001' },
    ],
    ['inbound-list-reply.json', { id: 'wamid.TESTIN13', type: 'button', button: { payload: 'slot_1', text: 'Morning' } }],
    ['inbound-audio.json', { id: 'wamid.TESTIN14', type: 'audio', media: { id: '300000000000001', mimeType: 'audio/ogg; codecs=opus' } }],
  ])('%s', (name, expected) => {
    const { inbound, ...others } = parseMetaWebhook(load(name), NOW);
    expect(inbound).toMatchObject([{ ...asha, ...expected }]);
    expect(inbound[0]?.raw).toMatchObject({ id: expected.id });
    expect(others).toEqual({ reports: [], unreadable: [], people: [{ userId: 'IN.1000000000000001', phoneNumber: '+919800000001' }] });
  });

  it('may come from a person without a phone number', () => {
    const person = { profile: { name: 'Ravi' }, user_id: 'IN.77' };
    const text = { id: 'wamid.B', timestamp: 1790000300, type: 'text', text: { body: 'Hi' } };
    for (const sender of [{ from_user_id: 'IN.77' }, { from: 'IN.77' }, {}]) {
      const { inbound } = read({ contacts: [person], messages: [{ ...sender, ...text }] });
      expect(inbound).toMatchObject([{ id: 'wamid.B', userId: 'IN.77', name: 'Ravi', text: 'Hi' }]);
      expect(inbound[0]?.from).toBeUndefined();
    }
  });

  it('find their own among several contacts, and the phone number there', () => {
    const contacts = [
      { wa_id: '919800000001', user_id: 'IN.1', profile: { name: 'Asha' } },
      { wa_id: '919800000002', user_id: 'IN.2', profile: { name: 'Ravi' } },
    ];
    const messages = [
      { id: 'wamid.B', from: '919800000002', type: 'text', text: { body: 'b' } },
      { id: 'wamid.C', from_user_id: 'IN.1', type: 'text', text: { body: 'c' } },
      { id: 'wamid.D', from: '919800000003', type: 'text', text: { body: 'd' } },
    ];
    const { inbound } = read({ contacts, messages });
    expect(inbound.map(({ from, userId, name }) => [from, userId, name])).toEqual([
      ['+919800000002', 'IN.2', 'Ravi'], ['+919800000001', 'IN.1', 'Asha'], ['+919800000003', undefined, undefined],
    ]);
  });

  it('that were forwarded reply to nothing; a reaction belongs to its message', () => {
    const { inbound } = read({ messages: [
      { id: 'wamid.B', from: '919800000001', type: 'text', text: { body: 'b' }, context: { forwarded: true } },
      { id: 'wamid.C', from: '919800000001', type: 'reaction', reaction: { message_id: 'wamid.A', emoji: '❤️' } },
    ] });
    expect(inbound.map(({ type, replyTo }) => [type, replyTo])).toEqual([['text', undefined], ['reaction', 'wamid.A']]);
  });

  it('of types without a form are kept as other', () => {
    const types = ['system', 'unsupported', 'request_welcome', 'something_new', undefined];
    const { inbound } = read({ messages: types.map((type, index) => ({ id: `wamid.${index}`, from: '919800000001', type })) });
    expect(inbound.map(({ type }) => type)).toEqual(types.map(() => 'other'));
  });
});

describe("batches in Meta's form", () => {
  it('are taken apart whole: entries, changes, messages, statuses, in order', () => {
    const message = { id: 'wamid.M', from: '919800000001', type: 'text', text: { body: 'm' } };
    const body = { entry: [
      { changes: [
        { field: 'messages', value: { statuses: [sent, { ...sent, id: 'wamid.B' }], messages: [message] } },
        { field: 'messages', value: { statuses: [{ ...sent, id: 'wamid.C' }] } },
      ] },
      change({ statuses: [{ ...sent, id: 'wamid.D' }] }),
    ] };
    const { reports, inbound } = parseMetaWebhook(body, NOW);
    expect(reports.map(({ names }) => names[0])).toEqual(['wamid.A', 'wamid.B', 'wamid.C', 'wamid.D']);
    expect(inbound).toHaveLength(1);
  });

  it('lose nothing to a broken element', () => {
    const { reports, inbound, unreadable } = read({
      statuses: [null, sent, { ...sent, status: 'weird' }, { status: 'sent' }, 'x', { ...sent, id: 'wamid.Z' }],
      messages: [7, { id: 'wamid.M', from: '919800000001', type: 'text', text: { body: 'm' } }, { type: 'text', text: { body: 'no id' } }],
      errors: [{ code: 130429, title: 'Rate limit hit' }],
    });
    expect(reports.map(({ names }) => names[0])).toEqual(['wamid.A', 'wamid.Z']);
    expect(inbound.map(({ id }) => id)).toEqual(['wamid.M']);
    expect(unreadable.map(({ reason }) => reason)).toEqual([
      'The status is not known', 'The status is not known', 'The status names no message', 'The status is not known',
      'The message has no id', 'The message has no id', 'Meta told of an error',
    ]);
    expect(unreadable[2]?.raw).toEqual({ status: 'sent' });
  });

  it('leave out what is about other things', () => {
    expect(parseMetaWebhook({ entry: [change({ event: 'APPROVED' }, 'message_template_status_update')] }, NOW))
      .toEqual({ reports: [], inbound: [], unreadable: [] });
  });

  it.each([
    null, 5, 'x', {}, { changes: 'x' }, { changes: [null] }, { changes: [{ field: 'messages', value: 'x' }] },
  ])('keep an entry %j as unreadable', (entry) => {
    const { unreadable, ...others } = parseMetaWebhook({ entry: [entry] }, NOW);
    expect(others).toEqual({ reports: [], inbound: [] });
    expect(unreadable).toHaveLength(1);
  });
});
