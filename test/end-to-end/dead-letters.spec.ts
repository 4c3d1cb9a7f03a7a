import { describe, expect, it } from '@jest/globals';
import { LEDGER, type Ledger } from '../../lib/ledger/ledger.ts';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';

/** Messages of the host's own, to so many people, which AiSensy refuses. */
async function refused(host: BridgeHost, count: number, account = host.sides[0]!.nickname): Promise<string[]> {
  const people = Array.from({ length: count }, (_, place) => `+9198${String(10_000_000 + place)}`);
  // One after another, so that the letters stand in this order.
  for (const to of people) expect(await host.bridge.send({ account, to, msgId: `to ${to}`, content: { type: 'text', text: 'Hello' } })).toMatchObject({ status: 'refused' });
  return people;
}

const REFUSING = { plan: behaviours.refuse(2001), reports: { statuses: [] } };

describe.each(PLATFORMS)('dead letters on %s', (platform) => {
  const start = hostsOn(platform);

  it('that stay hold up none of those behind them', async () => {
    const host = await start({ aiSensy: REFUSING });
    const people = await refused(host, 130);
    host.aiSensy.setPlan([]);
    const optedOut = new Set(people.slice(0, 105));
    const isOptedOut = (number: string): boolean => optedOut.has(number);
    expect(await host.bridge.deadLetters.replay({ kind: 'refused' }, { isOptedOut, dryRun: true })).toEqual({ replayed: 25, kept: { 'opted-out': 105 } });
    expect(await host.bridge.deadLetters.replay({ kind: 'refused', limit: 10 }, { isOptedOut })).toEqual({ replayed: 10, kept: { 'opted-out': 105 } });
    expect(await host.bridge.deadLetters.replay(undefined, { isOptedOut })).toEqual({ replayed: 15, kept: { 'opted-out': 105 } });
    await host.aiSensy.waitFor(({ taken }) => taken.length === 25);
    expect(await host.bridge.deadLetters.replay({ limit: 0 })).toEqual({ replayed: 0, kept: {} });
  });

  it('are told and found by the nickname of their account, as events and messages are', async () => {
    const host = await start({ aiSensy: REFUSING, second: { aiSensy: REFUSING } });
    const [first, second] = host.sides.map(({ nickname }) => nickname);
    await refused(host, 1, first);
    await refused(host, 2, second);
    expect(await host.bridge.deadLetters.list({ account: second })).toMatchObject([{ account: second }, { account: second }]);
    expect(await host.bridge.deadLetters.discard({ account: second }, { dryRun: true })).toBe(2);
    expect(await host.bridge.deadLetters.replay({ account: first }, { dryRun: true })).toEqual({ replayed: 1, kept: {} });
    await expect(host.bridge.deadLetters.list({ account: 'nobody' })).rejects.toMatchObject({ name: 'SendError', code: 'unknown-account' });
  });

  it('of an account that is configured no more are told and found by its number', async () => {
    const host = await start();
    const element = { account: '+918889500199', listenerLanes: [], relayLane: undefined, undeliverable: 'The account is gone' };
    const message = { id: 'wamid.1', userId: 'u', type: 'text' as const, text: 'Hello', at: 1_790_000_000_000, raw: {} };
    await host.app.get<Ledger>(LEDGER, { strict: false }).recordCallback({
      accounts: [element.account], reports: [], inbound: [{ ...element, message }], at: 1_790_000_000_000, parkForMs: 0,
    });
    const letters = await host.bridge.deadLetters.list();
    expect(letters).toMatchObject([{ kind: 'relay', account: element.account }]);
    expect(await host.bridge.deadLetters.discard({ account: letters[0]!.account })).toBe(1);
  });

  it('asked for by something that is no filter are refused to the caller', async () => {
    const { bridge } = await start();
    await expect(bridge.deadLetters.list({ limit: -1 })).rejects.toThrow(TypeError);
    await expect(bridge.deadLetters.replay({ before: '2026-01-01' as never })).rejects.toThrow(TypeError);
    await expect(bridge.deadLetters.discard(undefined as never)).rejects.toThrow(TypeError);
    await expect(bridge.unknownMessages(-1)).rejects.toThrow(TypeError);
  });

  it('are left alone where an option is misspelt, or is no option', async () => {
    const host = await start({ aiSensy: REFUSING });
    await refused(host, 1);
    const { deadLetters } = host.bridge;
    await expect(deadLetters.replay({}, { dryrun: true } as never)).rejects.toThrow('`dryrun` is no field of the options. Did you mean dryRun?');
    await expect(deadLetters.replay({}, { isOptedOut: ['+919800000001'] } as never)).rejects.toThrow('`isOptedOut` must be a function');
    await expect(deadLetters.discard({}, { dryRun: 'true' } as never)).rejects.toThrow('`dryRun` must be true or false');
    expect(await deadLetters.list()).toHaveLength(1);
  });
});
