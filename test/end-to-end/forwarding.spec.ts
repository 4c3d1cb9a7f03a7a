import { describe, expect, it } from '@jest/globals';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { SENT_NAMES, sentBytes } from '../support/clevertap-fixtures.ts';
import { call } from '../support/http-hosts.ts';

const BODY = '{"type":"body","body":{"text":"Hi Asha","parameters":[{"type":"text","text":"Asha"}]}}';
const TEMPLATE = `"isTemplate":true,"template":{"namespace":"order_update","languageCode":"en"},"components":[${BODY}]`;
const ADDRESS = '"to":"919800000001","wabaNumber":"+918889500122"';

/** Messages that differ from CleverTap's samples in ways that parsing and writing out again would lose. */
const VARIANTS: Record<string, string> = {
  'odd spacing': `\r\n{ "payloadVersion" :0.1 ,\t"msgId"\n:"v|1",${ADDRESS} , ${TEMPLATE} }  \n`,
  'a byte order mark': `\ufeff{"payloadVersion":0.1,"msgId":"v|2",${ADDRESS},${TEMPLATE}}`,
  'unknown fields, whatever their depth': `{"payloadVersion":0.1,"msgId":"v|3",${ADDRESS},"trace":{"a":[null,{"b":1e-7}]},${TEMPLATE}}`,
  'a component of an unknown type': `{"msgId":"v|4",${ADDRESS},"isTemplate":true,"template":{"namespace":"t"},"components":[{"type":"poll"},${BODY}]}`,
  'numbers that JavaScript writes otherwise': `{"payloadVersion":0.10,"msgId":"v|5",${ADDRESS},"big":12345678901234567890,"one":1.0,${TEMPLATE}}`,
  'escapes that need none': `{"payloadVersion":"0.1","msgId":"v|6\\u007c\\/",${ADDRESS},${TEMPLATE.replace('Hi Asha', '\\u0048i Asha \\ud83d\\ude42')}}`,
  'the same key twice': `{"payloadVersion":0.1,"payloadVersion":"0.1","msgId":"v|7",${ADDRESS},${TEMPLATE}}`,
  'letters beyond ASCII in its id': `{"payloadversion":"0.1","msgId":"नमस्ते|🙂|8",${ADDRESS},${TEMPLATE}}`,
  'the older spelling of msgId': `{"payloadVersion":0.1,"msg_id":"v|9",${ADDRESS},"isTemplate":false,"type":"text","text":{"body":"Hi"}}`,
  'numbers for numbers': `{"msgId":"v|10","to":919800000001,"wabaNumber":918889500122,${TEMPLATE}}`,
  'a wrapping "body"': `{"body":{"payloadVersion":0.1,"msgId":"v|11",${ADDRESS},${TEMPLATE}}}`,
  'a contradiction in isTemplate': `{"msgId":"v|12",${ADDRESS},"isTemplate":true,"type":"text","text":{"body":"Hi"}}`,
};

const bodiesAtAiSensy = (host: BridgeHost): string[] => host.aiSensy.received.map(({ body }) => body.toString('latin1'));

describe.each(PLATFORMS)('the provider endpoint on %s', (platform) => {
  const start = hostsOn(platform);

  it('hands every sample message of CleverTap\'s to AiSensy byte for byte', async () => {
    const host = await start();
    for (const name of SENT_NAMES) {
      const { status, headers, text } = await host.cleverTap.send(sentBytes(name));
      expect({ name, status, type: headers['content-type'], text }).toEqual({
        name, status: 200, type: expect.stringMatching(/^application\/json/), text: '{"status":"success"}',
      });
    }
    expect(SENT_NAMES.length).toBeGreaterThan(10);
    expect(bodiesAtAiSensy(host)).toEqual(SENT_NAMES.map((name) => sentBytes(name).toString('latin1')));
  });

  it('hands on what no sample shows byte for byte as well', async () => {
    // AiSensy may make of them what it wants: CleverTap is answered before.
    const host = await start({ options: { answerWithinMs: 0 } });
    for (const [place, [name, body]] of Object.entries(VARIANTS).entries()) {
      const { text } = await host.cleverTap.send(body);
      expect([name, text]).toEqual([name, '{"status":"success"}']);
      await host.aiSensy.waitForMessages(place + 1);
    }
    expect(bodiesAtAiSensy(host)).toEqual(Object.values(VARIANTS).map((body) => Buffer.from(body).toString('latin1')));
  });

  it('takes a message in pieces, without a content type or with another one', async () => {
    const host = await start();
    const bytes = sentBytes('freeform-text');
    const inEmoji = bytes.indexOf('🙂') + 2;
    const parts = [bytes.subarray(0, 7), bytes.subarray(7, inEmoji), bytes.subarray(inEmoji)];
    const key = host.sides[0]!.key;
    const first = await call(`${host.url}/`, 'clevertap/messages', { headers: { ...key, 'transfer-encoding': 'chunked' }, body: parts });
    const second = await call(`${host.url}/`, 'clevertap/messages', { headers: { ...key, 'content-type': 'text/plain' }, body: sentBytes('freeform-file') });
    expect([first.text, second.text]).toEqual(['{"status":"success"}', '{"status":"success"}']);
    expect(bodiesAtAiSensy(host)).toEqual([bytes.toString('latin1'), sentBytes('freeform-file').toString('latin1')]);
  });

  it('shows AiSensy the account\'s own headers, and nothing of CleverTap\'s', async () => {
    const host = await start({ account: { aiSensy: { headers: { 'X-Client': 'shop', Authorization: 'Bearer of-the-account' } } }, aiSensy: { headers: {} } });
    await host.cleverTap.send(sentBytes('template-text-footer'));
    const { headers } = host.aiSensy.received[0]!;
    expect(headers).toMatchObject({ 'x-client': 'shop', authorization: 'Bearer of-the-account', 'content-type': 'application/json' });
    expect(headers).not.toHaveProperty('x-api-key');
    expect(headers.host).toBe(new URL(host.aiSensy.endpoint).host);
  });
});
