import type { ColdHttp } from '../http/cold-http.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { Account, TemplateSourceSettings } from '../options/resolved-options.ts';
import type { TemplateSource } from '../templates/template-source.ts';
import { AiSensyMedia } from './aisensy-media.ts';
import { ColdApi } from './cold-api.ts';
import { DirectToken } from './direct-token.ts';
import { DirectTemplates } from './templates/direct-templates.ts';
import { ProjectTemplates } from './templates/project-templates.ts';

/** An account's way to AiSensy's lists, media and states. */
export interface AccountApi {
  kind: 'direct' | 'project';
  api: ColdApi;
  /** The Direct API's, which everything that calls it for the account shares. */
  token?: DirectToken;
}

/** By account number; none for an account whose credentials are for sending alone. */
export type AccountApis = ReadonlyMap<string, AccountApi>;

export const ACCOUNT_APIS = Symbol.for('nestjs-whatsapp-bridge:account-apis');

export function createAccountApis(accounts: readonly Account[], http: ColdHttp): AccountApis {
  return new Map(accounts.flatMap((account) => {
    const api = apiFor(account, http);
    return api === undefined ? [] : [[account.mobileNumber, api]];
  }));
}

export function templateSources(apis: AccountApis): ReadonlyMap<string, TemplateSource> {
  return new Map(Array.from(apis, ([account, { kind, api }]) => [account, kind === 'direct' ? new DirectTemplates(api) : new ProjectTemplates(api)]));
}

export function mediaSources(apis: AccountApis): ReadonlyMap<string, MediaSource> {
  return new Map(Array.from(apis, ([account, { api }]) => [account, new AiSensyMedia(api)]));
}

/** Through the credentials of its own transport, or those that were given for its templates. */
function apiFor({ aiSensy }: Account, http: ColdHttp): AccountApi | undefined {
  const { timeoutMs } = aiSensy;
  const source = sourceOf(aiSensy);
  if (source === undefined) return undefined;
  const { endpoint } = source;
  if (source.source === 'project') {
    const { password } = source;
    return { kind: 'project', api: new ColdApi(endpoint, { headers: async () => ({ 'X-AiSensy-Project-API-Pwd': password }) }, http) };
  }
  const token = new DirectToken({ credentials: source, endpoint, timeoutMs }, http);
  return { kind: 'direct', api: new ColdApi(endpoint, token, http), token };
}

function sourceOf(aiSensy: Account['aiSensy']): TemplateSourceSettings | undefined {
  switch (aiSensy.transport) {
    case 'direct': return { ...aiSensy, source: 'direct' };
    case 'project': return { ...aiSensy, source: 'project' };
    default: return aiSensy.templates;
  }
}
