import { describe, expect, it } from '@jest/globals';
import { type Behaviour, behaviours, type CleverTapPayload } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { next } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const metaError = (code: number): Behaviour => ({ kind: 'answer', status: 400, body: { error: { message: `Meta says ${code}`, code } } });

/** What AiSensy shows of a message that it refuses, and the code of the report to CleverTap. */
const REFUSALS: [what: string, behaviour: Behaviour, code: number][] = [
  ['2001', behaviours.refuse(2001, 'Refused with 2001'), 1001],
  ['2002', behaviours.refuse(2002, 'Refused with 2002'), 1002],
  ['2003', behaviours.refuse(2003, 'Refused with 2003'), 1006],
  ['2004', behaviours.refuse(2004, 'Refused with 2004'), 1009],
  ['its words', behaviours.badRequest('Media URL Missing'), 1001],
  ['132001', metaError(132001), 1001],
  ['131021', metaError(131021), 1002],
  ['131026', metaError(131026), 1005],
  ['131050', metaError(131050), 1006],
  ['131051', metaError(131051), 1007],
  ['131047', metaError(131047), 1008],
  ['132068', metaError(132068), 1009],
  ['131049', metaError(131049), 1010],
  ['a code that nobody knows', metaError(139999), 1009],
];

/** The failure that CleverTap was told of, as code and title; it was told once. */
function failureOf(host: BridgeHost, { msgId }: CleverTapPayload): [code?: number, title?: string] {
  const statuses = host.cleverTap.statusesOf(msgId);
  expect(statuses.map(({ status }) => status)).toEqual(['failed']);
  return [statuses[0]?.error?.code, statuses[0]?.error?.title];
}

describe.each(PLATFORMS)('a refusal of AiSensy\'s after the answer on %s', (platform) => {
  const start = hostsOn(platform);

  it('is a failed report on CleverTap\'s callback URL, by reason', async () => {
    const behaviourOf = new Map<string, Behaviour>();
    const host = await start({ options: { answerWithinMs: 0 }, aiSensy: { plan: ({ msgId }) => behaviourOf.get(msgId) } });
    const sent = REFUSALS.map(([, behaviour]) => {
      const one = message();
      behaviourOf.set(one.msgId, behaviour);
      return one;
    });
    const answers = await Promise.all(sent.map((one) => host.cleverTap.send(one)));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['{"status":"success"}']));
    await host.cleverTap.waitForStatuses(REFUSALS.length);
    expect(sent.map((one, place) => [REFUSALS[place]![0], failureOf(host, one)[0]])).toEqual(REFUSALS.map(([what, , code]) => [what, code]));
    expect(failureOf(host, sent[7]!)[1]).toBe('131026: Meta says 131026');
    expect(host.aiSensy.duplicates).toEqual([]);
  });

  it('is one where AiSensy takes longer than the answer may', async () => {
    const host = await start({ options: { answerWithinMs: 30 }, aiSensy: { plan: { ...behaviours.refuse(2001, 'Too late'), delayMs: 300 } } });
    const sent = message();
    const rejected = next(host.bridge.dispatches$);
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'success' });
    expect(await rejected).toMatchObject([{ outcome: 'rejected', reason: { code: 1001, title: '2001: Too late' }, message: { msgId: sent.msgId } }]);
    await host.cleverTap.waitForStatuses(1);
    expect(failureOf(host, sent)).toEqual([1001, '2001: Too late']);
  });

  it('passes AiSensy\'s own failed reports on with their codes', async () => {
    const codes = Array.from({ length: 11 }, (_, place) => 1000 + place);
    const host = await start({ aiSensy: { reports: (_message, index) => ({ statuses: ['sent', { status: 'failed', code: codes[index]! }] }) } });
    const sent = codes.map(() => message());
    for (const one of sent) await host.cleverTap.send(one);
    await host.cleverTap.waitForStatuses(22);
    expect(sent.map(({ msgId }) => host.cleverTap.messageBalance(msgId))).toMatchObject(codes.map((code) => (
      { outcome: 'success', statuses: ['sent', 'failed'], failure: { code, title: '131026: Message undeliverable' } }
    )));
  });
});
