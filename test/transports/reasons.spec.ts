import { describe, expect, it } from '@jest/globals';
import type { BridgeAlert } from 'nestjs-whatsapp-bridge';
import { type AnswerBehaviour, behaviours } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

type Done = 'again' | 'later' | 'never' | 'stop';

/** The whole table: Meta's codes, what is done, and what CleverTap is told of a template and of a freeform message. */
const ROWS: [codes: number[], done: Done, template: number, freeform?: number][] = [
  [[0, 190, 3, 10, 200, 250, 299, 131005], 'stop', 1000],
  [[33, 131045, 133010], 'stop', 1000],
  [[1, 2, 131000, 131016, 133004, 131057], 'again', 1009],
  [[4, 80007, 130429], 'again', 1004],
  [[131056], 'later', 1004],
  [[131048, 131064, 368, 131031], 'stop', 1010],
  [[130472, 130497, 131049], 'never', 1010],
  [[131050], 'never', 1006],
  [[131026], 'never', 1005],
  [[131021, 131030, 131062], 'never', 1002],
  [[131047], 'never', 1008],
  [[131051, 137000], 'never', 1007],
  [[100, 131008, 131009, 135000], 'never', 1001, 1009],
  [[131052, 131053], 'again', 1001, 1009],
  [[132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 134100, 134102, 131055, 131063], 'never', 1001],
  [[132068, 139999], 'never', 1009],
  [[132069], 'later', 1009],
  [[134101], 'later', 1001],
  [[131037, 131042, 134011], 'stop', 1009],
];
const CODES = ROWS.flatMap(([codes, done, template, freeform = template]) => codes.map((code) => ({ code, done, template, freeform })));
const ANSWER_CODES: Record<number, number> = { 1000: 2000, 1001: 2001, 1002: 2002, 1006: 2003 };

describe('a failure that a report tells', () => {
  const start = hostsOn('express');

  it.each(['direct', 'project'] as const)('reaches CleverTap by its reason, through the %s API, for each row of the table', async (transport) => {
    const host = await start({
      transport, aiSensy: { reports: ({ index }) => ({ statuses: ['sent', { status: 'failed', metaCode: CODES[index % CODES.length]!.code, title: 'Words of Meta' }] }) },
    });
    for (const [form, of] of [['textFooter', 'template'], ['freeformText', 'freeform']] as const) {
      const sent = CODES.map(() => message(form));
      for (const one of sent) await host.cleverTap.send(one);
      await eventually(() => {
        const told = sent.map(({ msgId }) => host.cleverTap.statusesOf(msgId).find(({ status }) => status === 'failed')?.error);
        expect(told).toEqual(CODES.map((row) => ({ code: row[of], title: `${row.code}: Words of Meta` })));
      });
    }
    expect(host.cleverTap.balance()).toMatchObject({ rejected: 0, foreignMsgIds: 0 });
  });
});

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
      for (const { code, template } of never) {
        const sent = message();
        const answer = await host.cleverTap.send(sent);
        if (answerWithinMs > 0) {
          expect(answer).toMatchObject({ outcome: 'refused', code: ANSWER_CODES[template] ?? 2004 });
        } else {
          expect(answer).toMatchObject({ outcome: 'success' });
          const failed = { status: 'failed', error: { code: template, title: `${code}: Words of Meta` } };
          await eventually(() => expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([failed]));
        }
      }
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
    expect(alerts[0]).toMatchObject({ kind: 'dispatch-paused', reason: `${code}: Words of Meta` });
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
