import { describe, expect, it } from '@jest/globals';
import type { Behaviour } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const answered = (status: number, body: object): Behaviour => ({ kind: 'answer', status, body, taken: false });
const inWords = (words: string): Behaviour => answered(400, { name: 'ERR400', message: words });

describe.each(PLATFORMS)('an answer in a form that is seldom seen, on %s,', (platform) => {
  const start = hostsOn(platform);

  it.each([
    ['"error":true', { error: true, message: 'Invalid Number' }], ['"error":"true"', { error: 'true', message: 'Invalid Number' }],
    ['"success":0', { success: 0, message: 'Invalid Number' }], ['"success":"0"', { success: '0', message: 'Invalid Number' }],
  ])('refuses by %s in a 200', async (_form, body) => {
    const host = await start({ aiSensy: { plan: answered(200, body) } });
    const sent = message();
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'refused', code: 2002 });
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'rejected' });
  });

  it.each([
    ['asks for a slower pace by', '(#4) Application request limit reached'], ['stops the account by', '(#190) Invalid OAuth access token'],
    ['stops the account by', '(#368) Temporarily blocked for policies violations'],
  ])('%s %s, and burns no message', async (_what, words) => {
    const host = await start({ options: { answerWithinMs: 0 }, aiSensy: { plan: [{ times: 1, use: inWords(words) }], reports: { statuses: ['delivered'] } } });
    const sent = message();
    await host.cleverTap.send(sent);
    await eventually(() => expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'delivered' }]));
    expect((await host.bridge.message(sent.msgId))!.steps.map(({ step }) => step).slice(0, 3)).toEqual(['accepted', 'retry', 'dispatched']);
  });

  it('refuses for its parameters by (#100)', async () => {
    const host = await start({ aiSensy: { plan: inWords('(#100) Invalid parameter') } });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code: 2001 });
  });
});
