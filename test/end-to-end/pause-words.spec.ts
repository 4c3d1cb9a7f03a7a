import { describe, expect, it } from '@jest/globals';
import { type BridgeAlert, DispatchService } from 'nestjs-whatsapp-bridge';
import type { Behaviour } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const WORDS = 'Not allowed: "Hi Asha, your code is 8841" to Asha Sharma';
const refusal = (status: number, more: object = {}): Behaviour => ({ kind: 'answer', status, body: { message: WORDS, ...more } });

/** Every way in which an answer of AiSensy's pauses a lane, and what is told of it. */
const PAUSES: [what: string, behaviour: Behaviour, told: string][] = [
  ['a bad credential', refusal(403), 'AiSensy answered 403: 1000, invalid credentials'],
  ['no credits', refusal(402), 'AiSensy answered 402, no plan or no credits: 1009, other'],
  ['a blocked number', refusal(400, { error: { code: 131031, message: WORDS } }), 'AiSensy answered 400: 1010, blocked by Meta; original code 131031'],
  ['too many requests', { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: { message: WORDS } }, 'AiSensy answered 429: 1004, too many requests'],
  ['calls that fail in a row', refusal(400, { error: { code: 131016, message: WORDS } }), 'AiSensy answered 400: 1009, other; original code 131016'],
];

describe.each(PLATFORMS)('a pause on %s', (platform) => {
  const start = hostsOn(platform);

  it.each(PAUSES)('for %s is told in the bridge\'s own words, once in the log, and AiSensy\'s stand in the message\'s history', async (_what, behaviour, told) => {
    const logger = new CapturedLogs();
    const host = await start({
      logger, options: { answerWithinMs: 0, retry: { dispatch: { firstDelayMs: 20, maxDelayMs: 50 } } },
      account: { circuitBreaker: { consecutiveFailures: 1 } }, aiSensy: { plan: behaviour },
    });
    const alerts: BridgeAlert[] = [];
    host.bridge.alerts$.subscribe((alert) => alerts.push(alert));
    const sent = message();
    await host.cleverTap.send(sent);
    const seen: unknown[] = [];
    await eventually(async () => {
      seen.push(await host.bridge.health(), host.app.get(DispatchService).state('AiSensy_WA_1'));
      expect(alerts.length).toBeGreaterThan(behaviour.kind === 'answer' && behaviour.status === 429 ? 0 : 2);
      expect(JSON.stringify(seen)).toContain(`is paused: ${told}`);
    });
    expect(alerts[0]).toMatchObject({ kind: 'dispatch-paused', reason: told });
    expect(logger.lines.filter((line) => line.includes('takes no message'))).toEqual([expect.stringContaining(`AiSensy takes no message (${told})`)]);
    expect(JSON.stringify([logger.lines, alerts, seen])).not.toMatch(/Asha|8841|Not allowed/);
    const { steps } = (await host.bridge.message(sent.msgId))!;
    expect(steps[1]).toMatchObject({ step: 'retry', reason: { title: expect.stringContaining(WORDS) } });
  });

  it('for an endpoint that is wrong says so', async () => {
    const logger = new CapturedLogs();
    const host = await start({ logger, options: { answerWithinMs: 0 }, aiSensy: { plan: refusal(404) } });
    await host.cleverTap.send(message());
    await eventually(() => expect(logger.lines.join()).toContain("AiSensy takes no message (AiSensy's endpoint answered 404: check the account's endpoint)"));
    expect(logger.lines.join()).not.toContain('Asha');
  });
});
