import { describe, expect, it } from '@jest/globals';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { now } from '../../lib/clock.ts';
import { MaintenanceService } from '../../lib/operations/maintenance.service.ts';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

/** More than the ledger ends in one call. */
const MANY = 1_100;

describe.each(PLATFORMS)('a round of maintenance, on %s,', (platform) => {
  const start = hostsOn(platform);

  it('ends all that has waited too long, and says so in one line', async () => {
    const logger = new CapturedLogs();
    const host = await start({
      logger, options: { answerWithinMs: 0, retry: { dispatch: { firstDelayMs: 60_000, maxDelayMs: 60_000 } } },
      account: { sendWithinMs: ({ type }) => (type === 'text' ? 1 : 86_400_000) }, aiSensy: { plan: behaviours.noCredits() },
    });
    await host.cleverTap.send(message());
    await eventually(() => expect(logger.lines).toContainEqual(expect.stringContaining('AiSensy takes no message')));
    await Promise.all(Array.from({ length: MANY }, () => host.bridge.send({ to: '+919800000001', content: { type: 'text', text: 'Hi' } })));
    const sentBy = now();
    await eventually(() => expect(now()).toBeGreaterThan(sentBy + 1));
    await host.app.get(MaintenanceService).run();
    expect(await host.bridge.counts()).toMatchObject({ messages: { accepted: 1, expired: MANY } });
    expect(logger.lines.filter((line) => line.includes('expired before'))).toEqual([expect.stringContaining(`${MANY} messages expired`)]);
    expect(await host.bridge.health()).toMatchObject({ backlog: { messages: 1 } });
  });
});
