import { describe, expect, it } from '@jest/globals';
import type { BridgeAlert, TransportName } from 'nestjs-whatsapp-bridge';
import { type Behaviour, behaviours, type FormName } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import type { CallbackFormName } from '../support/callback-forms.ts';
import { eventually } from '../support/eventually.ts';
import { answerCodeOf, FAILURE_ROWS, type FailureRow } from '../support/failure-rows.ts';
import { message } from '../support/messages.ts';

const WORDS = 'Words of Meta';
const DOORS = ['clevertap', 'direct', 'project', 'campaign'] as const satisfies TransportName[];

/** Each form of callbacks, and a way to AiSensy whose messages its reports name. */
const REPORTED: [form: CallbackFormName, transport: TransportName][] = [['clevertap', 'clevertap'], ['meta', 'direct'], ['project', 'project'], ['project', 'campaign']];

/** AiSensy's own refusals, by the door that they are known of, and CleverTap's code for each. */
const OWN_REFUSALS: [door: TransportName, words: string, refusal: Behaviour, code: number][] = [
  ['clevertap', 'a bad credential (401)', behaviours.badCredential(), 2000],
  ['direct', 'a bad credential (401)', { kind: 'answer', status: 401, body: { message: 'Unauthorized' } }, 2000],
  ['direct', 'a bad credential (422)', behaviours.invalidToken(), 2000],
  ['project', 'a bad credential (ERR401)', { kind: 'answer', status: 400, body: { name: 'ERR401', message: 'Wrong password' } }, 2000],
  ['project', 'a bad credential (403)', { kind: 'answer', status: 403, body: { message: 'Forbidden' } }, 2000],
  ['campaign', 'a bad credential (401)', { kind: 'answer', status: 401, body: { message: 'Invalid API Key' } }, 2000],
  ...DOORS.flatMap((door): typeof OWN_REFUSALS => [
    [door, 'no credits (402)', behaviours.noCredits(), 2004],
    [door, 'no plan', behaviours.noPlan(), 2004],
    [door, 'an invalid number', behaviours.badRequest('Invalid Number'), 2002],
  ]),
  ['campaign', 'a mismatch of parameters', behaviours.badRequest(), 2001],
  ['campaign', 'a missing medium', behaviours.badRequest('Media URL Missing'), 2001],
  ['campaign', 'no campaign', behaviours.badRequest('Campaign does not exist.'), 2001],
  ['campaign', 'a campaign that is not live', behaviours.badRequest('Campaign is Not Live'), 2001],
  ['clevertap', "CleverTap's own refusal", behaviours.refuse(2003, 'Not subscribed'), 2003],
];

/** All rows for one door, and one of each kind for the others, which read answers alike. */
function rowsFor(transport: TransportName): FailureRow[] {
  const kindOf = ({ done, template, freeform }: FailureRow): string => `${done} ${template} ${freeform}`;
  return transport === 'direct' ? FAILURE_ROWS : [...new Map(FAILURE_ROWS.map((row) => [kindOf(row), row])).values()];
}

/** A token that nobody can renew, so that its refusal stands. */
const UNRENEWABLE = {
  transportOptions: { token: 'of-both', username: undefined, password: undefined, projectId: undefined }, aiSensy: { direct: { token: 'of-both' } },
};

describe.each(PLATFORMS)('each reason for a failure on %s', (platform) => {
  const start = hostsOn(platform);

  it.each(REPORTED)('reaches CleverTap out of a report in the form %s, by way of the transport %s', async (callbackForm, transport) => {
    const host = await start({
      transport,
      aiSensy: { callbackForm, reports: ({ index }) => {
        const { code } = FAILURE_ROWS[index % FAILURE_ROWS.length]!;
        return { statuses: ['sent', { status: 'failed', code, metaCode: code, title: WORDS }] };
      } },
    });
    const forms: ['template' | 'freeform', FormName][] = [['template', 'textFooter'], ...(transport === 'campaign' ? [] : [['freeform', 'freeformText'] as ['freeform', FormName]])];
    for (const [kind, form] of forms) {
      const sent = FAILURE_ROWS.map(() => message(form));
      for (const one of sent) await host.cleverTap.send(one);
      await eventually(() => {
        const told = sent.map(({ msgId }) => host.cleverTap.statusesOf(msgId).find(({ status }) => status === 'failed')?.error);
        expect(told).toEqual(FAILURE_ROWS.map((row) => ({ code: row[kind], title: `${row.code}: ${WORDS}` })));
      });
    }
    expect(host.cleverTap.balance()).toMatchObject({ rejected: 0, foreignMsgIds: 0 });
    expect((await host.bridge.health()).unknownFailureCodes).toEqual({ 139999: forms.length });
  });

  it('of the whole account calls for a person, though messages are taken: once for each reason, and for no other', async () => {
    const codes = [131042, 131042, 131026, 131031, 131042, 190];
    const host = await start({ transport: 'direct', aiSensy: { reports: ({ index }) => ({ statuses: [{ status: 'failed', metaCode: codes[index]!, title: WORDS }] }) } });
    const alerts: BridgeAlert[] = [];
    host.bridge.alerts$.subscribe((alert) => alerts.push(alert));
    for (const [place] of codes.entries()) {
      expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'success' });
      await host.cleverTap.waitForStatuses(place + 1);
    }
    await eventually(() => expect(alerts.map(({ kind, account, reason }) => [kind, account, reason])).toEqual(
      [131042, 131031, 190].map((code) => ['account-failing', 'AiSensy_WA_1', expect.stringMatching(new RegExp(`^\\d+, [\\w ]+; original code ${code}$`))]),
    ));
  });

  it.each(DOORS)('reaches CleverTap in the answer, where AiSensy refuses at once through the transport %s', async (transport) => {
    const rows = rowsFor(transport).filter(({ done }) => done === 'never' || done === 'stop');
    const host = await start({
      transport,
      // What stops the account lets through the next message, which finds out that all is well.
      aiSensy: { plan: ({ index }) => (index % 2 === 0 ? behaviours.metaError(rows[index / 2]!.code, WORDS) : undefined), reports: { statuses: ['delivered'] } },
    });
    for (const { code, done, template } of rows) {
      const refused = message();
      const next = message();
      expect([code, await host.cleverTap.send(refused)]).toMatchObject([code, { outcome: 'refused', code: answerCodeOf(template), text: expect.stringContaining(`"message":"${code}: `) }]);
      expect([code, await host.cleverTap.send(next)]).toMatchObject([code, { outcome: 'success' }]);
      await eventually(() => expect(host.cleverTap.statusesOf(next.msgId)).toMatchObject([{ status: 'delivered' }]));
      if (done === 'stop') await host.idle();
      expect(host.cleverTap.statusesOf(refused.msgId)).toEqual([]);
    }
    expect(host.aiSensy.received).toHaveLength(2 * rows.length);
  });

  it.each(DOORS)('is no end where it may be mended: the message is tried again through the transport %s', async (transport) => {
    const failures = [...rowsFor(transport).filter(({ done }) => done === 'again').map(({ code }) => behaviours.metaError(code, WORDS)), behaviours.tooMany()];
    const host = await start({
      transport, options: { answerWithinMs: 0 },
      aiSensy: { plan: ({ index }) => (index % 2 === 0 ? failures[index / 2] : undefined), reports: { statuses: ['delivered'] } },
    });
    for (const sent of failures.map(() => message())) {
      await host.cleverTap.send(sent);
      await eventually(() => expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'delivered' }]));
      expect((await host.bridge.message(sent.msgId))!.steps.map(({ step }) => step).slice(0, 3)).toEqual(['accepted', 'retry', 'dispatched']);
    }
    expect(host.aiSensy.received).toHaveLength(2 * failures.length);
  });

  it.each(DOORS)('stays open after a fault that leaves nothing known, and ends as "other": through the transport %s', async (transport) => {
    const host = await start({ transport, account: { unknownOutcome: { waitMs: 100 } }, aiSensy: { plan: behaviours.serverError() } });
    const sent = message();
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'success' });
    await eventually(() => expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'failed', error: { code: 1009 } }]));
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it.each(DOORS)("of AiSensy's own is told in the answer too, through the transport %s", async (transport) => {
    const rows = OWN_REFUSALS.filter(([door]) => door === transport);
    const { transportOptions, aiSensy } = transport === 'direct' ? UNRENEWABLE : {};
    const host = await start({
      transport, transportOptions,
      aiSensy: { ...aiSensy, plan: ({ index }) => (index % 2 === 0 ? rows[index / 2]![2] : undefined), reports: { statuses: ['delivered'] } },
    });
    for (const [, words, , code] of rows) {
      expect([words, await host.cleverTap.send(message())]).toMatchObject([words, { outcome: 'refused', code }]);
      const next = message();
      await host.cleverTap.send(next);
      await eventually(() => expect(host.cleverTap.statusesOf(next.msgId)).toMatchObject([{ status: 'delivered' }]));
      await host.idle();
    }
    expect(host.aiSensy.taken).toHaveLength(rows.length);
  });
});
