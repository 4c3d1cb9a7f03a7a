import { describe, expect, it } from '@jest/globals';
import { SendError } from '../send.error.ts';
import { readDraft } from './draft.reader.ts';
import type { MessageDraft } from './message-draft.ts';

const template = (more: object = {}) => ({ type: 'template', name: 'coupon', language: 'en', ...more });
const media = 'https://media.example.com/a.png';

describe('what a host asks to send', () => {
  it.each<[string, MessageDraft, object]>([
    ['a template without values', { type: 'template', name: 'coupon', language: 'en' }, template({ buttons: [], customProps: {} })],
    [
      'a template with the parts that take values',
      { type: 'template', name: 'coupon', language: 'en', header: { type: 'text', text: 'Hi' }, body: { text: 'Hi' }, carousel: [{ header: { type: 'image', mediaUrl: media } }] },
      template({
        header: { type: 'text', text: 'Hi', parameters: [] }, body: { text: 'Hi', parameters: [] }, buttons: [], customProps: {},
        carousel: [{ header: { type: 'image', mediaUrl: media }, buttons: [] }],
      }),
    ],
    [
      'values with the names of their variables', { type: 'template', name: 'coupon', language: 'en', body: { parameters: ['Asha'], parameterNames: ['name'] } },
      template({ body: { parameters: ['Asha'], parameterNames: ['name'] }, buttons: [], customProps: {} }),
    ],
    ['what is undefined', { type: 'image', mediaUrl: media, caption: undefined }, { type: 'image', mediaUrl: media }],
    ['a place', { type: 'location', longitude: '77.59', latitude: '-12.97' }, { type: 'location', longitude: '77.59', latitude: '-12.97' }],
  ])('is filled in: %s', (_, draft, content) => {
    expect(readDraft(draft)).toEqual(content);
    expect(Object.keys(readDraft(draft)).sort()).toEqual(Object.keys(content).sort());
  });

  it.each<[unknown, string]>([
    [undefined, '`content` must be an object.'],
    ['Hello', '`content` must be an object.'],
    [{}, '`content.type` must be one of template, text, image, video, audio, file, location.'],
    [{ type: 'toString' }, '`content.type` must be one of template, text, image, video, audio, file, location.'],
    [{ type: 'text' }, '`content.text` must be a string that is not empty.'],
    [{ type: 'text', text: ' \n' }, '`content.text` must be a string that is not empty.'],
    [{ type: 'text', body: 'Hello' }, '`content.body` is no field. There are type, text.'],
    [{ type: 'image', mediaUrl: 'nope' }, "`content.mediaUrl` must be a URL, such as 'https://example.com/a.png'."],
    [{ type: 'image', mediaURL: media }, '`content.mediaURL` is no field. Did you mean mediaUrl?'],
    [{ type: 'file', mediaUrl: 'file:///etc/passwd' }, "`content.mediaUrl` must be a URL, such as 'https://example.com/a.png'."],
    [{ type: 'location', longitude: '181', latitude: '1' }, '`content.longitude` must be degrees from -180 to 180, as a string.'],
    [{ type: 'location', longitude: '1', latitude: '' }, '`content.latitude` must be degrees from -90 to 90, as a string.'],
    [template({ name: '' }), '`content.name` must be a string that is not empty.'],
    [template({ language: undefined }), '`content.language` must be a string that is not empty.'],
    [template({ body: { parameters: ['Asha', 4711] } }), '`content.body.parameters[1]` must be a string.'],
    [template({ body: { parameters: 'Asha' } }), '`content.body.parameters` must be a list.'],
    [template({ parameters: ['Asha'] }), '`content.parameters` is no field. There are type, name, language, header, body, buttons, footer, limitedTimeOffer, carousel, customProps.'],
    [template({ header: { type: 'sticker' } }), '`content.header.type` must be one of text, image, video, audio, file, location.'],
    [template({ buttons: [{ kind: 'call' }] }), '`content.buttons[0].kind` must be one of dynamicUrl, staticUrl, quickReply, callPhone, copyCode.'],
    [template({ buttons: [{ kind: 'quickReply', index: -1 }] }), '`content.buttons[0].index` must be a whole number, 0 or more.'],
    [template({ carousel: [{ body: null }] }), '`content.carousel[0].body` must be an object.'],
    [template({ customProps: { orderId: 4711 } }), '`content.customProps.orderId` must be a string.'],
    [template({ limitedTimeOffer: { expirationTimeMs: NaN } }), '`content.limitedTimeOffer.expirationTimeMs` must be a number above 0.'],
  ])('is refused in words where nobody could send it: %p', (draft, problem) => {
    expect(() => readDraft(draft as MessageDraft)).toThrow(new SendError('invalid-content', `send(): ${problem}`));
  });
});
