import { describe, expect, it } from '@jest/globals';
import type { BridgeAlert } from 'nestjs-whatsapp-bridge';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

describe.each(PLATFORMS)('while AiSensy is not well, on %s,', (platform) => {
  const start = hostsOn(platform);

  it.each([
    ['has no credits', behaviours.noCredits()], ['has no plan', behaviours.noPlan()], ['has lost its key', behaviours.badCredential()],
  ])('an account that %s stops instead of burning its messages, and goes on by itself', async (_, refusal) => {
    const host = await start({ options: { answerWithinMs: 0 }, aiSensy: { plan: refusal, reports: { statuses: ['sent'] } } });
    const alerts: BridgeAlert[] = [];
    host.bridge.alerts$.subscribe((alert) => alerts.push(alert));
    const campaign = await host.cleverTap.runCampaign({ messages: 50, concurrency: 5 });
    expect(campaign.success).toBe(50);
    await eventually(() => expect(alerts[0]).toMatchObject({ kind: 'dispatch-paused', account: 'AiSensy_WA_1', reason: expect.any(String), until: expect.any(Date) }));
    await eventually(async () => expect(await host.bridge.health()).toMatchObject({ ready: true, problems: [expect.stringMatching(/^lane dispatch of account AiSensy_WA_1 is paused: ./)] }));
    expect(host.aiSensy.received.length).toBeLessThan(50);
    host.aiSensy.setPlan([]);
    await host.cleverTap.waitForStatuses(50, { timeoutMs: 15_000 });
    expect(host.cleverTap.balance()).toMatchObject({ sent: 50, failed: 0 });
    expect(host.aiSensy.takenTwice).toEqual([]);
    expect(alerts.at(-1)).toMatchObject({ kind: 'dispatch-resumed' });
  });

  it('the breaker stops the calls, a few try, and none is lost when AiSensy comes back', async () => {
    const host = await start({
      options: { answerWithinMs: 0 }, account: { circuitBreaker: { consecutiveFailures: 5, probes: 2 } }, aiSensy: { reports: { statuses: ['sent'] } },
    });
    await host.aiSensy.goDown();
    await host.cleverTap.runCampaign({ messages: 100, concurrency: 50 });
    await eventually(async () => expect((await host.bridge.health()).problems).toEqual([expect.stringContaining('could not be reached')]));
    await host.aiSensy.comeUp();
    await host.cleverTap.waitForStatuses(100, { timeoutMs: 15_000 });
    expect(host.aiSensy.takenTwice).toEqual([]);
    expect(await host.bridge.counts()).toMatchObject({ messages: { dispatched: 100 } });
  });

  it('the log says so at the first call that fails, and when they go well again, of each account', async () => {
    const logger = new CapturedLogs();
    const host = await start({ logger, second: {} });
    const warnings = (): string[] => logger.lines.filter((line) => /^warn .*(calls to AiSensy|nobody knows)/.test(line));
    await host.aiSensy.goDown();
    expect(await host.cleverTap.sendValidation()).toMatchObject({ outcome: 'success' });
    await host.cleverTap.send(message());
    await host.sides[1]!.cleverTap.send(message('textFooter', { wabaNumber: host.sides[1]!.mobileNumber }));
    await eventually(() => expect(warnings()).toEqual([
      expect.stringContaining('Account AiSensy_WA_1: calls to AiSensy begin to fail (AiSensy could not be reached (ECONNREFUSED'),
    ]));
    await host.aiSensy.comeUp();
    await host.cleverTap.waitForStatuses(3);
    expect(logger.lines.filter((line) => line.includes('go well again'))).toHaveLength(1);

    const second = host.sides[1]!;
    second.aiSensy.setPlan(behaviours.serverError());
    for (let sent = 0; sent < 3; sent += 1) await second.cleverTap.send(message('textFooter', { wabaNumber: second.mobileNumber }));
    await eventually(async () => expect((await host.bridge.counts()).messages).toMatchObject({ unknown: 3 }));
    expect(warnings().slice(1)).toEqual([
      expect.stringContaining('Account AiSensy_WA_2: calls to AiSensy begin to fail (AiSensy answered 500'),
      expect.stringContaining('Account AiSensy_WA_2: nobody knows what became of a message (AiSensy answered 500'),
    ]);
  });

  it('a message whose time is over expires, and CleverTap is told', async () => {
    const host = await start({ account: { sendWithinMs: 200 }, options: { answerWithinMs: 0 }, aiSensy: { plan: behaviours.tooMany() } });
    const sent = message();
    await host.cleverTap.send(sent);
    await host.cleverTap.waitForStatuses(1);
    expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'failed', error: { code: 1009, title: expect.stringContaining('expired') } }]);
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'expired' });
    expect(await host.bridge.deadLetters.list({ kind: 'expired' })).toHaveLength(1);

    host.aiSensy.setPlan([]);
    expect(await host.bridge.deadLetters.replay({ kind: 'expired' })).toEqual({ replayed: 0, kept: { expired: 1 } });
    const again = { evenIfExpired: true };
    expect(await host.bridge.deadLetters.replay({}, { ...again, isOptedOut: (number) => number === `+${sent.to.replace('+', '')}` })).toEqual({ replayed: 0, kept: { 'opted-out': 1 } });
    expect(await host.bridge.deadLetters.replay({}, { ...again, dryRun: true })).toEqual({ replayed: 1, kept: {} });
    expect(await host.bridge.deadLetters.replay({}, again)).toEqual({ replayed: 1, kept: {} });
    await eventually(async () => expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched' }));
    expect(await host.bridge.deadLetters.replay({}, again)).toEqual({ replayed: 0, kept: {} });
  });

  it('the backlog is bounded: beyond it CleverTap is answered 429, and what was taken goes out', async () => {
    const host = await start({ options: { answerWithinMs: 0, backlog: { maxMessages: 20 } }, aiSensy: { reports: { statuses: ['sent'] } } });
    await host.aiSensy.goDown();
    const campaign = await host.cleverTap.runCampaign({ messages: 60, concurrency: 10 });
    expect(campaign).toMatchObject({ success: 20, httpErrorsByStatus: { 429: 40 } });
    expect(await host.bridge.health()).toMatchObject({ ready: false, backlog: { messages: 20, refusals: 40 } });
    await host.aiSensy.comeUp();
    await host.cleverTap.waitForStatuses(20, { timeoutMs: 15_000 });
    await eventually(async () => expect(await host.bridge.health()).toMatchObject({ ready: true, problems: [], backlog: { messages: 0, bytes: 0 } }));
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'success' });
  });
});
