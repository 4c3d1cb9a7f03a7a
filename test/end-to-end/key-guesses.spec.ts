import { describe, expect, it } from '@jest/globals';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { type Answer, call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

describe.each(PLATFORMS)('whoever guesses keys on %s', (platform) => {
  const start = hostsOn(platform);
  const guessAtProvider = (host: BridgeHost, key: string): Promise<Answer> =>
    call(`${host.url}/`, 'clevertap/messages', { headers: { 'x-api-key': key }, body: JSON.stringify(message()) });

  it('is stopped, while the right key still passes', async () => {
    const host = await start({ options: { throttle: { limit: 6 } } });
    const guesses = [];
    for (let guess = 0; guess < 4; guess += 1) guesses.push(await guessAtProvider(host, `guess ${guess}`), await host.callback('webhook', {}, { token: `guess ${guess}` }));
    expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
    for (const { text } of guesses.slice(6)) expect(JSON.parse(text)).toEqual({ message: expect.any(String) });
    const campaign = await host.cleverTap.runCampaign({ messages: 30 });
    expect(campaign.success).toBe(30);
    await host.cleverTap.waitForStatuses(90);
    expect(host.aiSensy.callbacks.failures).toEqual([]);
    expect(await guessAtProvider(host, 'guess again')).toMatchObject({ status: 429 });
  });

  it('may try again after a while', async () => {
    const host = await start({ options: { throttle: { limit: 1, ttlMs: 100 } } });
    expect(await guessAtProvider(host, 'first')).toMatchObject({ status: 401 });
    let answer = await guessAtProvider(host, 'second');
    while (answer.status === 429) answer = await guessAtProvider(host, 'again');
    expect(answer.status).toBe(401);
  });

  it('is told by twenty a minute, by default', async () => {
    const host = await start();
    const guesses = await Promise.all(Array.from({ length: 30 }, (_, guess) => guessAtProvider(host, `guess ${guess}`)));
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(10);
    expect(host.aiSensy.received).toHaveLength(0);
  });

  it('shows in the log: one line for each side, without what was shown', async () => {
    const logger = new CapturedLogs();
    const host = await start({ logger });
    for (let guess = 0; guess < 12; guess += 1) {
      await guessAtProvider(host, `guess ${guess}`);
      await host.callback('delivery-reports', {}, { token: `guess ${guess}` });
    }
    expect(logger.lines.filter((line) => line.includes('wrong credentials'))).toEqual([
      expect.stringMatching(/^warn A request of CleverTap's was refused: wrong credentials/),
      expect.stringMatching(/^warn A request of AiSensy's was refused: wrong credentials/),
    ]);
    expect(logger.lines.join()).not.toContain('guess');
  });
});
