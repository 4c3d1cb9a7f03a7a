import { afterEach, describe, expect, it } from '@jest/globals';
import { AiSensyPeers } from '../../../test/support/aisensy-peers.ts';

const peers = new AiSensyPeers();
afterEach(() => peers.stop());
const start: AiSensyPeers['start'] = (...setup) => peers.start(...setup);

const none = { statuses: [] };

describe('people', () => {
  it('write and tap in CleverTap\'s form', async () => {
    const { simulator, send, callbacks } = await start({ reports: none });
    await send('a');
    const at = 1_790_000_300_000;
    expect(await simulator.personSends({ from: '+919800000001', type: 'text', text: 'Hi', at })).toMatchObject({ status: 200 });
    await simulator.personSends({ from: '919800000001', type: 'button', text: 'Good', payload: 'p', replyTo: 'a', at });
    await simulator.personSends({ from: '919800000001', type: 'image', mediaURL: 'https://m.example.com/1.jpg', caption: 'C', at });
    await simulator.personSends({ from: '919800000001', type: 'location', latitude: '1', longitude: '2', at });
    const common = { payloadVersion: '0.1', from: '919800000001', wabaNumber: '918889500122', timestamp: '1790000300' };
    expect(callbacks.map(({ json }) => json)).toEqual([
      { ...common, type: 'text', text: { body: 'Hi' } },
      { ...common, type: 'button', context: { id: 'a' }, button: { payload: 'p', text: 'Good' } },
      { ...common, type: 'image', image: { mediaURL: 'https://m.example.com/1.jpg', mimeType: 'image/jpeg', caption: 'C' } },
      { ...common, type: 'location', location: { address: '', latitude: '1', longitude: '2' } },
    ]);
    expect(callbacks[0]!.path).toBe('/inbound?');
  });

  it('write and tap in the project webhook\'s form', async () => {
    const { simulator, send, callbacks } = await start({ callbackForm: 'project', reports: none });
    await send('a');
    await simulator.personSends({ from: '919800000001', type: 'button', text: 'Good', payload: 'p', replyTo: 'a' });
    await simulator.personSends({ from: '919800000001', type: 'button', text: 'Stop', replyTo: 'a' });
    const messages = callbacks.map(({ json }) => (json.data as { message: object }).message);
    const context = { from: '918889500122', id: simulator.received[0]!.names.wamid };
    expect(messages[0]).toMatchObject({
      sender: 'USER', status: 'DELIVERED', phone_number: '919800000001', context,
      message_type: 'BUTTON_REPLY', message_content: { id: 'p', title: 'Good' },
    });
    expect(messages[1]).toMatchObject({ message_type: 'QUICK_REPLY', message_content: { text: 'Stop' }, context });
    expect(callbacks[0]!.json).toMatchObject({ topic: 'message.sender.user' });
  });

  it('write and tap in Meta\'s form', async () => {
    const { simulator, callbacks } = await start({ callbackForm: 'meta' });
    await simulator.personSends({ from: '919800000001', type: 'file', mediaURL: 'https://m.example.com/1.pdf' });
    await simulator.personSends({ from: '919800000001', type: 'location', latitude: '1.5', longitude: '2' });
    const notifications = callbacks.map(({ json }) => json as { entry: { changes: { value: { messages: object[] } }[] }[] });
    const values = notifications.map(({ entry }) => entry[0]!.changes[0]!.value);
    expect(values[0]).toMatchObject({
      contacts: [{ wa_id: '919800000001' }],
      messages: [{ from: '919800000001', type: 'document', document: { id: expect.any(String), mime_type: 'application/pdf' } }],
    });
    expect(values[1]!.messages[0]).toMatchObject({ type: 'location', location: { latitude: 1.5, longitude: 2 } });
  });

  it('answer by plan: tap what the template offers, or write, once they have the message', async () => {
    const { simulator, send, callbacks } = await start({
      reports: [{ use: { statuses: ['sent', 'failed'] }, msgId: 'failed' }],
      replies: [
        { use: { tap: 'Good' }, msgId: 'a' }, { use: { tap: 2 }, msgId: 'b' }, { use: { text: 'STOP' }, msgId: 'c' },
        { use: { tap: 'Maybe' }, msgId: 'd' }, { use: { text: 'never' }, msgId: 'failed' },
      ],
    });
    for (const msgId of ['a', 'b', 'c', 'd', 'e', 'failed']) await send(msgId);
    await simulator.reportsDone();
    const inbound = callbacks.filter(({ path }) => path === '/inbound?').map(({ json }) => json as { context: { id: string } });
    expect(Object.fromEntries(inbound.map((message) => [message.context.id, message]))).toMatchObject({
      a: { type: 'button', from: '919800000001', button: { payload: '0|good', text: 'Good' } },
      b: { type: 'button', button: { payload: 'Stop promotions', text: 'Stop promotions' } },
      c: { type: 'text', text: { body: 'STOP' } },
    });
    expect(inbound).toHaveLength(3);
    expect(simulator.callbacks).toMatchObject({ people: 3, lost: 0 });
  });

  it('need an address to write to', async () => {
    const { simulator } = await start({ inboundMessageUrl: undefined });
    const sending = simulator.personSends({ from: '919800000001', type: 'text', text: 'Hi' });
    await expect(sending).rejects.toThrow('Set the simulator\'s inboundMessageUrl');
  });
});
