import { afterEach, describe, expect, it } from '@jest/globals';
import { behaviours, templates, TEST_MSG_ID, VALIDATION_TEMPLATE } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { sentBytes } from '../support/clevertap-fixtures.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';
import { SenderBench } from '../support/raw-peer.ts';

/** Before AiSensy's late answers and any time-out. Nearer to the 800 ms that the bridge waits, a busy machine would decide. */
const TOLD_BEFORE_MS = 2_500;

const testMessage = (text = 'Hi'): object => ({ ...message(), msgId: TEST_MSG_ID, note: text });

describe.each(PLATFORMS)('the message that validates the provider on %s', (platform) => {
  const start = hostsOn(platform);

  it('is forwarded each time it comes, as it came, and kept nowhere', async () => {
    const host = await start();
    const bytes = sentBytes('validation');
    expect(await host.cleverTap.send(bytes)).toMatchObject({ status: 200, text: '{"status":"success"}' });
    expect(await host.cleverTap.send(bytes)).toMatchObject({ status: 200, text: '{"status":"success"}' });
    expect(host.aiSensy.received.map(({ template, body }) => [template, body.equals(bytes)])).toEqual([[VALIDATION_TEMPLATE, true], [VALIDATION_TEMPLATE, true]]);
    expect(await host.bridge.message(TEST_MSG_ID)).toBeUndefined();
  });

  it('may come wrapped, as one of CleverTap\'s pages shows it, and goes on so', async () => {
    const host = await start();
    const bytes = Buffer.from(`{"body":${sentBytes('validation').toString()}}`);
    expect(await host.cleverTap.send(bytes)).toMatchObject({ status: 200, text: '{"status":"success"}' });
    expect(host.aiSensy.received.map(({ msgId, template, body }) => [msgId, template, body.equals(bytes)])).toEqual([[TEST_MSG_ID, VALIDATION_TEMPLATE, true]]);
    expect(host.aiSensy.taken).toEqual([]);
  });

  it('shows a wrong AiSensy key in CleverTap\'s form', async () => {
    const host = await start({ account: { aiSensy: { headers: { authorization: 'Bearer an-old-one' } } } });
    expect(await host.cleverTap.sendValidation()).toMatchObject({ status: 200, outcome: 'refused', code: 2000 });
    expect(host.aiSensy.unauthorized).toBe(1);
  });

  it('succeeds before AiSensy says anything, whatever it would have said', async () => {
    const late = [behaviours.hang(), behaviours.slow(3_000), { ...behaviours.refuse(2004), delayMs: 3_000 }];
    const host = await start({ aiSensy: { plan: (_message, index) => late[index] } });
    const answers = await Promise.all(late.map(() => host.cleverTap.sendValidation()));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
    // The fastest tells: the others may have waited for a turn on a busy machine.
    expect(Math.min(...answers.map(({ ms }) => ms))).toBeLessThan(TOLD_BEFORE_MS);
  });

  it.each([
    ['AiSensy fails', behaviours.serverError()],
    ['AiSensy asks for patience', behaviours.tooMany()],
  ])('succeeds where %s, and is not tried again', async (_what, behaviour) => {
    const host = await start({ aiSensy: { plan: [{ template: VALIDATION_TEMPLATE, use: behaviour }] } });
    expect(await host.cleverTap.sendValidation()).toMatchObject({ outcome: 'success' });
    await host.cleverTap.send(message());
    await host.cleverTap.waitForStatuses(3);
    expect(host.aiSensy.received.map(({ template }) => template)).toEqual([VALIDATION_TEMPLATE, 'order_update']);
    expect(await host.bridge.message(TEST_MSG_ID)).toBeUndefined();
  });

  it('succeeds where AiSensy cannot be reached', async () => {
    const host = await start();
    await host.aiSensy.goDown();
    expect(await host.cleverTap.sendValidation()).toMatchObject({ outcome: 'success' });
  });
});

/** Ways to AiSensy that have no place for CleverTap's validation, and what a wrong credential is on each. */
const OTHER_WAYS = [
  ['direct', { password: 'a-wrong-one' }], ['project', { password: 'a-wrong-one' }], ['campaign', { apiKey: 'a-wrong-one' }],
] as const;

describe.each(PLATFORMS)('the same, where AiSensy has no place for it, on %s', (platform) => {
  const start = hostsOn(platform);
  const bench = new SenderBench();
  afterEach(() => bench.close());

  describe.each(OTHER_WAYS)('by way of the transport %s', (transport, wrong) => {
    it('succeeds each time, wrapped or not, and reaches no person', async () => {
      const host = await start({ transport, account: { preflight: false } });
      const bytes = sentBytes('validation');
      const wrapped = Buffer.from(`{"body":${bytes.toString()}}`);
      for (const body of [bytes, wrapped, bytes]) expect(await host.cleverTap.send(body)).toMatchObject({ status: 200, text: '{"status":"success"}' });
      expect(host.aiSensy.received).toEqual([]);
      expect([...host.aiSensy.asked, ...host.aiSensy.cold.asked]).not.toEqual([]);
      expect(await host.bridge.message(TEST_MSG_ID)).toBeUndefined();
    });

    it("shows a wrong credential in CleverTap's form", async () => {
      const host = await start({ transport, transportOptions: wrong });
      expect(await host.cleverTap.sendValidation()).toMatchObject({ status: 200, outcome: 'refused', code: 2000 });
      expect(host.aiSensy.received).toEqual([]);
    });

    it('succeeds in time where AiSensy says nothing, and where it cannot be reached', async () => {
      const peer = await bench.peer();
      const silent = await start({ transport, account: { preflight: false }, transportOptions: { endpoint: `http://${peer.host}/66f0000000000000000000c1/messages` } });
      const answers = await Promise.all([1, 2, 3].map(() => silent.cleverTap.sendValidation()));
      expect(answers.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
      expect(Math.min(...answers.map(({ ms }) => ms))).toBeLessThan(TOLD_BEFORE_MS);
      const host = await start({ transport, account: { preflight: false } });
      await host.aiSensy.goDown();
      expect(await host.cleverTap.sendValidation()).toMatchObject({ outcome: 'success' });
    });
  });
});

describe.each(PLATFORMS)('a test message on %s', (platform) => {
  const start = hostsOn(platform);

  it('is sent each time it comes', async () => {
    const host = await start();
    const bytes = sentBytes('template-test');
    const answers = await Promise.all([1, 2, 3].map(() => host.cleverTap.send(bytes)));
    expect(answers.map(({ text }) => text)).toEqual(answers.map(() => '{"status":"success"}'));
    expect(host.aiSensy.received.map(({ body }) => body.equals(bytes))).toEqual([true, true, true]);
    expect(await host.bridge.message(TEST_MSG_ID)).toMatchObject({ msgId: TEST_MSG_ID, state: 'dispatched' });
  });

  it('is told the verdict that a campaign\'s message would no longer be told', async () => {
    const host = await start({ options: { answerWithinMs: 1 }, aiSensy: { plan: { ...behaviours.refuse(2001, 'No such template'), delayMs: 150 } } });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'success' });
    await eventually(async () => expect(await host.cleverTap.send(testMessage())).toMatchObject({ outcome: 'refused', code: 2001 }));
  });

  it('is told the verdict behind a backlog too, which it overtakes', async () => {
    const host = await start({
      options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 1 },
      aiSensy: { delayMs: 20, plan: [{ msgId: TEST_MSG_ID, use: behaviours.refuse(2001, 'No such template') }], reports: { statuses: [] } },
    });
    const campaign = await host.cleverTap.runCampaign({ messages: 200, concurrency: 50, form: templates.textFooter });
    expect(campaign.success).toBe(200);
    // On a busy machine one may miss its 800 ms.
    await eventually(async () => expect(await host.cleverTap.send(testMessage())).toMatchObject({ outcome: 'refused', code: 2001 }));
    expect(host.aiSensy.received.length).toBeLessThan(200);
  });

  it('succeeds in time where AiSensy says nothing', async () => {
    const host = await start({ aiSensy: { plan: behaviours.hang() }, options: { answerWithinMs: 0 } });
    const answers = await Promise.all([1, 2, 3].map((turn) => host.cleverTap.send(testMessage(`turn ${turn}`))));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
    expect(Math.min(...answers.map(({ ms }) => ms))).toBeLessThan(TOLD_BEFORE_MS);
  });
});
