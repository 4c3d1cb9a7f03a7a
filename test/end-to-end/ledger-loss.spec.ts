import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { LedgerThreads } from '../support/ledger-threads.ts';

describe.each(PLATFORMS)('an app whose ledger dies under it on %s', (platform) => {
  const start = hostsOn(platform);
  let threads: LedgerThreads;
  beforeEach(() => { threads = new LedgerThreads(); });
  afterEach(() => threads.stop());

  it('is not ready, then ready again by itself; loses no message that it took and sends none twice', async () => {
    const host = await start({
      durable: true, options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 20 }, aiSensy: { delayMs: 5, retries: 1_000, retryAfterMs: 50 },
    });
    const end = new AbortController();
    const campaign = host.cleverTap.runCampaign({ messages: 100_000, concurrency: 60, perSecond: 400, signal: end.signal });
    for (const count of [50, 200, 400]) {
      await host.aiSensy.waitForMessages(count);
      await threads.kill();
      expect(await host.bridge.health()).toMatchObject({ ready: false, problems: [expect.stringContaining('the ledger fails')] });
      await eventually(async () => expect(await host.bridge.health()).toMatchObject({ ready: true }));
    }
    await host.aiSensy.waitForMessages(450);
    end.abort();
    const { success } = await campaign;
    await eventually(async () => expect((await host.bridge.counts()).jobs).toEqual({}));
    await host.aiSensy.reportsDone();
    await eventually(() => expect(host.cleverTap.balance()).toMatchObject({ success, unaccounted: 0, rejected: 0 }));
    const accepted = host.cleverTap.messageBalances().filter(({ outcome }) => outcome === 'success').map(({ msgId }) => msgId);
    expect(accepted.filter((msgId) => !host.aiSensy.receivedByMsgId.has(msgId))).toEqual([]);
    expect(host.aiSensy.duplicates).toEqual([]);
    expect((await host.bridge.counts()).messages).toEqual({ dispatched: host.aiSensy.received.length });
    expect((await host.bridge.health()).backlog).toMatchObject({ messages: 0, bytes: 0 });
  });
});
