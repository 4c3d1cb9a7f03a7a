import { describe, expect, it } from '@jest/globals';
import { type Behaviour, behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message, messages } from '../support/messages.ts';

/** Meta's "media download error", which may be tried once more. */
const mediaError: Behaviour = { kind: 'answer', status: 400, body: { error: { message: 'Media download error', code: 131052 } } };

describe.each(PLATFORMS)('a message that AiSensy could not take yet on %s', (platform) => {
  const start = hostsOn(platform);

  it('is sent again after 429, unchanged', async () => {
    const host = await start({ aiSensy: { plan: [{ times: 1, use: behaviours.tooMany() }] } });
    const sent = message();
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'success' });
    await host.cleverTap.waitForStatuses(3);
    const [first, second, ...others] = host.aiSensy.received;
    expect([first!.status, second!.status, others]).toEqual([429, 200, []]);
    expect(second!.body).toEqual(first!.body);
    const steps = ['accepted', 'retry', 'dispatched', 'sent', 'delivered', 'read'];
    expect((await host.bridge.message(sent.msgId))?.steps.map(({ step }) => step)).toEqual(steps);
  });

  it('is sent when AiSensy can be reached again', async () => {
    const host = await start();
    await host.aiSensy.goDown();
    const sent = messages(20);
    const answers = await Promise.all(sent.map((one) => host.cleverTap.send(one)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(sent.map(() => 'success'));
    await eventually(async () => {
      for (const { msgId } of sent) expect((await host.bridge.message(msgId))?.steps).toContainEqual(expect.objectContaining({ step: 'retry' }));
    });
    await host.aiSensy.comeUp();
    await host.cleverTap.waitForStatuses(60);
    expect(host.aiSensy.received.map(({ msgId }) => msgId).sort()).toEqual(sent.map(({ msgId }) => msgId).sort());
    expect(host.cleverTap.balance()).toMatchObject({ read: 20, failed: 0, unaccounted: 0 });
  });

  it('waits at least as long as AiSensy asks', async () => {
    const host = await start({ aiSensy: { plan: [{ times: 1, use: behaviours.tooMany(2) }] } });
    await host.cleverTap.send(message());
    await host.aiSensy.waitForMessages(2);
    const [first, second] = host.aiSensy.received;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(1_990);
  });

  it('is given one more try where Meta could not fetch its media, and only one', async () => {
    const host = await start({ options: { answerWithinMs: 0 }, aiSensy: { plan: [{ to: '919811111111', times: 1, use: mediaError }, { to: '919822222222', use: mediaError }] } });
    const recovered = message('headerImage', { to: '919811111111' });
    const template = message('headerImage', { to: '919822222222' });
    const freeform = message('freeformImage', { to: '919822222222' });
    await Promise.all([recovered, template, freeform].map((one) => host.cleverTap.send(one)));
    await host.cleverTap.waitForStatuses(5);
    expect(host.aiSensy.received).toHaveLength(6);
    expect([recovered, template, freeform].map(({ msgId }) => host.cleverTap.messageBalance(msgId))).toMatchObject([
      { statuses: ['sent', 'delivered', 'read'] }, { failure: { code: 1001 } }, { failure: { code: 1009 } },
    ]);
  });
});
