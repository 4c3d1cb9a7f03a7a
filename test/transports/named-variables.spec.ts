import { describe, expect, it } from '@jest/globals';
import { type CleverTapPayload, components as c, templateMessage } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { message } from '../support/messages.ts';
import { metaRow } from '../support/templates.ts';

const NAME = 'named_update';

/** How the two APIs list one template: in Meta's form, and in AiSensy's own, which does not tell the format of variables. */
const ROW = metaRow({
  name: NAME, parameter_format: 'NAMED',
  components: [{ type: 'HEADER', format: 'TEXT', text: 'News from {{shop}}' }, { type: 'BODY', text: 'Hi {{first_name}}, order {{order_id}}, {{first_name}}' }],
});
const OWN_ROW = {
  id: 'n', name: NAME, status: 'APPROVED', language: 'en', type: 'TEXT', header_text: 'News from {{shop}}', text: 'Hi {{first_name}}, order {{order_id}}, {{first_name}}',
};
const LISTS = { templates: [ROW], projectTemplates: [OWN_ROW] };

const named = (name: string, value: string): object => ({ type: 'text', parameter_name: name, text: value });
const plain = ([, value]: [string, string]): object => ({ type: 'text', text: value });

const HEADER: [string, string][] = [['shop', 'Pune']];
const BODY: [string, string][] = [['first_name', 'Asha'], ['order_id', '8841']];

/** A message of the template, its values as CleverTap writes them. */
const sample = (write: (pair: [string, string]) => object): CleverTapPayload => {
  const { msgId, to, wabaNumber } = message();
  return templateMessage({ msgId, to, wabaNumber, index: 0 }, NAME, [
    { type: 'header', header: { type: 'text', text: { text: 'x', parameters: HEADER.map(write) } } }, { type: 'body', body: { text: 'x', parameters: BODY.map(write) } },
  ], 'en');
};

const EXPECTED = [
  { type: 'header', parameters: HEADER.map((pair) => named(...pair)) }, { type: 'body', parameters: BODY.map((pair) => named(...pair)) },
];
const componentsOf = (host: BridgeHost): unknown => (JSON.parse(host.aiSensy.received.at(-1)!.body.toString()) as { template: { components: unknown } }).template.components;

describe.each(PLATFORMS)('a template with named variables on %s', (platform) => {
  const start = hostsOn(platform);

  it.each(['direct', 'project'] as const)("gets the names from AiSensy's templates, through the %s API", async (transport) => {
    const host = await start({ transport, aiSensy: LISTS });
    expect(await host.cleverTap.send(sample(plain))).toMatchObject({ outcome: 'success' });
    expect(componentsOf(host)).toEqual(EXPECTED);
    expect(await host.bridge.send({ to: '+919800000001', content: {
      type: 'template', name: NAME, language: 'en', header: { type: 'text', text: 'x', parameters: ['Pune'] }, body: { parameters: ['Asha', '8841'] },
    } })).toMatchObject({ status: 'accepted' });
    await host.aiSensy.waitForMessages(2);
    expect(componentsOf(host)).toEqual(EXPECTED);
    expect(host.aiSensy.taken).toHaveLength(2);
  });

  it.each(['direct', 'project'] as const)('keeps the names that came, where no template is known, through the %s API', async (transport) => {
    const host = await start({ transport, account: { preflight: false }, aiSensy: LISTS });
    expect(await host.cleverTap.send(sample((pair) => named(...pair)))).toMatchObject({ outcome: 'success' });
    expect(componentsOf(host)).toEqual(EXPECTED);
    await host.bridge.send({ to: '+919800000001', content: {
      type: 'template', name: NAME, language: 'en', header: { type: 'text', text: 'x', parameters: ['Pune'], parameterNames: ['shop'] },
      body: { parameters: ['Asha', '8841'], parameterNames: ['first_name', 'order_id'] },
    } });
    await host.aiSensy.waitForMessages(2);
    expect(componentsOf(host)).toEqual(EXPECTED);
    expect(host.aiSensy.cold.asked).toEqual([]);
  });

  it('goes without names where nobody knows them, and is refused', async () => {
    const host = await start({ transport: 'direct', account: { preflight: false }, aiSensy: LISTS });
    expect(await host.cleverTap.send(sample(plain))).toMatchObject({ outcome: 'refused', code: 2001, text: expect.stringContaining('Parameter name is missing or empty') });
    expect(host.aiSensy.taken).toEqual([]);
  });

  it.each(['direct', 'project'] as const)('gets them too where it was kept over a restart, through the %s API', async (transport) => {
    const host = await start({ transport, durable: true, options: { answerWithinMs: 0 }, aiSensy: LISTS });
    await host.aiSensy.goDown();
    const payloads = Array.from({ length: 20 }, () => sample(plain));
    for (const payload of payloads) expect(await host.cleverTap.send(payload)).toMatchObject({ outcome: 'success' });
    await host.app.close();
    await host.aiSensy.comeUp();
    await host.boot();
    await host.aiSensy.waitForMessages(payloads.length);
    await host.aiSensy.reportsDone();
    expect(host.aiSensy.taken).toHaveLength(payloads.length);
  });
});

describe.each(PLATFORMS)('a one-time password of the Project API on %s', (platform) => {
  const start = hostsOn(platform);
  const OTP = { id: 'o', name: 'otp', status: 'APPROVED', language: 'en', type: 'TEXT', category: 'AUTHENTICATION', text: '{{1}} is your verification code.' };

  it.each([
    ['none', {}], ['of a type of its own', { call_to_action: [{ type: 'OTP', button_title: 'Copy code' }] }],
    ['a coupon', { call_to_action: [{ type: 'COPY_CODE', button_title: 'Copy code', button_value: '' }] }],
  ])('is sent, and listed with its button, where the row tells it as %s', async (_, change) => {
    const host = await start({ transport: 'project', aiSensy: { projectTemplates: [{ ...OTP, ...change }] } });
    const { msgId, to, wabaNumber } = message();
    const payload = templateMessage({ msgId, to, wabaNumber, index: 0 }, 'otp', [c.body('x', '8841'), c.button(0, 'dynamicUrl', 'Copy code', '8841')], 'en');
    expect(await host.cleverTap.send(payload)).toMatchObject({ outcome: 'success' });
    expect(componentsOf(host)).toEqual([
      { type: 'body', parameters: [{ type: 'text', text: '8841' }] }, { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '8841' }] },
    ]);
    const listed = await fetch(`${host.url}/clevertap/templates`, { headers: host.sides[0]!.key });
    expect(await listed.json()).toMatchObject({ data: [{ name: 'otp', category: 'AUTHENTICATION', components: [
      { type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Copy code', url: 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}' }] },
    ] }] });
  });
});
