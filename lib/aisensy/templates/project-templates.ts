import type { Template } from '../../messages/template.ts';
import type { TemplateSource } from '../../templates/template-source.ts';
import type { ColdApi } from '../cold-api.ts';
import { readProjectTemplate } from './project-template.reader.ts';
import { collectPages, idOf, rowsOf } from './template-pages.ts';

/** The most that the Project API gives at once. */
const LIMIT = '100';

/** AiSensy's Project API, whose rows are AiSensy's own. */
export class ProjectTemplates implements TemplateSource {
  constructor(private readonly api: ColdApi) {}

  async load(): Promise<Template[]> {
    const rows = await collectPages(async (after) => {
      const answer = await this.api.json({ method: 'GET', path: 'wa_template/', query: { limit: LIMIT, ...(after !== undefined && { after }) } });
      const page = rowsOf(answer, 'template', 'templates', 'data');
      return { rows: page, next: page.length > 0 ? idOf(page.at(-1)) : undefined };
    });
    return rows.map(readProjectTemplate).filter((template) => template !== undefined);
  }
}
