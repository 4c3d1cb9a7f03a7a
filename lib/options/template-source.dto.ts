import { isObject } from '../messages/json-fields.ts';
import { AISENSY_ENDPOINTS } from './aisensy-endpoints.ts';
import { beProjectId, beTokenUnlessLogin, beWholeLogin } from './credential-rules.ts';
import { AsGiven, Must, MustIn } from './must.ts';
import { beOneOf } from './rules.ts';
import { beHeaderValue } from './secret-rules.ts';
import { beSecure, beUrl, SECURE_URLS } from './url-rules.ts';

/** `accounts[].aiSensy.templates`, what both sources have. */
export class TemplateSourceDto {
  @Must(beOneOf('direct', 'project')) @AsGiven()
  source!: 'direct' | 'project';

  @Must(beUrl("the API's endpoint")) @MustIn(SECURE_URLS, beSecure()) @AsGiven()
  endpoint = AISENSY_ENDPOINTS.direct;
}

/** With `source: 'direct'` */
class DirectTemplatesDto extends TemplateSourceDto {
  @Must(beTokenUnlessLogin()) @AsGiven()
  token?: string;

  @Must(beWholeLogin()) @AsGiven()
  username?: string;

  @Must(beWholeLogin()) @AsGiven()
  password?: string;

  @Must(beWholeLogin()) @AsGiven()
  projectId?: string;
}

/** With `source: 'project'` */
class ProjectTemplatesDto extends TemplateSourceDto {
  override endpoint = AISENSY_ENDPOINTS.project;

  @Must(beProjectId()) @AsGiven()
  projectId!: string;

  @Must(beHeaderValue("the Project API's password")) @AsGiven()
  password!: string;
}

/** The class to validate `aiSensy.templates` with, whatever was given. */
export function templateSourceDto(aiSensy: unknown): new () => TemplateSourceDto {
  const given = isObject(aiSensy) ? aiSensy.templates : undefined;
  const source = isObject(given) ? given.source : undefined;
  if (source === 'project') return ProjectTemplatesDto;
  return source === 'direct' ? DirectTemplatesDto : TemplateSourceDto;
}
