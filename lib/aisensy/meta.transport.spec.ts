import { describe, expect, it } from '@jest/globals';
import { content } from '../../test/support/templates.ts';
import type { HttpSender } from '../http/http-sender.ts';
import type { OutgoingCall } from '../http/outgoing-call.ts';
import type { MessageContent } from '../messages/outbound-message.ts';
import type { VariableNames } from '../messages/template.ts';
import { type FindVariableNames, MetaTransport } from './meta.transport.ts';

class OwnTransport extends MetaTransport<{ endpoint: string; timeoutMs: number }> {
  protected readonly headers = {};
  protected readonly secrets = [];
}

const NAMES: VariableNames = { header: [], body: ['name'], cards: [] };

describe('MetaTransport', () => {
  const posted: OutgoingCall[] = [];
  const sender = {
    post: (call: OutgoingCall) => {
      posted.push(call);
      return Promise.resolve({ kind: 'answered', status: 200, headers: {}, body: '{"messages":[{"id":"wamid.1"}]}' });
    },
  } as unknown as HttpSender;
  const send = (findNames: FindVariableNames, said: MessageContent) => {
    posted.length = 0;
    const transport = new OwnTransport({ nickname: 'AiSensy_WA', settings: { endpoint: 'https://a.example.com', timeoutMs: 1_000 }, sender }, findNames);
    return transport.send({ msgId: 'm', to: '+919800000001', account: '+918889500122', wire: '', content: said });
  };
  const values = (): unknown => (JSON.parse(String(posted[0]!.body)) as { template: { components: { parameters: unknown }[] } }).template.components[0]!.parameters;

  it('sends at once where nobody has to be waited for', async () => {
    const verdict = send(() => NAMES, content({}, 'Asha'));
    expect(values()).toEqual([{ type: 'text', parameter_name: 'name', text: 'Asha' }]);
    expect(await verdict).toMatchObject({ kind: 'taken' });
  });

  it('waits for the names where they are on their way', async () => {
    const verdict = send(() => Promise.resolve(NAMES), content({}, 'Asha'));
    expect(posted).toEqual([]);
    expect(await verdict).toMatchObject({ kind: 'taken' });
    expect(values()).toEqual([{ type: 'text', parameter_name: 'name', text: 'Asha' }]);
  });

  it('refuses what cannot be sent, whenever that shows', async () => {
    const reason = { code: 1001, title: "A value of the template's body is empty" };
    expect(await send(() => NAMES, content({}, ''))).toEqual({ kind: 'refused', reason });
    expect(await send(() => Promise.resolve(undefined), content({}, ''))).toEqual({ kind: 'refused', reason });
    expect(posted).toEqual([]);
  });

  it('asks for no names of what is no template', async () => {
    const nobody = (): never => { throw new Error('asked'); };
    expect(await send(nobody, { type: 'text', text: 'Hi' })).toMatchObject({ kind: 'taken' });
  });
});
