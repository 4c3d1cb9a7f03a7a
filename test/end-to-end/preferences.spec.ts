import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { OnPreference, type PreferenceEvent } from 'nestjs-whatsapp-bridge';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const FROM = '919800000001';
const AT = 1_790_000_300_000;

@Injectable()
class Switches {
  readonly all: PreferenceEvent[] = [];
  readonly stops: PreferenceEvent[] = [];

  @OnPreference()
  note(event: PreferenceEvent): void {
    this.all.push(event);
  }

  @OnPreference({ change: 'stop' })
  stop(event: PreferenceEvent): void {
    this.stops.push(event);
  }
}

/** What the listeners hear, once it is so many events. */
const heard = (host: BridgeHost, count: number): Promise<PreferenceEvent[]> => eventually(() => {
  const { all } = host.app.get(Switches);
  expect(all).toHaveLength(count);
  return all;
});

describe.each(PLATFORMS)("a person's word on marketing messages on %s", (platform) => {
  const start = hostsOn(platform);
  const FAILS = { statuses: ['sent' as const, { status: 'failed' as const, code: 131050, metaCode: 131050, title: 'User has stopped marketing messages' }] };

  it("comes by WhatsApp's own switch: stop, and resume", async () => {
    const host = await start({ transport: 'direct', providers: [Switches] });
    const streamed: PreferenceEvent[] = [];
    host.bridge.preferences$.subscribe((event) => streamed.push(event));
    expect(await host.aiSensy.personPrefers({ from: FROM, change: 'stop', at: AT })).toMatchObject({ status: 200 });
    expect(await host.aiSensy.personPrefers({ from: FROM, change: 'resume', at: AT + 60_000 })).toMatchObject({ status: 200 });
    const common = { account: 'AiSensy_WA_1', from: `+${FROM}`, wabaNumber: '+918889500122', category: 'marketing_messages' };
    expect(await heard(host, 2)).toMatchObject([
      { ...common, change: 'stop', at: new Date(AT), detail: 'User requested to stop marketing messages' },
      { ...common, change: 'resume', at: new Date(AT + 60_000) },
    ]);
    await eventually(() => expect(host.app.get(Switches).stops.map(({ change }) => change)).toEqual(['stop']));
    expect(streamed.map(({ change }) => change)).toEqual(['stop', 'resume']);
    expect(host.cleverTap.inbound).toEqual([]);
  });

  it('is told once, however often Meta tells of it', async () => {
    const host = await start({ transport: 'direct', providers: [Switches] });
    const stop = { from: FROM, change: 'stop' as const, at: AT };
    for (const again of [stop, stop, stop]) await host.aiSensy.personPrefers(again);
    await host.aiSensy.personPrefers({ from: FROM, change: 'resume', at: AT + 1_000 });
    expect((await heard(host, 2)).map(({ change }) => change)).toEqual(['stop', 'resume']);
  });

  it('comes with the phone number of a person who hides it, once both were met together', async () => {
    const host = await start({ transport: 'direct', providers: [Switches] });
    await host.aiSensy.personPrefers({ from: '919800000009', change: 'stop', hidesNumber: true, at: AT });
    await host.aiSensy.personSends({ type: 'text', text: 'Hi', from: FROM });
    await host.aiSensy.personPrefers({ from: FROM, change: 'stop', hidesNumber: true, at: AT });
    const events = await heard(host, 2);
    const [known, stranger] = [`IN.${FROM}`, 'IN.919800000009'].map((id) => events.find(({ userId }) => userId === id));
    expect(stranger).toMatchObject({ change: 'stop' });
    expect(stranger!.from).toBeUndefined();
    expect(known).toMatchObject({ from: `+${FROM}`, change: 'stop' });
  });

  it.each([['meta', 'direct'], ['project', 'project'], ['clevertap', 'clevertap']] as const)('comes by the error 131050 of a report in the form %s', async (callbackForm, transport) => {
    const host = await start({ transport, providers: [Switches], aiSensy: { callbackForm, reports: FAILS } });
    const sent = message();
    await host.cleverTap.send(sent);
    const [stop] = await heard(host, 1);
    expect(stop).toMatchObject({ account: 'AiSensy_WA_1', from: `+${sent.to.replace(/\D/g, '')}`, change: 'stop', category: 'marketing_messages', msgId: sent.msgId });
    await eventually(() => expect(host.cleverTap.statusesOf(sent.msgId).at(-1)).toMatchObject({ status: 'failed', error: { code: 1006, title: expect.stringMatching(/^131050: /) } }));
  });

  it('comes by the error 131050 in the answer', async () => {
    const host = await start({ transport: 'direct', providers: [Switches], aiSensy: { plan: behaviours.metaError(131050, 'User has stopped marketing messages') } });
    const sent = message();
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'refused', code: 2003 });
    expect(await heard(host, 1)).toMatchObject([{ from: `+${sent.to.replace(/\D/g, '')}`, change: 'stop', msgId: sent.msgId }]);
  });

  it('is kept as unreadable where it is none', async () => {
    const host = await start({ transport: 'direct', providers: [Switches] });
    const value = { metadata: { display_phone_number: '918889500122' }, user_preferences: [{ wa_id: FROM, category: 'marketing_messages', value: 'maybe' }] };
    const body = { object: 'whatsapp_business_account', entry: [{ changes: [{ field: 'user_preferences', value }] }] };
    expect(await host.callback('webhook', body)).toMatchObject({ status: 200 });
    expect(await host.bridge.deadLetters.list({ kind: 'unreadable' })).toMatchObject([{ reason: 'The preference is neither stop nor resume' }]);
    expect(host.app.get(Switches).all).toEqual([]);
  });
});
