import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { OnDispatch, OnInboundMessage, PermanentError } from 'nestjs-whatsapp-bridge';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

@Injectable()
class Journey {
  failing = false;
  calls = 0;

  @OnDispatch({ name: 'journey' })
  go(): void {
    this.calls += 1;
    if (this.failing) throw new Error('not now');
  }

  @OnInboundMessage({ name: 'replies' })
  answer(): void {
    throw new PermanentError('never');
  }
}

@Injectable()
class Renamed {
  @OnDispatch({ name: 'journeys' })
  go(): void {}
}

describe.each(PLATFORMS)('on %s, what waits in the ledger for', (platform) => {
  const start = hostsOn(platform);

  it('a listener that has another name now is told of, and called when the name is back', async () => {
    const logger = new CapturedLogs();
    const host = await start({ durable: true, logger, providers: [Journey], aiSensy: { reports: { statuses: [] } } });
    host.app.get(Journey).failing = true;
    await host.cleverTap.send(message());
    await eventually(() => expect(host.app.get(Journey).calls).toBeGreaterThan(0));
    expect((await host.bridge.health()).problems).toEqual([]);
    await host.app.close();

    await host.boot({ providers: [Renamed] });
    const problem = '1 calls wait for listener journey, which there is not (any more): a listener of that name would get them';
    expect((await host.bridge.health()).problems).toEqual([problem]);
    expect(logger.lines).toContainEqual(expect.stringContaining(`warn ${problem}.`));
    await host.restart();
    await eventually(() => expect(host.app.get(Journey).calls).toBe(1));
    expect((await host.bridge.health()).problems).toEqual([]);
  });

  it('such a listener is not joined by what a replay puts back', async () => {
    const host = await start({ durable: true, providers: [Journey] });
    await host.aiSensy.personSends({ type: 'text', text: 'Hi', from: '+919800000001' });
    await eventually(async () => expect(await host.bridge.deadLetters.list({ kind: 'listener' })).toHaveLength(1));
    await host.app.close();
    await host.boot({ providers: [Renamed] });
    expect(await host.bridge.deadLetters.replay({ kind: 'listener' })).toEqual({ replayed: 0, kept: { 'no-lane': 1 } });
    expect(await host.bridge.deadLetters.list({ kind: 'listener' })).toHaveLength(1);
  });

  it('an account that is configured no more is told of, without its number', async () => {
    const logger = new CapturedLogs();
    const host = await start({ durable: true, logger, options: { answerWithinMs: 0 }, second: { aiSensy: { plan: behaviours.tooMany(60) } } });
    const [first, { cleverTap, mobileNumber }] = [host.sides[0]!, host.sides[1]!];
    await cleverTap.send(message('textFooter', { wabaNumber: mobileNumber }));
    await host.app.close();
    await host.boot({ sides: [first] });
    const { problems } = await host.bridge.health();
    expect(problems).toEqual([expect.stringMatching(/^1 messages for AiSensy wait for account \+\d+\*+\d\d, which is configured no more$/)]);
    expect(logger.lines).toContainEqual(expect.stringContaining(`warn ${problems[0]}.`));
  });
});
