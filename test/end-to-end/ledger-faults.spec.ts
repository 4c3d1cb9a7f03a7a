import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerError } from 'nestjs-whatsapp-bridge';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { LEDGER, type Ledger } from '../../lib/ledger/ledger.ts';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const HOUR_MS = 3_600_000;

describe.each(PLATFORMS)('on a machine that is not well, on %s,', (platform) => {
  const start = hostsOn(platform);
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'whatsapp-bridge-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('a ledger that cannot be written takes nothing, says so, and goes on without a restart', async () => {
    const file = join(folder, 'ledger.sqlite');
    const host = await start({
      options: { ledger: { engine: 'sqlite', file }, answerWithinMs: 0 }, aiSensy: { delayMs: 50, retries: 100, retryAfterMs: 50 },
    });
    const [before, meanwhile, after] = [message(), message(), message()];
    await host.cleverTap.send(before);
    await host.aiSensy.waitForMessages(1);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await host.cleverTap.send(meanwhile)).toMatchObject({ status: 500, outcome: 'http-error' });
    expect(await host.bridge.health()).toMatchObject({ ready: false, problems: [expect.stringContaining('the ledger fails')] });
    expect(await host.callback('delivery-reports', { statuses: [{ msgId: before.msgId, status: 'sent', timestamp: '1790000003' }] })).toMatchObject({ status: 503 });
    other.exec('ROLLBACK');
    other.close();

    expect(await host.bridge.health()).toMatchObject({ ready: true });
    expect(await host.cleverTap.send(after)).toMatchObject({ outcome: 'success' });
    await host.cleverTap.waitForStatuses(6);
    expect(host.aiSensy.received.map(({ msgId }) => msgId)).toEqual([before.msgId, after.msgId]);
    expect(await host.bridge.message(meanwhile.msgId)).toBeUndefined();
  });

  it('a refusal that cannot be written down is not answered: what becomes of its message is open until it is', async () => {
    const host = await start({ options: { answerWithinMs: 800 }, aiSensy: { plan: behaviours.refuse(2001, 'Not kept yet') } });
    const ledger = host.app.get<Ledger>(LEDGER, { strict: false });
    const { recordDispatch } = ledger;
    ledger.recordDispatch = () => {
      ledger.recordDispatch = recordDispatch;
      return Promise.reject(new LedgerError('unavailable', 'lost'));
    };
    const sent = message();
    expect(await host.cleverTap.send(sent)).toMatchObject({ status: 500, outcome: 'http-error' });
    await eventually(async () => expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'rejected' }));
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'refused' });
    expect(host.aiSensy.received).toHaveLength(1);
  });

  describe.each([['forward', HOUR_MS], ['back', -HOUR_MS]])('a clock that jumps an hour %s', (_, jumpMs) => {
    afterEach(() => { jest.restoreAllMocks(); });

    it('neither expires what waits nor leaves it lying', async () => {
      const host = await start({
        account: { sendWithinMs: 600_000, unknownOutcome: { waitMs: 500, policy: 'fail' } }, options: { answerWithinMs: 0 },
        aiSensy: { plan: (_message, index) => [behaviours.tooMany(), behaviours.dropAnswer()][index], reports: { statuses: [] } },
      });
      const [again, unknown] = [message(), message()];
      await host.cleverTap.send(again);
      await host.aiSensy.waitForMessages(1);
      const { now } = Date;
      jest.spyOn(Date, 'now').mockImplementation(() => now() + jumpMs);
      await host.cleverTap.send(unknown);
      await eventually(async () => expect(await host.bridge.counts()).toMatchObject({ messages: { dispatched: 1, rejected: 1 }, jobs: {} }));
      await host.cleverTap.waitForStatuses(1);
      expect(host.cleverTap.statusesOf(unknown.msgId)).toMatchObject([{ status: 'failed' }]);
      expect(await host.bridge.message(again.msgId)).toMatchObject({ state: 'dispatched' });
    });
  });
});
