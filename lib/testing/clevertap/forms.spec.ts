import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isValidPhoneNumber } from 'libphonenumber-js';
import { defaultRecipient } from './campaign.ts';
import { forms, TEST_MSG_ID, validationMessage, type FormName } from './forms.ts';

const fixtures = new URL('../../../test/fixtures/clevertap/send/', import.meta.url);
const target = { to: '919800000001', wabaNumber: '+918889500122', msgId: '1|2|3|1', index: 0 };

/** A JSON value with its texts and numbers replaced by their type's name. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shape(field)]));
}

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8'));
}

describe('forms', () => {
  it.each<[FormName, string]>([
    ['textFooter', 'template-text-footer'], ['headerText', 'template-header-text'], ['headerImage', 'template-image-dynamic-url'],
    ['headerFile', 'template-file-call'], ['limitedTimeOffer', 'template-limited-time-offer'], ['customProps', 'template-custom-props'],
    ['freeformText', 'freeform-text'], ['freeformImage', 'freeform-image'], ['freeformVideo', 'freeform-video'],
    ['freeformAudio', 'freeform-audio'], ['freeformFile', 'freeform-file'],
  ])('%s has the form of %s.json', (form, file) => {
    const expected = shape(fixture(file));
    const written = shape(forms[form](target)) as { components?: { body?: { parameters: unknown[] } }[] };
    // The sample's body has no values; the form's has one.
    if (form === 'headerText') written.components![1]!.body!.parameters = [];
    expect(written).toEqual(expected);
  });

  it('carousel has cards like the sample\'s first', () => {
    const card = (message: unknown): unknown => {
      const { components } = message as { components: { cards?: { components: unknown[] }[] }[] };
      return shape(components[1]!.cards![0]);
    };
    expect(card(forms.carousel(target))).toEqual(card(fixture('template-carousel')));
  });

  it('carry the target\'s number and id, and become other bodies for other places', () => {
    for (const form of Object.values(forms)) {
      const first = form(target);
      expect(first).toMatchObject({ to: target.to, wabaNumber: target.wabaNumber, msgId: target.msgId });
      expect(JSON.stringify(form({ ...target, index: 1 }))).not.toEqual(JSON.stringify(first));
    }
  });

  it('show every spelling of a button', () => {
    const text = JSON.stringify(Object.values(forms).map((form) => form(target)));
    const newer = ['dynamicUrl', 'staticUrl', 'quickReply', 'callPhone', 'copy_code'];
    const older = ['dynamic_url', 'static_url', 'Quickreply', 'call_phone'];
    for (const spelling of [...newer, ...older]) expect(text).toContain(`"subType":"${spelling}"`);
    expect(text).toContain('"footertext"');
    expect(text).toContain('"payloadversion":"0.1"');
  });

  it('validate as CleverTap does', () => {
    expect(validationMessage('919800000001', '+918889500122')).toEqual(fixture('validation'));
    expect(TEST_MSG_ID).toBe('0|0|0|0');
  });
});

describe('defaultRecipient', () => {
  it('gives each message a number of its own, all of them possible', () => {
    const numbers = Array.from({ length: 5_000 }, (_, index) => defaultRecipient(index));
    expect(new Set(numbers).size).toBe(5_000);
    expect(numbers.filter((number) => !isValidPhoneNumber(`+${number}`))).toEqual([]);
    for (const index of [99_999, 1_000_000, 9_999_999]) expect(isValidPhoneNumber(`+${defaultRecipient(index)}`)).toBe(true);
  });
});
