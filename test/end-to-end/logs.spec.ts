import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { type DeliveryReportEvent, type InboundMessageEvent, OnDeliveryReport, OnDispatch, OnInboundMessage, PermanentError } from 'nestjs-whatsapp-bridge';
import { type Behaviour, behaviours, templateMessage } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { fixture } from '../support/fixtures.ts';
import { call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

const SECRET_TEXT = 'your-one-time-password-is-zebra';
const PERSON = '919812345678';
const SAYING = `${SECRET_TEXT} for +${PERSON} with Bearer key-of-aisensy-1`;

/** What must stand in no log: bodies, people, and everybody's keys. */
const NEVER = [
  /zebra/i, /12345678/, /98000000/, /91980/, /key-of-clevertap/, /key-of-aisensy/, /token-of-aisensy/, /TEST-W5R-88Z/, /guessed-key/, /signing-secret/,
];

const SAID = [
  /Ledger open/, /AiSensy takes no message/, /its trace id is/, /was not taken/, /CleverTap takes no/, /Listener Failing\.\w+ failed/, /Listener Failing\.inbound gave up/, /could not be read/,
  /subscriber of deliveryReports\$ failed/,
];

const BEHAVIOURS: Behaviour[] = [
  behaviours.accept(), behaviours.refuse(2001, SAYING), behaviours.badRequest(SAYING), behaviours.serverError(), behaviours.reset(), behaviours.hang(),
  { kind: 'answer', status: 400, body: { error: { message: SAYING, code: 131026 } } }, { kind: 'answer', status: 302, headers: { location: `https://example.com/${PERSON}` } },
  behaviours.noPlan(), behaviours.tooMany(), behaviours.badCredential(),
];

@Injectable()
class Failing {
  @OnDeliveryReport({ status: 'sent' })
  report({ message: of }: DeliveryReportEvent): void {
    throw new Error(`cannot tell ${of?.to}: ${SECRET_TEXT}`);
  }

  @OnInboundMessage()
  inbound({ text }: InboundMessageEvent): void {
    throw new PermanentError(`${text} from ${PERSON}`);
  }

  @OnDispatch({ timeoutMs: 20 })
  dispatch(): Promise<void> {
    return new Promise(() => undefined);
  }
}

describe.each(PLATFORMS)('the log on %s', (platform) => {
  const start = hostsOn(platform);

  it('holds no body, key or whole phone number, whatever goes wrong', async () => {
    const logger = new CapturedLogs();
    const host = await start({
      logger, providers: [Failing], second: {},
      options: { throttle: { limit: 2 }, shutdownTimeoutMs: 50 },
      account: { aiSensy: { timeoutMs: 100, callbacks: { token: 'token-of-aisensy-1', signingSecret: 'signing-secret' } } },
      cleverTap: { callbackFaults: [{ kind: 'error', times: 2 }, { kind: 'reset', times: 2 }] },
      aiSensy: { plan: (_message, index) => BEHAVIOURS[index] },
    });
    const body = (to: string): object => ({ ...templateMessage(
      { ...message(), to, index: 0 }, 'order_update', [{ type: 'body', body: { text: SECRET_TEXT, parameters: [{ type: 'text', text: SAYING }] } }],
    ) });
    const failing = host.bridge.deliveryReports$.subscribe(({ message: of }) => { throw new Error(`${of?.to} ${SECRET_TEXT}`); });
    for (let sent = 0; sent < BEHAVIOURS.length + 2; sent += 1) await host.cleverTap.send(body(PERSON));
    await host.cleverTap.sendValidation(PERSON);
    const twice = body(PERSON) as { msgId: string };
    await host.cleverTap.send(twice);
    await host.cleverTap.send({ ...twice, note: SECRET_TEXT });
    for (const broken of [SAYING, JSON.stringify({ text: SAYING }), JSON.stringify(body(SECRET_TEXT)), JSON.stringify({ ...body(PERSON), wabaNumber: PERSON })]) {
      await host.cleverTap.send(broken);
    }
    for (let guess = 0; guess < 4; guess += 1) {
      await call(`${host.url}/`, 'clevertap/messages', { headers: { 'x-api-key': 'guessed-key' }, body: JSON.stringify(body(PERSON)) });
      await host.callback('webhook', { statuses: [{ msgId: SECRET_TEXT, to: PERSON }] }, { token: 'guessed-key' });
    }
    await host.callback('delivery-reports', { statuses: [{ msgId: SECRET_TEXT, status: SECRET_TEXT }, { msgId: SECRET_TEXT, status: 'read', to: PERSON }] });
    await host.callback('webhook', `{"broken": "${SAYING}`);
    await host.callback('webhook', { text: SAYING });
    await host.callback('webhook', fixture('aisensy/webhook/status-failed.json'));
    await host.aiSensy.personSends({ type: 'text', text: SAYING, from: PERSON });
    await host.bridge.send({ account: host.sides[0]!.nickname, to: PERSON, content: { type: 'text', text: SAYING } });
    await host.bridge.send({ account: host.sides[0]!.nickname, to: SECRET_TEXT, content: { type: 'text', text: SAYING } }).catch(() => undefined);
    await host.cleverTap.waitForInbound(1);
    // There is something to say, and it is said.
    await eventually(() => { for (const said of SAID) expect(logger.lines.join('\n')).toMatch(said); });
    failing.unsubscribe();
    await host.app.close();
    for (const never of NEVER) expect([never, logger.lines.filter((line) => never.test(line))]).toEqual([never, []]);
  });
});
