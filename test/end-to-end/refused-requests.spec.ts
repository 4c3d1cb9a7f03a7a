import { describe, expect, it } from '@jest/globals';
import { type BridgeHost, type BridgeHostSetup, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { type Answer, call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

const JSON_TYPE = expect.stringMatching(/^application\/json/);

/** Bodies that are no message that could be sent, and what CleverTap is answered. */
const BODIES: [what: string, body: string | Buffer, status: number, answer: object][] = [
  ['nothing', '', 403, { message: expect.stringContaining('JSON') }],
  ['text', 'hello', 403, { message: expect.stringContaining('JSON') }],
  ['half of a message', JSON.stringify(message()).slice(0, -10), 403, { message: expect.stringContaining('JSON') }],
  ['JSON in another encoding', Buffer.from('{"msgId":"caf\xe9"}', 'latin1'), 403, { message: expect.stringContaining('UTF-8') }],
  ['a list', '[]', 403, { message: expect.any(String) }],
  ['null', 'null', 403, { message: expect.any(String) }],
  ['an object without an id', JSON.stringify({ ...message(), msgId: undefined }), 403, { message: expect.stringContaining('msgId') }],
  ['an empty id', JSON.stringify({ ...message(), msgId: '' }), 403, { message: expect.stringContaining('msgId') }],
  ['neither template nor text', JSON.stringify({ msgId: 'r|1', to: '919800000001' }), 403, { message: expect.stringContaining('template') }],
  ['no recipient', JSON.stringify({ ...message(), to: undefined }), 200, { status: 'failure', error: { code: 2002, message: expect.any(String) } }],
  ['a recipient that is no number', JSON.stringify({ ...message(), to: '98' }), 200, { status: 'failure', error: { code: 2002, message: expect.any(String) } }],
  ['more than is allowed', JSON.stringify({ ...message(), more: 'x'.repeat(4_000) }), 403, { message: expect.stringContaining('too large') }],
];

describe.each(PLATFORMS)('what the provider endpoint refuses on %s', (platform) => {
  const start = hostsOn(platform);

  async function post(host: BridgeHost, body: string | Buffer, headers: Record<string, string> = host.sides[0]!.key): Promise<Answer> {
    return call(`${host.url}/`, 'clevertap/messages', { headers: { 'content-type': 'application/json', ...headers }, body });
  }

  it('is answered in CleverTap\'s form and never dispatched', async () => {
    const host = await start({ options: { bodyLimits: { messages: 4_000 } } });
    for (const [what, body, status, answer] of BODIES) {
      const { status: code, headers, text } = await post(host, body);
      expect({ what, code, type: headers['content-type'], answer: JSON.parse(text) as unknown }).toEqual({ what, code: status, type: JSON_TYPE, answer });
    }
    await host.cleverTap.send(message());
    expect(host.aiSensy.received).toHaveLength(1);
  });

  const CREDENTIALS: [what: string, setup: BridgeHostSetup['account'], right: Record<string, string>[], wrong: Record<string, string>[]][] = [
    ['custom headers', { cleverTap: { headers: { 'X-Key': 'right', 'X-Shop': 'pune' } } },
      [{ 'x-key': 'right', 'x-shop': 'pune' }],
      [{}, { 'x-key': 'right' }, { 'x-key': 'Right', 'x-shop': 'pune' }, { 'x-key': 'right ' + 'x', 'x-shop': 'pune' }]],
    ['a key that is being rotated', { cleverTap: { headers: { 'X-Key': ['old', 'new'] } } },
      [{ 'x-key': 'old' }, { 'x-key': 'new' }],
      [{ 'x-key': 'old, new' }, { 'x-key': '' }]],
    ['HTTP Basic', { cleverTap: { headers: undefined, basic: { username: 'ct', password: 'p:ss' } } },
      [{ authorization: `Basic ${btoa('ct:p:ss')}` }, { authorization: `basic ${btoa('ct:p:ss')}` }],
      [{ authorization: `Basic ${btoa('ct:p')}` }, { authorization: `Bearer ${btoa('ct:p:ss')}` }, { authorization: 'Basic' }]],
  ];

  it.each(CREDENTIALS)('is what comes without the right credentials: %s', async (_what, account, right, wrong) => {
    const host = await start({ account });
    for (const headers of wrong) {
      const { status, headers: answered, text } = await post(host, JSON.stringify(message()), headers);
      expect({ headers, status, type: answered['content-type'], body: JSON.parse(text) as unknown }).toEqual({
        headers, status: 401, type: JSON_TYPE, body: { status: 'failure', error: { code: 2000, message: expect.any(String) } },
      });
    }
    expect(host.aiSensy.received).toHaveLength(0);
    for (const headers of right) expect(await post(host, JSON.stringify(message()), headers)).toMatchObject({ status: 200, text: '{"status":"success"}' });
    expect(host.aiSensy.received).toHaveLength(right.length);
  });
});
