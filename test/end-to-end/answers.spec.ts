import { describe, expect, it } from '@jest/globals';
import { type Behaviour, behaviours } from 'nestjs-whatsapp-bridge/testing';
import { LEDGER, type Ledger } from '../../lib/ledger/ledger.ts';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message, messages } from '../support/messages.ts';

const metaError = (code: number, text: string): Behaviour => ({
  kind: 'answer', status: 400, body: { error: { message: text, type: 'OAuthException', code, fbtrace_id: 'A' } },
});

/** AiSensy's refusals of one message, and what CleverTap is answered. */
const REFUSALS: [behaviour: Behaviour, code: number, title: RegExp][] = [
  [behaviours.refuse(2001, 'Parameters missing'), 2001, /Parameters missing/],
  [behaviours.refuse(2002, 'No such number'), 2002, /No such number/],
  [behaviours.refuse(2003, 'Opted out'), 2003, /Opted out/],
  [behaviours.refuse(2004, 'For another reason'), 2004, /For another reason/],
  [behaviours.badRequest('Template params does not match the campaign'), 2001, /Template params does not match the campaign/],
  [behaviours.badRequest('Invalid Number'), 2002, /Invalid Number/],
  [behaviours.badRequest('Something new'), 2004, /Something new/],
  [metaError(132000, 'Number of parameters does not match'), 2001, /^132000: /],
  [metaError(131030, 'Recipient phone number not in allowed list'), 2002, /^131030: /],
  [metaError(131050, 'User has stopped marketing messages'), 2003, /^131050: /],
  [metaError(131026, 'Message undeliverable'), 2004, /^131026: Message undeliverable$/],
  [metaError(131047, 'Re-engagement message'), 2004, /^131047: /],
];

/** Refusals that would meet every message of the account. */
const ACCOUNT_WIDE: [what: string, behaviour: Behaviour, code: number][] = [
  ['a wrong key in CleverTap\'s form', behaviours.refuse(2000, 'Invalid credentials'), 2000],
  ['401', behaviours.badCredential(), 2000],
  ['422 for its token', { kind: 'answer', status: 422, body: { message: 'Invalid Token!' } }, 2000],
  ['402', behaviours.noCredits(), 2004],
  ['no plan', behaviours.noPlan(), 2004],
];

describe.each(PLATFORMS)('a refusal of AiSensy\'s in time on %s', (platform) => {
  const start = hostsOn(platform);

  it('is CleverTap\'s answer, by reason, and is not reported a second time', async () => {
    const host = await start();
    const refused: string[] = [];
    for (const [behaviour, code, title] of REFUSALS) {
      host.aiSensy.setPlan(behaviour);
      const sent = message();
      refused.push(sent.msgId);
      const answer = await host.cleverTap.send(sent);
      expect(answer).toMatchObject({ status: 200, outcome: 'refused', body: { status: 'failure', error: { code, message: expect.stringMatching(title) } } });
      expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'rejected', steps: [{ step: 'accepted' }, { step: 'rejected' }] });
    }
    expect(host.aiSensy.received).toHaveLength(REFUSALS.length);

    // What comes later has overtaken nothing: reports to CleverTap go out in order.
    host.aiSensy.setPlan(behaviours.accept());
    const last = message();
    await host.cleverTap.send(last);
    await host.cleverTap.waitForStatuses(3);
    expect([...host.cleverTap.statuses.keys()]).toEqual([last.msgId]);
  });

  it.each(ACCOUNT_WIDE)('that is the whole account\'s (%s) is answered once, and the other messages wait', async (_what, behaviour, code) => {
    const host = await start({ aiSensy: { plan: [{ times: 1, use: behaviour }] } });
    const [first, ...others] = messages(6);
    expect(await host.cleverTap.send(first!)).toMatchObject({ outcome: 'refused', code });
    const answers = await Promise.all(others.map((other) => host.cleverTap.send(other)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(others.map(() => 'success'));
    await host.cleverTap.waitForStatuses(15);
    expect(host.aiSensy.duplicates).toEqual([]);
    expect(host.cleverTap.balance()).toMatchObject({ refused: 1, success: 5, read: 5, failed: 0, contradicted: 0 });
  });

  it('is known to the first caller after a boot too', async () => {
    const host = await start({ aiSensy: { plan: behaviours.refuse(2002) } });
    for (let boot = 0; boot < 5; boot += 1) {
      await host.restart();
      expect(await host.bridge.send({ to: '+919800000001', content: { type: 'text', text: 'Hi' } })).toMatchObject({ status: 'refused' });
    }
  });

  it('comes late after a boot whose ledger does not say in time what waits', async () => {
    let isSlow = false;
    let release!: () => void;
    const released = new Promise<void>((resolve) => { release = resolve; });
    const host = await start({
      aiSensy: { plan: behaviours.refuse(2002) },
      prepare: (app) => {
        if (!isSlow) return;
        const ledger = app.get<Ledger>(LEDGER);
        const claim = ledger.claim.bind(ledger);
        ledger.claim = (...asked) => released.then(() => claim(...asked));
      },
    });
    isSlow = true;
    await host.restart();
    const { msgId, status } = await host.bridge.send({ to: '+919800000001', content: { type: 'text', text: 'Hi' } });
    expect(status).toBe('accepted');
    release();
    await eventually(async () => expect(await host.bridge.message(msgId)).toMatchObject({ state: 'rejected' }));
  });

  it('leaves the account\'s key out of what CleverTap is told', async () => {
    const host = await start({ aiSensy: { plan: behaviours.refuse(2004, 'Not for Bearer key-of-aisensy-1 and +91 98000 00001, see https://a.example') } });
    const { text } = await host.cleverTap.send(message());
    expect(text).toContain('Not for');
    expect(text).not.toMatch(/key-of-aisensy|98000|https/);
  });
});
