import { describe, expect, it } from '@jest/globals';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const PERSON = '+919800000042';

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
});
