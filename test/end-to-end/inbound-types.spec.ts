import { describe, expect, it } from '@jest/globals';
import type { InboundMessageEvent } from 'nestjs-whatsapp-bridge';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { Inbox } from '../support/inbox.ts';

const FROM = '919800000001';
const USER_ID = 'IN.1000000000000001';
const WABA = '918889500122';
const LINK = 'https://lookaside.example.com/m.bin';

/** What CleverTap gets: its type and object; nothing where it has no form for the message. */
type Relayed = [type: string, content: object] | undefined;
type Row = [what: string, fields: Record<string, unknown>, heard: object, relayed: Relayed];

const text = (body: string): Relayed => ['text', { body }];
const media = (type: string, mimeType: string, caption?: string): Relayed => [type, { mediaURL: LINK, mimeType, ...(caption !== undefined && { caption }) }];

/** Each type of Meta's (Cloud API, "Webhooks"), as its fields stand in a notification. */
const METAS: Row[] = [
  ['a text', { type: 'text', text: { body: '  Hello\n🙂 ' } }, { type: 'text', text: '  Hello\n🙂 ' }, text('  Hello\n🙂 ')],
  ['a text out of an advertisement', { type: 'text', text: { body: 'Hi' }, referral: { source_url: 'https://fb.me/x', source_id: '1', headline: 'Sale' } }, { type: 'text', text: 'Hi' }, text('Hi')],
  ['a text that was forwarded', { type: 'text', text: { body: 'Look' }, context: { forwarded: true } }, { type: 'text', text: 'Look' }, text('Look')],
  ["a template's quick reply", { type: 'button', button: { payload: 'p|1', text: 'Stop promotions' } }, { type: 'button', button: { payload: 'p|1', text: 'Stop promotions' } }, ['button', { payload: 'p|1', text: 'Stop promotions' }]],
  ['a reply button', { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes, please' } } }, { type: 'button', button: { payload: 'yes', text: 'Yes, please' } }, ['button', { payload: 'yes', text: 'Yes, please' }]],
  ['a line of a list', { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'slot', title: 'Morning', description: '9 to 12' } } }, { type: 'button' }, ['button', { payload: 'slot', text: 'Morning' }]],
  ['a picture', { type: 'image', image: { id: '11', link: LINK, mime_type: 'image/jpeg', sha256: 'x', caption: 'Broken' } }, { type: 'image', media: { id: '11', url: LINK, mimeType: 'image/jpeg', caption: 'Broken' } }, media('image', 'image/jpeg', 'Broken')],
  ['a film', { type: 'video', video: { id: '12', link: LINK, mime_type: 'video/mp4' } }, { type: 'video' }, media('video', 'video/mp4')],
  ['a voice message', { type: 'audio', audio: { id: '13', link: LINK, mime_type: 'audio/ogg; codecs=opus', voice: true } }, { type: 'audio' }, media('audio', 'audio/ogg; codecs=opus')],
  ['a file', { type: 'document', document: { id: '14', link: LINK, mime_type: 'application/pdf', filename: 'bill.pdf', caption: 'Bill' } }, { type: 'file', media: { filename: 'bill.pdf' } }, media('file', 'application/pdf', 'Bill')],
  ['a sticker', { type: 'sticker', sticker: { id: '15', link: LINK, mime_type: 'image/webp', animated: false } }, { type: 'sticker' }, media('image', 'image/webp')],
  ['a place', { type: 'location', location: { latitude: 18.5204, longitude: -73.5, name: 'Office', address: '107 Baker Street', url: 'https://maps.example.com' } }, { type: 'location' }, ['location', { latitude: '18.5204', longitude: '-73.5', name: 'Office', address: '107 Baker Street', url: 'https://maps.example.com' }]],
  ['cards of people', { type: 'contacts', contacts: [{ name: { formatted_name: 'Ravi Rao' }, phones: [{ phone: '+91 98000 00002', wa_id: '919800000002' }] }, { name: { first_name: 'Meera' } }] }, { type: 'contacts' }, text('Contact: Ravi Rao +91 98000 00002, Meera')],
  ['an order', { type: 'order', order: { catalog_id: 'c', text: 'Please wrap', product_items: [{ product_retailer_id: 'tea-01', quantity: 2, item_price: 5, currency: 'INR' }] } }, { type: 'order' }, text('Order: 2 × tea-01 (Please wrap)')],
  ["a form's answers", { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"flow_token":"t","city":"Pune","size":"L"}' } } }, { type: 'form' }, text('Form: city: Pune, size: L')],
  ['a reaction', { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👍' } }, { type: 'reaction', text: '👍', replyTo: 'wamid.X' }, undefined],
  ['a reaction taken back', { type: 'reaction', reaction: { message_id: 'wamid.X' } }, { type: 'reaction', replyTo: 'wamid.X' }, undefined],
  ['a note of the system', { type: 'system', system: { body: 'Asha changed from …1 to …2', type: 'user_changed_number', wa_id: '919800000002' } }, { type: 'other' }, undefined],
  ['what Meta does not hand on', { type: 'unsupported', errors: [{ code: 131051, title: 'Message type unknown', message: 'Message type unknown' }] }, { type: 'other', text: 'Message type unknown' }, undefined],
  ['a chat that was opened', { type: 'request_welcome' }, { type: 'other' }, undefined],
  ['a type that nobody knows', { type: 'hologram', hologram: { depth: 3 } }, { type: 'other' }, undefined],
];

/** Each type of AiSensy's project webhook, in the shapes that were captured, and in those that are only likely. */
const PROJECTS: Row[] = [
  ['a text', { message_type: 'TEXT', message_content: { text: 'Hi' } }, { type: 'text', text: 'Hi' }, text('Hi')],
  ['a text in another field', { message_type: 'TEXT', message_content: { text: { body: 'Hi' } } }, { type: 'text' }, text('Hi')],
  ['a reply button', { message_type: 'BUTTON_REPLY', message_content: { id: 'p|1', title: 'Good' } }, { type: 'button' }, ['button', { payload: 'p|1', text: 'Good' }]],
  ['a quick reply', { message_type: 'QUICK_REPLY', message_content: { text: 'Stop promotions' } }, { type: 'button' }, ['button', { payload: 'Stop promotions', text: 'Stop promotions' }]],
  ['a line of a list', { message_type: 'LIST_REPLY', message_content: { list_reply: { id: 'slot', title: 'Morning' } } }, { type: 'button' }, ['button', { payload: 'slot', text: 'Morning' }]],
  ["a form's answers", { message_type: 'NFM_REPLY', message_content: { name: 'flow', text: 'Sent', response_json: '{"city":"Pune"}' } }, { type: 'form' }, text('Form: city: Pune')],
  ["a form's answers as an object", { message_type: 'NFM_REPLY', message_content: { name: 'flow', response_json: { city: 'Pune', age: 7 } } }, { type: 'form' }, text('Form: city: Pune, age: 7')],
  ['a picture', { message_type: 'IMAGE', message_content: { url: LINK, caption: 'Broken' } }, { type: 'image' }, ['image', expect.objectContaining({ mediaURL: LINK, caption: 'Broken' })]],
  ['a film', { message_type: 'VIDEO', message_content: { publicUrl: LINK } }, { type: 'video' }, ['video', expect.objectContaining({ mediaURL: LINK })]],
  ['a voice message', { message_type: 'AUDIO', message_content: { media: { url: LINK } } }, { type: 'audio' }, ['audio', expect.objectContaining({ mediaURL: LINK })]],
  ['a file', { message_type: 'FILE', message_content: { file: { link: LINK, filename: 'a.pdf' } } }, { type: 'file' }, ['file', expect.objectContaining({ mediaURL: LINK })]],
  ['a sticker', { message_type: 'STICKER', message_content: { link: LINK } }, { type: 'sticker' }, ['image', expect.objectContaining({ mediaURL: LINK })]],
  ['a place', { message_type: 'LOCATION', message_content: { latitude: 1.5, longitude: '2' } }, { type: 'location' }, ['location', { latitude: '1.5', longitude: '2', address: '' }]],
  ['what nobody knows', { message_type: 'HOLOGRAM', message_content: { title: 'Look' } }, { type: 'other', text: 'Look' }, undefined],
];

let count = 0;
const nextId = (): string => `wamid.TYPES${(count += 1)}`;

const meta = (fields: object, contact: object = { wa_id: FROM, profile: { name: 'Asha' } }): [id: string, body: object] => {
  const id = nextId();
  const message = { from: FROM, id, timestamp: '1790000300', ...fields };
  const value = { messaging_product: 'whatsapp', metadata: { display_phone_number: WABA, phone_number_id: '2' }, contacts: [contact], messages: [message] };
  return [id, { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value }] }] }];
};

const project = (fields: object): [id: string, body: object] => {
  const messageId = nextId();
  const message = { type: 'message', id: `row-${messageId}`, sender: 'USER', status: 'DELIVERED', sent_at: 1_790_000_300_000, userName: 'Asha', messageId, phone_number: FROM, ...fields };
  return [messageId, { id: messageId, created_at: '2026-09-22T12:00:03.308Z', topic: 'message.sender.user', data: { message } }];
};

describe.each(PLATFORMS)('every type of message on %s', (platform) => {
  const start = hostsOn(platform);

  it.each([["Meta's", METAS, meta], ["the project webhook's", PROJECTS, project]] as const)("of %s reaches CleverTap in CleverTap's form, and the host's listeners", async (_name, rows, write) => {
    const host = await start({ providers: [Inbox] });
    let relayedCount = 0;
    for (const [what, fields, heard, relayed] of rows) {
      const [id, body] = write(fields);
      expect([what, await host.callback('webhook', body)]).toMatchObject([what, { status: 200 }]);
      const event = await heardAs(host, id);
      expect([what, event]).toMatchObject([what, { from: `+${FROM}`, name: 'Asha', at: new Date(1_790_000_300_000), ...heard }]);
      if (relayed === undefined) continue;
      relayedCount += 1;
      await host.cleverTap.waitForInbound(relayedCount);
      const { type, content, from, wabaNumber, timestamp } = host.cleverTap.inbound.at(-1)!;
      expect([what, type, content]).toEqual([what, ...relayed]);
      expect({ from, wabaNumber, timestamp }).toEqual({ from: FROM, wabaNumber: WABA, timestamp: 1_790_000_300 });
    }
    expect(host.cleverTap.inbound).toHaveLength(relayedCount);
    expect(host.cleverTap.rejected).toEqual([]);
    expect(await host.bridge.deadLetters.list({})).toEqual([]);
  });

  it('finds the phone number of a person who hides it, once both were met together, and never invents one', async () => {
    const host = await start({ providers: [Inbox], transport: 'direct', aiSensy: { callbackForm: 'meta' } });
    const hidden = { from: undefined, from_user_id: USER_ID };
    const [first, unknown] = meta({ ...hidden, type: 'text', text: { body: 'Who am I?' } }, { user_id: USER_ID });
    await host.callback('webhook', unknown);
    expect(await heardAs(host, first)).toMatchObject({ userId: USER_ID, text: 'Who am I?' });
    await host.callback('webhook', meta({ type: 'text', text: { body: 'It is me' } }, { wa_id: FROM, user_id: USER_ID })[1]);
    const [third, known] = meta({ ...hidden, type: 'text', text: { body: 'Again' } }, { user_id: USER_ID });
    await host.callback('webhook', known);
    expect(await heardAs(host, third)).toMatchObject({ userId: USER_ID, from: `+${FROM}` });
    await host.cleverTap.waitForInbound(2);
    expect(host.cleverTap.inbound.map(({ from, content }) => [from, content])).toEqual([[FROM, { body: 'It is me' }], [FROM, { body: 'Again' }]]);
    expect(await host.bridge.deadLetters.list()).toMatchObject([{ kind: 'relay', payload: { id: first } }]);
  });

  function heardAs(host: BridgeHost, id: string): Promise<InboundMessageEvent> {
    return eventually(() => {
      const event = host.app.get(Inbox).heard.find((one) => one.id === id);
      expect(event).toBeDefined();
      return event!;
    });
  }
});
