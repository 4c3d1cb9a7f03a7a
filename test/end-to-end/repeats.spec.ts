import { describe, expect, it } from '@jest/globals';
import { type Behaviour, behaviours, type CleverTapPayload, type SentAnswer } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { next } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const CONFLICT = { status: 200, outcome: 'refused', code: 2004, text: expect.stringContaining('Conflict') };

describe.each(PLATFORMS)('a message that comes again on %s', (platform) => {
  const start = hostsOn(platform);
  const manyTimes = (host: BridgeHost, sent: CleverTapPayload): Promise<SentAnswer[]> =>
    Promise.all(Array.from({ length: 200 }, () => host.cleverTap.send(sent)));

  it.each([
    ['taken', behaviours.slow(50), { outcome: 'success' }],
    ['refused', { ...behaviours.refuse(2001, 'No such template'), delayMs: 50 }, { outcome: 'refused', code: 2001 }],
  ] satisfies [string, Behaviour, object][])('200 times at once is sent once, and every answer is the same: %s', async (_what, behaviour, expected) => {
    const host = await start({ aiSensy: { plan: behaviour } });
    const sent = message();
    const answers = await manyTimes(host, sent);
    expect(answers[0]).toMatchObject(expected);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it('later is answered like the first one, after a restart too', async () => {
    const host = await start({ durable: true, aiSensy: { plan: (_message, index) => (index === 1 ? behaviours.refuse(2002, 'Invalid number') : undefined) } });
    const [taken, refused] = [message(), message()];
    const first = [await host.cleverTap.send(taken), await host.cleverTap.send(refused)].map(({ text }) => text);
    expect(first[1]).toContain('2002');
    expect([await host.cleverTap.send(taken), await host.cleverTap.send(refused)].map(({ text }) => text)).toEqual(first);
    await host.restart();
    expect([await host.cleverTap.send(taken), await host.cleverTap.send(refused)].map(({ text }) => text)).toEqual(first);
    expect(host.aiSensy.received).toHaveLength(2);
  });

  it('after a refusal that was only reported succeeds again, like the first one', async () => {
    const host = await start({ options: { answerWithinMs: 0 }, aiSensy: { plan: behaviours.refuse(2001) } });
    const sent = message();
    const rejected = next(host.bridge.dispatches$);
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'success' });
    await rejected;
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'success' });
    await host.cleverTap.waitForStatuses(1);
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it('with another body is a conflict, at once and later, and is not sent', async () => {
    const host = await start({ aiSensy: { delayMs: 100 } });
    const sent = message();
    const other = { ...sent, to: '919899999999' };
    const answers = await Promise.all([host.cleverTap.send(sent), host.cleverTap.send(other)]);
    const [winner, loser] = answers[0].outcome === 'success' ? [sent, other] : [other, sent];
    expect(answers.find(({ outcome }) => outcome !== 'success')).toMatchObject(CONFLICT);
    expect(await host.cleverTap.send(loser)).toMatchObject(CONFLICT);
    expect(await host.cleverTap.send(`${JSON.stringify(winner)} `)).toMatchObject(CONFLICT);
    expect(await host.cleverTap.send(winner)).toMatchObject({ outcome: 'success' });
    expect(host.aiSensy.received.map(({ to }) => to)).toEqual([winner.to]);
  });

  it('with its parts exchanged is another message', async () => {
    const host = await start();
    const ids = ['1|2|3|4', '1|2|3|4|', '1|2|3', ' 1|2|3|4', '1|2|3|4|wzrk_default'];
    for (const msgId of ids) expect(await host.cleverTap.send(message('textFooter', { msgId }))).toMatchObject({ outcome: 'success' });
    await host.cleverTap.waitForStatuses(3 * ids.length);
    expect(host.aiSensy.received.map(({ msgId }) => msgId)).toEqual(ids);
    expect([...host.cleverTap.statuses.keys()].sort()).toEqual([...ids].sort());
  });
});
