import { describe, expect, it } from '@jest/globals';
import type { BridgeAlert } from 'nestjs-whatsapp-bridge';
import { type AnswerBehaviour, behaviours } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { answerCodeOf, FAILURE_ROWS as CODES } from '../support/failure-rows.ts';
import { message } from '../support/messages.ts';

describe('a failure that the answer tells', () => {
  const start = hostsOn('express');

  /** A host whose AiSensy answers the first attempt so, and takes the message then. */
  const startWith = (behaviour: AnswerBehaviour, options: object = {}): Promise<BridgeHost> => start({
    transport: 'direct', options: { answerWithinMs: 0, ...options }, aiSensy: { plan: [{ times: 1, use: behaviour }], reports: { statuses: ['delivered'] } },
  });

  it('is told by its reason, where the message is not tried again: in the answer, and in a report where the answer is out', async () => {
    const never = CODES.filter(({ done }) => done === 'never');
    for (const answerWithinMs of [900, 0]) {
      const host = await start({
        transport: 'direct', options: { answerWithinMs }, aiSensy: { plan: ({ index }) => behaviours.metaError(never[index % never.length]!.code, 'Words of Meta') },
      });
      let answered = 0;
      for (const { code, template } of never) {
        const sent = message();
        const answer = await host.cleverTap.send(sent);
        if (answer.outcome === 'refused') {
          answered += 1;
          expect(answer.code).toBe(answerCodeOf(template));
        } else {
          const failed = { status: 'failed', error: { code: template, title: `${code}: Words of Meta` } };
          await eventually(() => expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([failed]));
        }
      }
      // On a machine that stands still for a second an answer may be out before its time, and the report tells it.
      if (answerWithinMs > 0) expect(answered).toBeGreaterThan(never.length / 2);
      else expect(answered).toBe(0);
      expect(host.aiSensy.received).toHaveLength(never.length);
      expect(host.aiSensy.taken).toEqual([]);
    }
  });

  it.each(CODES.filter(({ done }) => done === 'again'))('is no end for $code: the message is tried again', async ({ code }) => {
    for (const status of [400, 500]) {
      const host = await startWith(behaviours.metaError(code, 'Words of Meta', { status }));
      const sent = message();
      await host.cleverTap.send(sent);
      await host.cleverTap.waitForStatuses(1);
      expect(host.aiSensy.received).toHaveLength(2);
      expect((await host.bridge.message(sent.msgId))!.steps.map(({ step }) => step).slice(0, 3)).toEqual(['accepted', 'retry', 'dispatched']);
      expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'delivered' }]);
    }
  });

  it.each(CODES.filter(({ done }) => done === 'later'))('of $code makes the message wait longer than others', async ({ code, template }) => {
    const host = await startWith(behaviours.metaError(code, 'Words of Meta'));
    const [sent, other] = [message(), message()];
    await host.cleverTap.send(sent);
    await eventually(async () => expect((await host.bridge.message(sent.msgId))!.steps).toMatchObject([{ step: 'accepted' }, { step: 'retry', reason: { code: template } }]));
    await host.cleverTap.send(other);
    await host.cleverTap.waitForStatuses(1);
    expect(host.aiSensy.received.map(({ msgId }) => msgId)).toEqual([sent.msgId, other.msgId]);
  });

  it.each([131052, 131053])('of %i may be tried once more only', async (code) => {
    const host = await start({
      transport: 'direct', options: { answerWithinMs: 0 }, aiSensy: { plan: behaviours.metaError(code, 'Media upload error') },
    });
    const sent = message();
    await host.cleverTap.send(sent);
    await eventually(() => expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'failed', error: { code: 1001, title: `${code}: Media upload error` } }]));
    expect(host.aiSensy.received).toHaveLength(2);
  });

  it.each([...CODES.filter(({ done }) => done === 'stop').map(({ code }) => [code] as const)])('of %i stops the account, calls for a person and burns no message', async (code) => {
    const host = await startWith(behaviours.metaError(code, 'Words of Meta'));
    const alerts: BridgeAlert[] = [];
    host.bridge.alerts$.subscribe((alert) => alerts.push(alert));
    const sent = [message(), message()];
    for (const one of sent) await host.cleverTap.send(one);
    await host.cleverTap.waitForStatuses(2);
    expect(alerts[0]).toMatchObject({ kind: 'dispatch-paused', reason: expect.stringMatching(new RegExp(`^AiSensy answered 400: .*; original code ${code}$`)) });
    expect((await host.bridge.message(sent[0]!.msgId))!.steps).toContainEqual(expect.objectContaining({ step: 'retry', reason: expect.objectContaining({ title: `${code}: Words of Meta` }) }));
    expect(host.cleverTap.balance()).toMatchObject({ delivered: 2, failed: 0 });
  });

  it('of an account that stops is told in the answer to who still waits', async () => {
    const host = await start({ transport: 'direct', aiSensy: { plan: behaviours.metaError(131042, 'Payment issue') } });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code: 2004 });
  });

  it('means what the host says', async () => {
    const host = await start({
      transport: 'direct', options: { failureReasons: { 131026: { callbackCode: 1003 }, 131049: { action: 'retry' } } },
      aiSensy: { plan: ({ index }) => [behaviours.metaError(131026), behaviours.metaError(131049)][index], reports: ({ index }) => ({
        statuses: [index === 2 ? 'delivered' : { status: 'failed', metaCode: 131026, title: 'Message undeliverable' }],
      }) },
    });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code: 2004 });
    const again = message();
    expect(await host.cleverTap.send(again)).toMatchObject({ outcome: 'success' });
    await eventually(() => expect(host.cleverTap.statusesOf(again.msgId)).toMatchObject([{ status: 'delivered' }]));
    const failing = message();
    await host.cleverTap.send(failing);
    await eventually(() => expect(host.cleverTap.statusesOf(failing.msgId)).toMatchObject([{ status: 'failed', error: { code: 1003 } }]));
  });
});
