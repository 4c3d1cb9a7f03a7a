import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sent } from '../../test/support/clevertap-fixtures.ts';
import { parseOutbound } from './outbound.parser.ts';

const bytesOf = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));
const template = (components: unknown, change: object): unknown => ({ ...sent('template-test'), components, ...change });

describe('parseOutbound, on what is no message', () => {
  it.each([
    ['nothing', ''], ['a word', 'hello'], ['half of it', '{"msgId":'], ['a form', 'msgId=1&to=2'], ['HTML', '<html></html>'],
    ['two values', '{}{}'],
  ])('refuses %s', (_, body) => {
    expect(parseOutbound(Buffer.from(body))).toEqual({ ok: false, problem: 'not-json', detail: 'The body is not JSON in UTF-8' });
  });

  it('refuses what is not UTF-8', () => {
    const latin = Buffer.from(JSON.stringify({ ...sent('freeform-text'), text: { body: 'ümlaut' } }), 'latin1');
    expect(parseOutbound(latin)).toMatchObject({ ok: false, problem: 'not-json' });
  });

  it.each([
    '[]', '[{}]', '5', '"text"', 'true', 'null', '{}', '{"body":{}}', '{"body":{"body":{}}}', '{"hello":"world"}',
    '{"msgId":"","to":"919800000001"}', '{"msgId":"m-1","to":"919800000001"}',
    '{"msgId":{},"to":"919800000001","type":"text","text":{"body":"x"}}',
    '{"msgId":"m-1","to":"919800000001","template":{}}', '{"msgId":"m-1","to":"919800000001","template":"order"}',
    '{"msgId":"m-1","to":"919800000001","type":"text"}', '{"msgId":"m-1","to":"919800000001","type":"image","image":{"caption":"x"}}',
    '{"msgId":"m-1","to":"919800000001","type":"location","location":{"longitude":"east"}}',
    `{"msgId":"${'m'.repeat(256)}","to":"919800000001","type":"text","text":{"body":"x"}}`,
  ])('refuses %s', (body) => {
    expect(parseOutbound(Buffer.from(body))).toMatchObject({ ok: false, problem: 'not-a-message' });
  });

  it.each([undefined, null, '', '12345', 'Asha', {}, ['919800000001'], 1.5])('refuses to %p', (to) => {
    expect(parseOutbound(bytesOf({ ...sent('freeform-text'), to }))).toEqual({
      ok: false, problem: 'phone-number', detail: 'to is not a phone number with its country code',
    });
  });

  it('outlives any nesting', () => {
    const deep = (open: string, close: string): Buffer => Buffer.from(open.repeat(60_000) + '1' + close.repeat(60_000));
    expect(parseOutbound(deep('[', ']'))).toMatchObject({ ok: false });
    expect(parseOutbound(deep('{"body":', '}'))).toMatchObject({ ok: false });
    const nested = deep('[', ']').toString();
    const components = `[{"customProps":[{"a":${nested}}]},{"type":"carousel","cards":${nested}}]`;
    const body = `{"msgId":"m-1","to":"919800000001","template":{"namespace":"n"},"components":${components}}`;
    expect(parseOutbound(Buffer.from(body))).toMatchObject({ ok: true, message: { content: { customProps: {} } } });
  });

  it('throws at nothing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseOutbound(bytes)));
    const names = [
      'msgId', 'to', 'type', 'template', 'namespace', 'components', 'header', 'body', 'button', 'carousel', 'cards', 'customProps',
      'text', 'parameters',
    ];
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<unknown>('header', 'body', 'button', 'carousel', 'text', 'image', '919800000001', '', 0, null, true),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(fc.property(tree, tree, (components, header) => {
      const parsed = parseOutbound(bytesOf(template(components, { header })));
      expect(parsed.ok).toBe(true);
      parseOutbound(bytesOf(components));
    }), { numRuns: 1_000 });
  });
});
