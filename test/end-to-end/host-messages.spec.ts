import { describe, expect, it } from '@jest/globals';
import { type FreeformContent, type MessageContent, SendError, type TemplateContent } from 'nestjs-whatsapp-bridge';
import { behaviours, type FormName, forms } from 'nestjs-whatsapp-bridge/testing';
import { type OutboundProblem, parseOutbound, type ReadOutbound } from '../../lib/clevertap/outbound.parser.ts';
import { MOBILE_NUMBERS } from '../support/account-sides.ts';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { SENT_NAMES, sentBytes } from '../support/clevertap-fixtures.ts';
import { next } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const TO = '+919800000001';
const HELLO: FreeformContent = { type: 'text', text: 'Here is your coupon: SAVE20 🙂' };

const COUPON: TemplateContent = {
  type: 'template', name: 'coupon', language: 'en',
  header: { type: 'image', mediaUrl: 'https://media.example.com/coupon.png' },
  body: { text: '20% off for you, Asha.', parameters: ['Asha'] },
  footer: 'Reply STOP to opt out',
  buttons: [{ kind: 'copyCode', index: 0, text: 'Copy offer code', value: 'SAVE20' }, { kind: 'quickReply', index: 1, text: 'Thanks', value: 'thanks|1' }],
  customProps: { journey: 'feedback' },
};

/** The coupon as CleverTap itself would have sent it. */
const COUPON_ON_THE_WIRE = {
  payloadVersion: 0.1, to: '919800000001', wabaNumber: MOBILE_NUMBERS[0], isTemplate: true, msgId: 'coupon-1',
  template: { namespace: 'coupon', languageCode: 'en' },
  components: [
    { type: 'header', header: { type: 'image', image: { mediaURL: 'https://media.example.com/coupon.png' } } },
    { type: 'body', body: { text: '20% off for you, Asha.', parameters: [{ type: 'text', text: 'Asha' }] } },
    { type: 'footer', footer: 'Reply STOP to opt out' },
    { type: 'button', index: 0, subType: 'copy_code', buttonText: 'Copy offer code', parameters: [{ type: 'coupon_code', coupon_code: 'SAVE20' }] },
    { type: 'button', index: 1, subType: 'quickReply', buttonText: 'Thanks', parameters: [{ type: 'payload', payload: 'thanks|1' }] },
    { customProps: [{ journey: 'feedback' }] },
  ],
};

/** Reads bytes as the provider endpoint reads CleverTap's. */
function read(bytes: Uint8Array): ReadOutbound['message'] {
  const parsed: ReadOutbound | OutboundProblem = parseOutbound(bytes);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.message;
}

/** Every content that CleverTap's samples and the simulator know. */
const CONTENTS: MessageContent[] = [
  ...(Object.keys(forms) as FormName[]).map((form) => read(Buffer.from(JSON.stringify(message(form)))).content),
  ...SENT_NAMES.map((name) => read(sentBytes(name)).content),
];

describe.each(PLATFORMS)('a message of the host\'s own on %s', (platform) => {
  const start = hostsOn(platform);
  const bodies = (host: BridgeHost): unknown[] => host.aiSensy.received.map(({ body }) => JSON.parse(body.toString()) as unknown);

  it('goes out in CleverTap\'s form, templates and freeform alike', async () => {
    const host = await start();
    expect(await host.bridge.send({ to: '91 98000 00001', msgId: 'coupon-1', content: COUPON })).toEqual({ msgId: 'coupon-1', status: 'accepted' });
    const { msgId } = await host.bridge.send({ to: TO, content: HELLO });
    expect(msgId).toMatch(/^host\|/);
    const { payloadVersion, to, wabaNumber } = COUPON_ON_THE_WIRE;
    expect(bodies(host)).toEqual([COUPON_ON_THE_WIRE, { payloadVersion, to, wabaNumber, msgId, type: 'text', isTemplate: false, text: { body: HELLO.text } }]);
    expect(host.aiSensy.received.map(({ headers }) => headers['content-type'])).toEqual(['application/json', 'application/json']);
  });

  it('may leave out what has nothing to say', async () => {
    const host = await start();
    await host.bridge.send({ to: TO, msgId: 'plain-1', content: { type: 'template', name: 'hello', language: 'en', body: { text: 'Hello!' } } });
    expect(bodies(host)).toMatchObject([{ template: { namespace: 'hello' }, components: [{ type: 'body', body: { text: 'Hello!', parameters: [] } }] }]);
  });

  it('reads back as what was meant, whatever its content', async () => {
    const host = await start();
    for (const [place, content] of CONTENTS.entries()) {
      const msgId = `own-${place}`;
      expect(await host.bridge.send({ to: TO, msgId, content })).toEqual({ msgId, status: 'accepted' });
      expect(read(host.aiSensy.received[place]!.body)).toMatchObject({ msgId, to: TO, wabaNumber: MOBILE_NUMBERS[0], content });
      expect(read(host.aiSensy.received[place]!.body).content).toEqual(content);
    }
    expect(CONTENTS.length).toBeGreaterThan(30);
  });

  it('is reported to the host, and never to CleverTap', async () => {
    const host = await start();
    const reports = next(host.bridge.deliveryReports$, 3);
    await host.bridge.send({ to: TO, msgId: 'own-1', content: HELLO });
    expect(await reports).toMatchObject(Array(3).fill({ msgId: 'own-1', message: { origin: 'host', type: 'text', to: TO } }));
    const { msgId } = message();
    await host.cleverTap.send(message('textFooter', { msgId }));
    await host.cleverTap.waitForStatuses(3);
    expect([...host.cleverTap.statuses.keys()]).toEqual([msgId]);
    expect(await host.bridge.message('own-1')).toMatchObject({ origin: 'host', state: 'dispatched', status: 'read', to: TO });
  });

  it('with an id of its own is sent once, however often the host asks', async () => {
    const host = await start({ durable: true });
    const request = { to: TO, msgId: 'order-8841', content: HELLO };
    const answers = await Promise.all(Array.from({ length: 50 }, () => host.bridge.send(request)));
    expect(answers).toEqual(answers.map(() => ({ msgId: 'order-8841', status: 'accepted' })));
    await host.restart();
    expect(await host.bridge.send(request)).toEqual({ msgId: 'order-8841', status: 'accepted' });
    await expect(host.bridge.send({ ...request, to: '+919800000002' })).rejects.toMatchObject({ name: 'SendError', code: 'conflict' });
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it('that cannot be sent as asked is refused with the reason', async () => {
    const host = await start({ second: {} });
    const account = host.sides[1]!.nickname;
    await expect(host.bridge.send({ account, to: '98', content: HELLO })).rejects.toMatchObject({ code: 'invalid-phone-number' });
    await expect(host.bridge.send({ account, to: TO, msgId: '', content: HELLO })).rejects.toMatchObject({ code: 'invalid-msg-id' });
    await expect(host.bridge.send({ account, to: TO, msgId: 'x'.repeat(61), content: HELLO })).rejects.toMatchObject({ code: 'invalid-msg-id' });
    await expect(host.bridge.send({ account, to: TO, msgId: '0|0|0|0', content: HELLO })).rejects.toMatchObject({ code: 'invalid-msg-id' });
    await expect(host.bridge.send({ account, to: TO, content: { type: 'text', text: '' } })).rejects.toMatchObject({ name: 'SendError', code: 'invalid-content' });
    const misspelt = { account, to: TO, msgID: 'own-1', content: { type: 'text', text: 'Hi' } } as never;
    await expect(host.bridge.send(misspelt)).rejects.toMatchObject({ code: 'invalid-content', message: 'send(): `msgID` is no field. Did you mean msgId?' });
    await expect(host.bridge.send(undefined as never)).rejects.toMatchObject({ code: 'invalid-content', message: 'send(): the request must be an object.' });
    await expect(host.bridge.send({ to: TO, content: HELLO })).rejects.toBeInstanceOf(SendError);
    await expect(host.bridge.send({ account: 'nobody', to: TO, content: HELLO })).rejects.toMatchObject({ code: 'unknown-account', message: expect.stringContaining(account) });
    expect(host.sides.map(({ aiSensy }) => aiSensy.received.length)).toEqual([0, 0]);
    await host.bridge.send({ account, to: TO, content: HELLO });
    expect(host.sides.map(({ aiSensy }) => aiSensy.received.length)).toEqual([0, 1]);
  });

  it('that AiSensy refuses is answered so in time, and else told to the listeners', async () => {
    const host = await start({
      options: { answerWithinMs: 500 },
      aiSensy: { plan: [{ to: '919800000001', use: behaviours.refuse(2002, 'No such number') }, { use: { ...behaviours.refuse(2001), delayMs: 900 } }] },
    });
    const outcomes = next(host.bridge.dispatches$, 2);
    expect(await host.bridge.send({ to: TO, msgId: 'own-1', content: HELLO })).toEqual({
      msgId: 'own-1', status: 'refused', reason: { code: 1002, title: expect.stringContaining('No such number') },
    });
    expect(await host.bridge.send({ to: '+919800000002', msgId: 'own-2', content: HELLO })).toEqual({ msgId: 'own-2', status: 'accepted' });
    expect(await outcomes).toMatchObject([
      { outcome: 'rejected', message: { msgId: 'own-1', origin: 'host' }, reason: { code: 1002 } },
      { outcome: 'rejected', message: { msgId: 'own-2', origin: 'host' }, reason: { code: 1001 } },
    ]);
    expect(host.cleverTap.statusCount).toBe(0);
  });
});
