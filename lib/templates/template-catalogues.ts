import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { TemplateContent } from '../messages/outbound-message.ts';
import type { Template, VariableNames } from '../messages/template.ts';
import { Accounts } from '../options/accounts.ts';
import { type Account, RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { TemplateCatalogue } from './template-catalogue.ts';
import { TEMPLATE_SOURCES, type TemplateSource } from './template-source.ts';

/** How long the start waits for AiSensy's lists, in milliseconds. */
const BOOT_PATIENCE_MS = 2_000;

/** An account's templates, in order. */
export interface AccountTemplates {
  /** The account's number, E.164. */
  account: string;
  templates: readonly Template[];
}

/** The templates of all accounts that AiSensy can be asked about. */
@Injectable()
export class TemplateCatalogues implements OnApplicationBootstrap {
  private readonly catalogues: ReadonlyMap<string, TemplateCatalogue>;

  constructor(
    @Inject(RESOLVED_OPTIONS) { templateRefreshMs }: ResolvedOptions,
    @Inject(TEMPLATE_SOURCES) sources: ReadonlyMap<string, TemplateSource>,
    @Inject(Accounts) private readonly accounts: Accounts,
  ) {
    this.catalogues = new Map(Array.from(sources, ([number, source]) => [
      number, new TemplateCatalogue(accounts.nickname(number), source, templateRefreshMs),
    ]));
  }

  /** Reads the lists of accounts with `preflight`, so that the first message finds them there; waits for AiSensy only a moment. */
  async onApplicationBootstrap(): Promise<void> {
    const first = this.accounts.all.filter(({ preflight }) => preflight).map(async ({ mobileNumber }) => this.of(mobileNumber)?.refresh());
    const enough = new AbortController();
    await Promise.race([Promise.all(first), delay(BOOT_PATIENCE_MS, undefined, { signal: enough.signal }).catch(() => undefined)]);
    enough.abort();
  }

  /** By the account's number; none where AiSensy cannot be asked. */
  of(account: string): TemplateCatalogue | undefined {
    return this.catalogues.get(account);
  }

  /**
   * What an account's template calls its variables, as far as the list tells that is there, or is being read first: messages that were kept
   * over a restart come together with it. Asks AiSensy for nothing itself, and never rejects.
   */
  variableNames(account: string, template: TemplateContent): VariableNames | undefined | Promise<VariableNames | undefined> {
    const list = this.of(account)?.soon;
    return list instanceof Promise ? list.then((read) => read?.variableNamesOf(template)) : list?.variableNamesOf(template);
  }

  /** Each account with its templates, none for one that AiSensy cannot be asked about. Rejects where a list is not to be had. */
  list(accounts: readonly Account[]): Promise<AccountTemplates[]> {
    return Promise.all(accounts.map(async ({ mobileNumber }) => ({
      account: mobileNumber, templates: (await this.of(mobileNumber)?.known())?.templates ?? [],
    })));
  }
}
