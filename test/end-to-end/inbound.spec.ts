import { describe, expect, it } from '@jest/globals';
import type { PersonContent } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CALLBACK_NAMES, callback } from '../support/clevertap-fixtures.ts';
import { CALLBACK_FORMS } from '../support/callback-forms.ts';
import { eventually } from '../support/eventually.ts';
import { fixture } from '../support/fixtures.ts';
import { Inbox } from '../support/inbox.ts';
import { message } from '../support/messages.ts';

const FROM = '919800000001';

/** What a person may send, and what CleverTap is to get of it beyond its type. */
const CONTENTS: PersonContent[] = [
  { type: 'text', text: 'Where is my order? 🙂\nThanks' },
  { type: 'button', text: 'Stop promotions', payload: 'p|1' },
  { type: 'image', mediaURL: 'https://media.example.com/in.jpg', caption: 'Broken' },
  { type: 'video', mediaURL: 'https://media.example.com/in.mp4' },
  { type: 'audio', mediaURL: 'https://media.example.com/in.ogg' },
  { type: 'file', mediaURL: 'https://media.example.com/in.pdf', caption: 'Bill' },
  { type: 'location', latitude: '18.5204', longitude: '73.8567', address: '107 Baker Street', name: 'Office' },
];

const inCleverTapsForm = ({ type, ...content }: PersonContent): object => {
  if (type === 'text') return { type, content: { body: (content as { text: string }).text } };
  return { type, content: expect.objectContaining(content) };
};

/** The samples of AiSensy's other forms, and what CleverTap gets of each. */
const SAMPLES: [sample: string, expected: object][] = [
  ['aisensy/webhook/inbound-text', { type: 'text', content: { body: 'Where is my order?' } }],
  ['aisensy/webhook/inbound-button-reply', { type: 'button', content: { payload: '25596366|good', text: 'Good' } }],
  ['aisensy/webhook/inbound-image', { type: 'image', content: expect.objectContaining({ mediaURL: 'https://media.example.com/in.jpg', caption: 'Broken' }) }],
  ['meta/webhook/inbound-text', { type: 'text', content: { body: 'Where is my order?' } }],
  ['meta/webhook/inbound-button', { type: 'button', content: { payload: '25596366|good', text: 'Good' } }],
  ['meta/webhook/inbound-list-reply', { type: 'button', content: { payload: 'slot_1', text: 'Morning' } }],
];

const metaMessage = (fields: object, contacts: object[] = [{ wa_id: FROM, profile: { name: 'Asha' } }]): object => {
  const value = { metadata: { display_phone_number: '918889500122' }, contacts, messages: [fields] };
  return { object: 'whatsapp_business_account', entry: [{ changes: [{ field: 'messages', value }] }] };
};

describe.each(PLATFORMS)('what people write on %s', (platform) => {
  const start = hostsOn(platform);

  it.each(CALLBACK_FORMS)('reaches CleverTap in its form, one message a request, in order: %s', async (callbackForm) => {
    const host = await start({ aiSensy: { callbackForm }, providers: [Inbox] });
    for (const content of CONTENTS) expect(await host.aiSensy.personSends({ ...content, from: FROM })).toMatchObject({ status: 200 });
    await host.cleverTap.waitForInbound(CONTENTS.length);
    expect(host.cleverTap.rejected).toEqual([]);
    expect(host.cleverTap.inbound).toMatchObject(CONTENTS.map((content) => ({ ...inCleverTapsForm(content), from: FROM, wabaNumber: '918889500122' })));
    await eventually(() => expect(host.app.get(Inbox).heard.map(({ type }) => type)).toEqual(CONTENTS.map(({ type }) => type)));
  });

  it('passes AiSensy\'s samples in CleverTap\'s form on as they are', async () => {
    const names = CALLBACK_NAMES.filter((name) => name.startsWith('inbound-'));
    const host = await start();
    for (const [place, name] of names.entries()) {
      await host.callback('inbound-messages', callback(name));
      await host.cleverTap.waitForInbound(place + 1);
      const { type, [String(type)]: content, context, from, wabaNumber, timestamp } = callback(name) as { type: string; [key: string]: unknown };
      const replyTo = (context as { id: string } | undefined)?.id;
      expect(host.cleverTap.inbound.at(-1)).toMatchObject({ type, content, from, wabaNumber, timestamp: Number(timestamp), ...(replyTo && { replyTo }) });
    }
    expect(names.length).toBeGreaterThan(4);
    expect(host.cleverTap.rejected).toEqual([]);
  });

  it('makes CleverTap\'s form of AiSensy\'s other samples, with the msgId that is replied to', async () => {
    const host = await start({
      aiSensy: { plan: { kind: 'answer', body: { messages: [{ id: 'wamid.TEST0001' }] } }, reports: { statuses: [] } },
    });
    const { msgId } = message();
    await host.cleverTap.send(message('quickReplies', { msgId }));
    for (const [place, [sample, expected]] of SAMPLES.entries()) {
      const body = fixture(`${sample}.json`);
      await host.callback('webhook', body);
      await host.cleverTap.waitForInbound(place + 1);
      const replyTo = JSON.stringify(body).includes('wamid.TEST0001') ? msgId : undefined;
      expect([sample, host.cleverTap.inbound.at(-1)]).toEqual([sample, expect.objectContaining({ from: FROM, wabaNumber: '918889500122', ...expected, ...(replyTo && { replyTo }) })]);
      expect(host.cleverTap.inbound.at(-1)!.replyTo).toBe(replyTo);
    }
    expect(host.cleverTap.rejected).toEqual([]);
  });

  it.each(CALLBACK_FORMS)('names the message replied to by CleverTap\'s msgId: %s', async (callbackForm) => {
    const host = await start({ aiSensy: { callbackForm }, providers: [Inbox] });
    const campaign = await host.cleverTap.runCampaign({ messages: 10, form: 'quickReplies' });
    // The project form tells Meta's name of a message, which replies go by, with its reports only.
    await host.aiSensy.reportsDone();
    const msgIds = [...campaign.byMsgId.keys()];
    for (const replyTo of msgIds) await host.aiSensy.personSends({ type: 'button', text: 'Good', payload: '1|good', from: FROM, replyTo });
    await host.cleverTap.waitForInbound(10);
    expect(host.cleverTap.inbound.map(({ replyTo }) => replyTo)).toEqual(msgIds);
    await eventually(() => expect(host.app.get(Inbox).heard.map(({ replyTo }) => replyTo)).toEqual(msgIds));
  });

  it('leaves out a context that CleverTap could not know', async () => {
    const host = await start({ aiSensy: { callbackForm: 'meta' }, providers: [Inbox] });
    await host.bridge.send({ to: FROM, msgId: 'host-1', content: { type: 'text', text: 'Hi' } });
    const { names } = host.aiSensy.received[0]!;
    const text = (id: string, replyTo: string): object => metaMessage({ from: FROM, id, timestamp: '1790000300', type: 'text', text: { body: id }, context: { id: replyTo } });
    await host.callback('webhook', text('wamid.A', names.wamid));
    await host.callback('webhook', text('wamid.B', 'wamid.OF-NOBODY'));
    await host.callback('inbound-messages', { ...callback('inbound-text'), context: { id: 'host-1' } });
    await host.callback('inbound-messages', { ...callback('inbound-text'), context: { id: '1|from-before|the|bridge' } });
    await host.cleverTap.waitForInbound(4);
    expect(host.cleverTap.inbound.map(({ replyTo }) => replyTo)).toEqual([undefined, undefined, undefined, '1|from-before|the|bridge']);
    await eventually(() => {
      expect(host.app.get(Inbox).heard.map(({ replyTo }) => replyTo)).toEqual(['host-1', 'wamid.OF-NOBODY', 'host-1', '1|from-before|the|bridge']);
    });
  });

  it('is told once, however often it is delivered', async () => {
    const host = await start({ providers: [Inbox] });
    const project = fixture('aisensy/webhook/inbound-text.json');
    for (const id of ['first', 'second']) await host.callback('webhook', { ...project, id, delivery_attempt: id });
    for (const topic of ['message.created', 'message.sender.user']) await host.callback('webhook', { ...project, topic });
    await Promise.all([1, 2, 3].map(() => host.callback('inbound-messages', callback('inbound-text'))));
    await host.aiSensy.personSends({ type: 'text', text: 'the last', from: FROM });
    await host.cleverTap.waitForInbound(3);
    await eventually(() => expect(host.app.get(Inbox).heard).toHaveLength(3));
    expect(host.cleverTap.inbound.at(-1)).toMatchObject({ content: { body: 'the last' } });
  });

  it('reaches the host\'s listeners where CleverTap has no form for it, or the person no number', async () => {
    const host = await start({ providers: [Inbox] });
    await host.callback('webhook', metaMessage({ from: FROM, id: 'wamid.R', timestamp: '1790000300', type: 'reaction', reaction: { emoji: '👍', message_id: 'wamid.X' } }));
    await host.callback('webhook', metaMessage(
      { from_user_id: 'IN.1000000000000001', id: 'wamid.U', timestamp: '1790000300', type: 'text', text: { body: 'Who am I?' } },
      [{ user_id: 'IN.1000000000000001', profile: { name: 'Asha' } }],
    ));
    await host.aiSensy.personSends({ type: 'text', text: 'the last', from: FROM });
    await host.cleverTap.waitForInbound(1);
    const heard = await eventually(() => {
      const events = [...host.app.get(Inbox).heard];
      expect(events).toHaveLength(3);
      return events;
    });
    expect(heard).toMatchObject([
      { type: 'reaction', text: '👍', from: '+919800000001' }, { type: 'text', text: 'Who am I?', userId: 'IN.1000000000000001', name: 'Asha' }, { text: 'the last' },
    ]);
    expect(heard[1]!.from).toBeUndefined();
    expect(await host.bridge.deadLetters.list()).toMatchObject([{ kind: 'relay', reason: expect.stringContaining('phone number'), payload: { id: 'wamid.U' } }]);
    expect(host.cleverTap.inbound).toMatchObject([{ content: { body: 'the last' } }]);
  });
});
