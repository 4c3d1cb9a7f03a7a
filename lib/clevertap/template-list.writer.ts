import type { Template } from '../messages/template.ts';

/** A page of the list, and how to ask for the next. */
export interface TemplatePage {
  templates: readonly Template[];
  /** The cursors of the first and the last template; none for an empty page. */
  before?: string;
  after?: string;
  /** The absolute address of the next page; none on the last. */
  next?: string;
}

/** Writes a page as Meta would answer it, which is what CleverTap's import reads ("Generic WhatsApp", template import). */
export function writeTemplatePage({ templates, before, after, next }: TemplatePage): string {
  return JSON.stringify({
    data: templates.map(writeTemplate),
    paging: { ...(before !== undefined && { cursors: { before, after } }), next },
  });
}

function writeTemplate({ id, name, language, category, parameterFormat, sendTtlSeconds, previousCategory, components }: Template): object {
  return {
    name, language, status: 'APPROVED', category, id,
    parameter_format: parameterFormat,
    message_send_ttl_seconds: sendTtlSeconds,
    previous_category: previousCategory,
    components,
  };
}
