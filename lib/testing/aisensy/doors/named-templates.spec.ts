import { describe, expect, it } from '@jest/globals';
import { namelessProblem } from './named-templates.ts';

const value = (name?: string): object => ({ type: 'text', text: 'Asha', ...(name !== undefined && { parameter_name: name }) });
const message = (...components: object[]): Record<string, unknown> => ({ type: 'template', template: { name: 'a', language: { code: 'en' }, components } });
const body = (...values: object[]): object => ({ type: 'body', parameters: values });

const NAMED = { name: 'a', language: 'en', parameter_format: 'named' };
const OWN = { name: 'a', language: 'en', text: 'Hi {{name}}' };

describe("a simulated template's named variables", () => {
  it.each([
    ['a value of the body', NAMED, message(body(value('name'), value()))], ['an empty name', NAMED, message(body(value('')))],
    ['a value of the header', OWN, message({ type: 'header', parameters: [value()] })],
    ['a value on a card', NAMED, message({ type: 'carousel', cards: [{ card_index: 0, components: [body(value())] }] })],
  ])("are asked for in Meta's words: %s", (_, row, sent) => {
    expect(namelessProblem(sent, [row])).toMatchObject({ body: { error: { code: 100, error_data: { details: 'Parameter name is missing or empty' } } } });
  });

  it.each([
    ['those that are there', [NAMED], message(body(value('name')))], ['a template that is not known', [], message(body(value()))],
    ['another one', [{ ...NAMED, name: 'b' }], message(body(value()))], ['another language', [{ ...NAMED, language: 'hi' }], message(body(value()))],
    ['positions', [{ ...OWN, text: 'Hi {{1}}' }], message(body(value()))], ["a picture, and a link's end", [NAMED], message({ type: 'header', parameters: [{ type: 'image' }] }, { type: 'button', parameters: [value()] })],
    ['a free message', [NAMED], { type: 'text', text: { body: 'Hi' } }],
  ])('are no matter of %s', (_, rows, sent) => {
    expect(namelessProblem(sent, rows)).toBeUndefined();
  });
});
