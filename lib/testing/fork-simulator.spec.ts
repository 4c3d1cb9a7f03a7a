import { afterEach, describe, expect, it } from '@jest/globals';
import { forkSimulator } from './fork-simulator.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('forkSimulator', () => {
  it('runs both simulators in processes of their own, and a campaign all the way round', async () => {
    const cleverTap = await forkSimulator({ simulator: 'clevertap', options: { headers: { 'X-Key': 'K' } } });
    stops.push(cleverTap.stop);
    const aiSensy = await forkSimulator({
      simulator: 'aisensy', options: { ...cleverTap.addresses, headers: { 'X-Key': 'K' }, replies: [{ use: { tap: 'Good' }, every: 2 }] },
    });
    stops.push(aiSensy.stop);
    // AiSensy takes CleverTap's form, so that the two make a whole without a bridge between them.
    await cleverTap.call('providerUrl', aiSensy.addresses.endpoint);
    const result = await cleverTap.call('runCampaign', { messages: 50, concurrency: 10, form: 'quickReplies' });
    await cleverTap.call('waitForStatuses', 150);
    await cleverTap.call('waitForInbound', 25);
    expect(result).toMatchObject({ sent: 50, success: 50 });
    expect(result.byMsgId.size).toBe(50);
    const balance = await cleverTap.call('balance');
    expect(balance).toMatchObject({ messages: 50, read: 50, replied: 25, unaccounted: 0, rejected: 0, duplicates: 0 });
    expect((await aiSensy.call('received'))[0]!.body.byteLength).toBeGreaterThan(100);
    expect(new Set([process.pid, cleverTap.process.pid, aiSensy.process.pid]).size).toBe(3);
    await expect(cleverTap.call('nothing' as 'balance')).rejects.toThrow('The simulator has no "nothing".');
    await expect(cleverTap.call('waitForStatuses', 1_000, { timeoutMs: 1 })).rejects.toThrow('in vain for 1000 statuses');
  });

  it('ends its process with stop, and fails calls once it was killed', async () => {
    const stopped = await forkSimulator({ simulator: 'aisensy' });
    await stopped.stop();
    expect(stopped.process.exitCode).toBe(0);
    await stopped.stop();
    const killed = await forkSimulator({ simulator: 'aisensy' });
    const waiting = expect(killed.call('waitForMessages', 1)).rejects.toThrow('The simulator\'s process has ended (SIGKILL).');
    killed.process.kill('SIGKILL');
    await waiting;
    await killed.stop();
  });
});
