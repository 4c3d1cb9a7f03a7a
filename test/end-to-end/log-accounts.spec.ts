import { describe, expect, it } from '@jest/globals';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { now } from '../../lib/clock.ts';
import { MaintenanceService } from '../../lib/operations/maintenance.service.ts';
import type { AccountSides } from '../support/account-sides.ts';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const DAY_MS = 86_400_000;

describe.each(PLATFORMS)('of two accounts, the log on %s names the one', (platform) => {
  const start = hostsOn(platform);
  const atSecond = (host: BridgeHost): AccountSides => host.sides[1]!;
  const said = (logger: CapturedLogs, line: string): Promise<void> => eventually(() => expect(logger.lines).toContainEqual(expect.stringContaining(line)));

  it('that has a credential of the other\'s callbacks', async () => {
    const logger = new CapturedLogs();
    await start({ logger, second: { account: { aiSensy: { callbacks: { token: ['new-token', 'token-of-aisensy-1'] } } } } });
    expect(logger.lines).toContainEqual(expect.stringContaining('warn Account AiSensy_WA_2: aiSensy.callbacks has a credential that AiSensy_WA_1 has too'));
    expect(logger.lines.join()).not.toContain('token-of-aisensy');
  });

  it('of which AiSensy refuses a message, and why in no words of AiSensy\'s', async () => {
    const logger = new CapturedLogs();
    const host = await start({ logger, second: { aiSensy: { plan: behaviours.badCredential() } } });
    const { cleverTap, mobileNumber } = atSecond(host);
    await cleverTap.send(message('textFooter', { wabaNumber: mobileNumber }));
    await said(logger, 'warn A message from CleverTap was not taken: AiSensy refused it (account AiSensy_WA_2: 1000, invalid credentials');
  });

  it('of whose callbacks elements could not be read, once for many', async () => {
    const logger = new CapturedLogs();
    const host = await start({ logger, second: {} });
    const odd = (msgId: string) => host.callback('delivery-reports', { statuses: [{ msgId, status: 'odd' }] }, { token: atSecond(host).token });
    for (let index = 0; index < 20; index += 1) expect(await odd(`odd ${index}`)).toMatchObject({ status: 200 });
    await said(logger, 'warn Account AiSensy_WA_2: 1 elements of a callback could not be read');
    expect(logger.lines.filter((line) => line.includes('could not be read'))).toHaveLength(1);
  });

  it('whose messages expired, and whether CleverTap is told', async () => {
    const slow = { firstDelayMs: 60_000, maxDelayMs: 60_000 };
    const logger = new CapturedLogs();
    const host = await start({
      logger, options: { answerWithinMs: 0, retry: { dispatch: slow } },
      second: { account: { sendWithinMs: ({ type }) => (type === 'text' ? 1 : DAY_MS) }, aiSensy: { plan: behaviours.noCredits() } },
    });
    const { cleverTap, mobileNumber, nickname } = atSecond(host);
    await cleverTap.send(message('textFooter', { wabaNumber: mobileNumber }));
    await said(logger, 'Account AiSensy_WA_2: AiSensy takes no message');
    await cleverTap.send(message('freeformText', { wabaNumber: mobileNumber }));
    await host.bridge.send({ account: nickname, to: '+919800000001', content: { type: 'text', text: 'Hi' } });
    const sentBy = now();
    await eventually(() => expect(now()).toBeGreaterThan(sentBy + 1));
    await host.app.get(MaintenanceService).run();
    await said(logger, 'warn Account AiSensy_WA_2: 2 messages expired before they could be sent, 1 of them CleverTap\'s, which is told.');
  });
});
