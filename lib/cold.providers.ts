import type { Provider } from '@nestjs/common';
import { ACCOUNT_APIS, createAccountApis, mediaSources, templateSources } from './aisensy/account-apis.ts';
import { AddressFence } from './http/address-fence.ts';
import { ColdHttp } from './http/cold-http.ts';
import { MediaLinkGuard } from './media/media-link.guard.ts';
import { MediaLinks } from './media/media-links.ts';
import { MEDIA_SOURCES } from './media/media-source.ts';
import { Accounts } from './options/accounts.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from './options/resolved-options.ts';
import { Preflight } from './templates/preflight.ts';
import { TemplateCatalogues } from './templates/template-catalogues.ts';
import { TEMPLATE_SOURCES } from './templates/template-source.ts';

/** What the bridge asks AiSensy for beside sending: templates, media, tokens. */
export const COLD_PROVIDERS: Provider[] = [
  { provide: AddressFence, inject: [RESOLVED_OPTIONS], useFactory: (options: ResolvedOptions) => new AddressFence(options) },
  ColdHttp,
  { provide: ACCOUNT_APIS, inject: [Accounts, ColdHttp], useFactory: ({ all }: Accounts, http: ColdHttp) => createAccountApis(all, http) },
  { provide: TEMPLATE_SOURCES, inject: [ACCOUNT_APIS], useFactory: templateSources },
  { provide: MEDIA_SOURCES, inject: [ACCOUNT_APIS], useFactory: mediaSources },
  TemplateCatalogues, Preflight, MediaLinks, MediaLinkGuard,
];
