import { plainToInstance } from 'class-transformer';
import { isObject } from '../messages/json-fields.ts';
import type { WhatsAppBridgeExtras, WhatsAppBridgeOptions } from '../whatsapp-bridge.options.ts';
import { accountClashes } from './account-clashes.ts';
import { WhatsAppBridgeConfigurationError } from './configuration.error.ts';
import type { OptionProblem } from './configuration.error.ts';
import { extrasOf, normalizePath } from './extras.ts';
import { ledgerFileProblems, ledgerOf } from './ledger-file.ts';
import { OptionsDto } from './options.dto.ts';
import type { Account, ResolvedOptions } from './resolved-options.ts';
import { kindOf } from './rules.ts';
import { validationProblems } from './validation-problems.ts';

/**
 * Fills in the defaults and validates. `extras` is what the module was built with. The ledger's folder is made where there is
 * none.
 * @throws WhatsAppBridgeConfigurationError that lists every problem.
 */
export function resolveOptions(options: WhatsAppBridgeOptions, extras: WhatsAppBridgeExtras = {}): ResolvedOptions {
  if (!isObject(options)) {
    const text = `are ${kindOf(options)}, where an object is needed. Return one from the factory.`;
    throw new WhatsAppBridgeConfigurationError([{ option: 'options', text }]);
  }
  const { path, isGlobal, controllerDecorators, dispatcher, ...given } = options;
  const built = extrasOf(extras);
  const resolved = plainToInstance(OptionsDto, { ...given, path: built.path }, { exposeDefaultValues: true });
  if (dispatcher !== undefined) resolved.dispatcher = dispatcher; // the object itself: class-transformer would make another of it
  const problems = [
    ...lateExtras({ path, isGlobal, controllerDecorators }, built),
    ...validationProblems(resolved),
    ...accountClashes(resolved.accounts),
    ...ledgerFileProblems(resolved.ledger),
  ];
  if (problems.length > 0) throw new WhatsAppBridgeConfigurationError(problems);
  return {
    ...resolved,
    publicUrl: resolved.publicUrl?.replace(/\/+$/, ''),
    ledger: ledgerOf(resolved.ledger),
    accounts: resolved.accounts.map((account) => ({ ...account, aiSensy: withAddresses(account.aiSensy) })),
  };
}

/** The addresses of AiSensy's APIs as they are called. The CleverTap endpoint stands alone, so it is called as it is written. */
function withAddresses(aiSensy: Account['aiSensy']): Account['aiSensy'] {
  if (aiSensy.transport === 'direct' || aiSensy.transport === 'project') return addressed(aiSensy);
  const own = aiSensy.transport === 'campaign' ? addressed(aiSensy) : aiSensy;
  return own.templates === undefined ? own : { ...own, templates: addressed(own.templates) };
}

/** With the project's id in its place, and without a slash at the end of the path: the API's other addresses stand beside this one. */
function addressed<T extends { endpoint: string; projectId?: string }>(options: T): T {
  const endpoint = options.endpoint.replace(/^([^?#]*?)\/+(?=[?#]|$)/, '$1');
  return { ...options, endpoint: options.projectId === undefined ? endpoint : endpoint.replace('{projectId}', options.projectId) };
}

/** The routes are made before a factory runs, so what it says about them comes too late. */
function lateExtras(late: WhatsAppBridgeExtras, built: Required<WhatsAppBridgeExtras>): OptionProblem[] {
  const normalized = { ...late, path: late.path === undefined ? undefined : normalizePath(late.path) };
  return (['path', 'isGlobal', 'controllerDecorators'] as const)
    .filter((name) => normalized[name] !== undefined && normalized[name] !== built[name])
    .map((name) => ({
      option: name,
      text: `comes too late from a factory: the routes are made already. In forRootAsync, put ${name} beside useFactory.`,
    }));
}
