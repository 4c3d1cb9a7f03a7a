import { fieldsOf, firstText } from '../../messages/json-fields.ts';
import type { Template } from '../../messages/template.ts';
import type { TemplateSource } from '../../templates/template-source.ts';
import type { ColdApi } from '../cold-api.ts';
import { readMetaTemplate } from './meta-template.reader.ts';
import { collectPages, rowsOf } from './template-pages.ts';

/** AiSensy's Direct API, whose rows are Meta's. */
export class DirectTemplates implements TemplateSource {
  constructor(private readonly api: ColdApi) {}

  async load(): Promise<Template[]> {
    const rows = await collectPages(async (after) => {
      const answer = await this.api.json({ method: 'GET', path: 'get-templates', ...(after !== undefined && { query: { after } }) });
      const paging = fieldsOf(fieldsOf(answer).paging);
      // The cursor alone is taken from the answer: an address that it names is never opened.
      const next = paging.next === undefined ? undefined : firstText(fieldsOf(paging.cursors).after);
      return { rows: rowsOf(answer, 'data', 'templates'), next };
    });
    return rows.map(readMetaTemplate).filter((template) => template !== undefined);
  }
}
