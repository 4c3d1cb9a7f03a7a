import { describe, expect, it } from '@jest/globals';
import { readInboundContent } from './inbound-content.ts';

describe('the content of a person\'s message', () => {
  it.each<[type: string, content: unknown, expected: object]>([
    ['text', { body: 'Hi' }, { type: 'text', text: 'Hi' }],
    ['TEXT', { text: ' Hi\nthere ' }, { type: 'text', text: ' Hi\nthere ' }],
    ['TEXT', { text: { body: 'Hi' } }, { type: 'text', text: 'Hi' }],
    ['TEXT', 'Hi', { type: 'text', text: 'Hi' }],
    ['TEXT', { text: 42 }, { type: 'text', text: '42' }],
    ['', { text: 'Hi' }, { type: 'text', text: 'Hi' }],
    ['button', { payload: '1|good', text: 'Good' }, { type: 'button', button: { payload: '1|good', text: 'Good' } }],
    ['BUTTON_REPLY', { id: '1|good', title: 'Good' }, { type: 'button', button: { payload: '1|good', text: 'Good' } }],
    [
      'BUTTON_REPLY', { type: 'button_reply', button_reply: { id: 'g', title: 'Good' } },
      { type: 'button', button: { payload: 'g', text: 'Good' } },
    ],
    ['QUICK_REPLY', { text: 'Stop promotions' }, { type: 'button', button: { text: 'Stop promotions' } }],
    [
      'LIST_REPLY', { list_reply: { id: 's1', title: 'Morning', description: '9 to 12' } },
      { type: 'button', button: { payload: 's1', text: 'Morning' } },
    ],
    ['LIST_REPLY', { id: 's1', title: 'Morning' }, { type: 'button', button: { payload: 's1', text: 'Morning' } }],
    [
      'interactive', { type: 'list_reply', list_reply: { id: 's1', title: 'Morning' } },
      { type: 'button', button: { payload: 's1', text: 'Morning' } },
    ],
    ['interactive', { button_reply: { id: 'g', title: 'Good' } }, { type: 'button', button: { payload: 'g', text: 'Good' } }],
    [
      'image', { id: '3001', mime_type: 'image/jpeg', sha256: 'x', caption: 'Look' },
      { type: 'image', media: { id: '3001', mimeType: 'image/jpeg', caption: 'Look' } },
    ],
    ['IMAGE', { url: 'https://m/in.jpg' }, { type: 'image', media: { url: 'https://m/in.jpg' } }],
    ['VIDEO', { publicUrl: 'https://m/in.mp4' }, { type: 'video', media: { url: 'https://m/in.mp4' } }],
    ['AUDIO', { media: { url: 'https://m/in.ogg' } }, { type: 'audio', media: { url: 'https://m/in.ogg' } }],
    ['VOICE', { link: 'https://m/in.ogg' }, { type: 'audio', media: { url: 'https://m/in.ogg' } }],
    [
      'FILE', { file: { link: 'https://m/in.pdf', filename: 'in.pdf' } },
      { type: 'file', media: { url: 'https://m/in.pdf', filename: 'in.pdf' } },
    ],
    ['document', { id: '3002', filename: 'bill.pdf' }, { type: 'file', media: { id: '3002', filename: 'bill.pdf' } }],
    [
      'image', { id: '3004', mime_type: 'image/jpeg', url: 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=3004&ext=1' },
      { type: 'image', media: { id: '3004', mimeType: 'image/jpeg' } },
    ],
    ['image', { url: 'https://fbcdn.net.example/in.jpg' }, { type: 'image', media: { url: 'https://fbcdn.net.example/in.jpg' } }],
    ['sticker', { id: '3003', mime_type: 'image/webp' }, { type: 'sticker', media: { id: '3003', mimeType: 'image/webp' } }],
    [
      'location', { latitude: 18.5, longitude: 0, name: 'Office' },
      { type: 'location', location: { latitude: '18.5', longitude: '0', name: 'Office' } },
    ],
    [
      'LOCATION', { location: { lat: '18.5', lng: '73.8', address: 'Road 1' } },
      { type: 'location', location: { latitude: '18.5', longitude: '73.8', address: 'Road 1' } },
    ],
    [
      'contacts', [{ name: { formatted_name: 'Ravi' }, phones: [{ phone: '+91 98000' }] }, { name: { first_name: 'Mia' } }],
      { type: 'contacts', text: 'Contact: Ravi +91 98000, Mia' },
    ],
    ['CONTACT', { name: 'Ravi', phones: { wa_id: '9198' } }, { type: 'contacts', text: 'Contact: Ravi 9198' }],
    [
      'order', { catalog_id: 'c', text: 'please wrap',
        product_items: [{ product_retailer_id: 'tea-01', quantity: 2 }, { product_retailer_id: 'cup-07' }] },
      { type: 'order', text: 'Order: 2 × tea-01, 1 × cup-07 (please wrap)' },
    ],
    ['order', { text: 'only a note' }, { type: 'order', text: 'Order: only a note' }],
    [
      'nfm_reply', { name: 'flow', body: 'Sent', response_json: '{"flow_token":"t","city":"Pune","sizes":["L"]}' },
      { type: 'form', text: 'Form: city: Pune, sizes: ["L"]' },
    ],
    ['NFM_REPLY', { name: 'flow', text: 'Sent', response_json: '{"broken' }, { type: 'form', text: 'Form: Sent' }],
    ['interactive', { type: 'nfm_reply', nfm_reply: { response_json: { city: 'Pune' } } }, { type: 'form', text: 'Form: city: Pune' }],
    ['reaction', { message_id: 'wamid.A', emoji: '👍' }, { type: 'reaction', text: '👍', replyTo: 'wamid.A' }],
    ['reaction', { message_id: 'wamid.A', emoji: '' }, { type: 'reaction', replyTo: 'wamid.A' }],
    ['system', { body: 'Asha changed\nher number', type: 'user_changed_number' }, { type: 'other', text: 'Asha changed her number' }],
    ['unsupported', undefined, { type: 'other' }],
    ['request_welcome', undefined, { type: 'other' }],
    ['interactive', { type: 'call_permission_reply', call_permission_reply: { response: 'accept' } }, { type: 'other' }],
  ])('%s %j', (type, content, expected) => {
    expect(readInboundContent(type, content)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['text', {}], ['text', { body: ' ' }], ['text', null], ['button', { payload: 'x' }], ['image', {}], ['location', { latitude: 1 }],
    ['interactive', {}], ['interactive', { type: 'interactive', interactive: {} }], ['interactive', 5], ['toString', {}],
  ])('%s %j lacks what its type needs, and is kept as other', (type, content) => {
    expect(readInboundContent(type, content)).toEqual({ type: 'other' });
  });
});
