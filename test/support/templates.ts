import type { Template } from '../../lib/messages/template.ts';
import { parseOutbound } from '../../lib/clevertap/outbound.parser.ts';
import type { MessageContent, TemplateContent } from '../../lib/messages/outbound-message.ts';

/** A template in the bridge's own form: `Hi {{1}}, your order {{2}} is on its way`. */
export function template(change: Partial<Template> = {}): Template {
  return {
    id: '1000000000000001', name: 'order_update', language: 'en', category: 'UTILITY', parameterFormat: 'POSITIONAL',
    components: [{ type: 'BODY', text: 'Hi {{1}}, your order {{2}} is on its way', example: { body_text: [['Asha', 'A-1']] } }],
    ...change,
  };
}

/** A row of Meta's list. */
export function metaRow(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'order_update', language: 'en', status: 'APPROVED', category: 'UTILITY', id: '1000000000000001', parameter_format: 'POSITIONAL',
    components: [{ type: 'BODY', text: 'Hi {{1}}, your order {{2}} is on its way', example: { body_text: [['Asha', 'A-1']] } }],
    ...change,
  };
}

/** A message of the template, with as many values as are given. */
export function content(change: Partial<TemplateContent> = {}, ...values: string[]): TemplateContent {
  return { type: 'template', name: 'order_update', language: 'en', body: { parameters: values }, buttons: [], customProps: {}, ...change };
}

/** What a message of CleverTap's says, in the bridge's own form. */
export function contentOf(payload: object): MessageContent {
  const parsed = parseOutbound(Buffer.from(JSON.stringify(payload)));
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.message.content;
}
