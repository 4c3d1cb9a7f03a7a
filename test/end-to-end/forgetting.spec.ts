import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { type InboundMessageEvent, OnInboundMessage } from 'nestjs-whatsapp-bridge';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const PERSON = '+919800000042';

/** Hears what people write, and fails once it is let go. */
@Injectable()
class Hearing {
  readonly heard: string[] = [];
  letGo: () => void = () => undefined;
  private readonly held = new Promise<void>((resolve) => { this.letGo = resolve; });

  @OnInboundMessage()
  async hear({ type }: InboundMessageEvent): Promise<void> {
    this.heard.push(type);
    await this.held;
    throw new Error('not now');
  }
}

describe.each(PLATFORMS)('a person who is forgotten, on %s,', (platform) => {
  const start = hostsOn(platform);

  it('gets nothing that waits, and leaves room for others', async () => {
    const host = await start({ account: { maxConcurrentRequests: 1 }, aiSensy: { plan: behaviours.hang() }, options: { answerWithinMs: 0 } });
    await host.cleverTap.send(message());
    await host.aiSensy.waitForMessages(1);
    await host.cleverTap.send(message('textFooter', { to: PERSON }));
    await host.cleverTap.send(message());
    expect(await host.bridge.health()).toMatchObject({ backlog: { messages: 3 } });
    expect(await host.bridge.forget(PERSON)).toBe(1);
    expect(await host.bridge.health()).toMatchObject({ backlog: { messages: 2 } });
    expect(await host.bridge.counts()).toMatchObject({ messages: { accepted: 2, expired: 1 } });
  });

  it('is not tried again where AiSensy puts the message off, and leaves room then', async () => {
    const host = await start({ aiSensy: { plan: { ...behaviours.tooMany(), delayMs: 500 } }, options: { answerWithinMs: 0 } });
    await host.cleverTap.send(message('textFooter', { to: PERSON }));
    await host.aiSensy.waitForMessages(1);
    expect(await host.bridge.forget(PERSON)).toBe(1);
    await eventually(async () => expect(await host.bridge.health()).toMatchObject({ backlog: { messages: 0, bytes: 0 } }));
    expect(await host.bridge.counts()).toMatchObject({ messages: { expired: 1 }, jobs: {} });
  });

  it('is not quoted to CleverTap where it repeats a message that AiSensy refused in words about them', async () => {
    const host = await start({ aiSensy: { plan: behaviours.refuse(2002, `Asha Rao (${PERSON}) moved to Baker Street`) } });
    const sent = message('textFooter', { to: PERSON });
    expect(await host.cleverTap.send(sent)).toMatchObject({ body: { error: { code: 2002, message: expect.stringContaining('Asha Rao') } } });
    expect(await host.bridge.forget(PERSON)).toBe(1);
    expect(await host.cleverTap.send(sent)).toMatchObject({ status: 200, body: { status: 'failure', error: { code: 2002, message: '' } } });
    expect(JSON.stringify([await host.bridge.message(sent.msgId), await host.bridge.deadLetters.list()])).not.toContain('Asha');
  });

  it('is not heard again as nobody, where a listener had their message in hand', async () => {
    const host = await start({ providers: [Hearing] });
    const hearing = host.app.get(Hearing);
    await host.callback('inbound-messages', { messages: [{ id: 'in-1', from: PERSON.slice(1), type: 'text', text: { body: 'my secret' }, timestamp: '1790000003' }] });
    await eventually(() => expect(hearing.heard).toEqual(['text']));
    expect(await host.bridge.forget(PERSON)).toBe(1);
    hearing.letGo();
    // Of another person the listener hears as often as its retries are due.
    await host.callback('inbound-messages', { messages: [{ id: 'in-2', from: '919800000043', type: 'image', image: { url: 'https://x.example.com/1' }, timestamp: '1790000004' }] });
    await eventually(() => expect(hearing.heard.filter((type) => type === 'image').length).toBeGreaterThan(2));
    expect(hearing.heard.filter((type) => type !== 'image')).toEqual(['text']);
  });
});
