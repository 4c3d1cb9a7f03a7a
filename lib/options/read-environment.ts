import type { WhatsAppBridgeOptions } from '../whatsapp-bridge.options.ts';
import { readAccountsFile } from './accounts-file.ts';
import type { AccountsReading } from './accounts-file.ts';
import { WhatsAppBridgeConfigurationError } from './configuration.error.ts';
import type { OptionProblem } from './configuration.error.ts';
import { ACCOUNT_VARIABLES, ACCOUNTS_FILE, BRIDGE_VARIABLES, ENVIRONMENT_PREFIX, variableOf } from './environment-variables.ts';
import type { EnvironmentVariable, Variables } from './environment-variables.ts';
import { normalizePath } from './extras.ts';
import { resolveOptions } from './resolve-options.ts';
import { readForm } from './variable-forms.ts';

const LATE_PATH = 'was not in the environment yet when the module was imported. Set it earlier, or import ConfigModule.forRoot() first.';
const NO_ACCOUNT = `are missing. Set ${ENVIRONMENT_PREFIX}NICKNAME and the others of one account, or ${ACCOUNTS_FILE} for several.`;
const EITHER_OR = 'Move that account into the file, or take the file away.';

/**
 * Reads every option but `path`, which the module is built with already. An empty variable counts as absent.
 * @throws WhatsAppBridgeConfigurationError that lists every problem by the variable's name.
 */
export function readEnvironment(source: (name: string) => unknown, path: string): WhatsAppBridgeOptions {
  const variables: Variables = (name) => present(source(name));
  const options: Record<string, unknown> = {};
  const unreadable = readVariables(BRIDGE_VARIABLES, variables, options);
  const { path: late, ...given } = options;
  if (typeof late === 'string' && normalizePath(late) !== path) unreadable.push({ option: 'path', text: LATE_PATH });
  const { accounts, problems } = readAccounts(variables);
  unreadable.push(...problems);

  const found = { ...given, accounts } as WhatsAppBridgeOptions;
  // An option that could not be read has its problem already; what validation says of it would only repeat that.
  const invalid = invalidOptions(found, path).filter(({ option }) => !unreadable.some((known) => known.option === option));
  if (unreadable.length + invalid.length === 0) return found;
  const inFile = variables(ACCOUNTS_FILE) !== undefined;
  throw new WhatsAppBridgeConfigurationError(
    [...unreadable, ...invalid].map(({ option, text }) => ({ option: sourceOf(option, inFile), text })),
  );
}

/** One account from variables of its own, or several from a file. */
function readAccounts(variables: Variables): AccountsReading {
  const file = variables(ACCOUNTS_FILE);
  const set = ACCOUNT_VARIABLES.map(({ name }) => ENVIRONMENT_PREFIX + name).filter((name) => variables(name) !== undefined);
  if (typeof file === 'string') {
    const { accounts, problems } = readAccountsFile(file, variables);
    if (set.length > 0) problems.push({ option: 'accounts', text: `is set beside ${set.join(', ')}. ${EITHER_OR}` });
    return { accounts, problems };
  }
  if (set.length === 0) return { accounts: [], problems: [{ option: 'accounts', text: NO_ACCOUNT }] };
  // The groups are there even where they are empty, so that validation names each missing variable.
  const options = { accounts: [{ cleverTap: {}, aiSensy: { callbacks: {} } }] };
  const problems = readVariables(ACCOUNT_VARIABLES, variables, options);
  return { accounts: options.accounts, problems };
}

/** Sets `options` from the variables; returns what could not be read. */
function readVariables(table: readonly EnvironmentVariable[], variables: Variables, options: object): OptionProblem[] {
  return table.flatMap(({ name, option, form }) => {
    const raw = variables(ENVIRONMENT_PREFIX + name);
    if (raw === undefined) return [];
    const reading = readForm(form, raw);
    const isRead = 'value' in reading;
    put(options, option, isRead ? reading.value : raw);
    return isRead ? [] : [{ option, text: reading.problem }];
  });
}

/** Sets an option by its path, `accounts[0].cleverTap.headers`, making the groups on the way. */
function put(options: object, path: string, value: unknown): void {
  const names = path.split(/[.[\]]+/);
  const last = names.pop()!;
  let group = options as Record<string, unknown>;
  for (const name of names) group = (group[name] ??= {}) as Record<string, unknown>;
  group[last] = value;
}

function invalidOptions(options: WhatsAppBridgeOptions, path: string): readonly OptionProblem[] {
  try {
    resolveOptions(options, { path });
    return [];
  } catch (error) {
    if (error instanceof WhatsAppBridgeConfigurationError) return error.problems;
    throw error;
  }
}

/** Where to correct an option: its variable, or its place in the file. */
function sourceOf(option: string, inFile: boolean): string {
  if (inFile && option === 'accounts') return ACCOUNTS_FILE;
  if (inFile && option.startsWith('accounts[')) return `${option} in ${ACCOUNTS_FILE}`;
  const variable = variableOf(option);
  return variable === undefined ? option : `${variable} (${option})`;
}

/** An empty text counts as absent: it is what is left where a deployment names a variable and gives it nothing. */
export function present<T>(value: T): T | undefined {
  return typeof value === 'string' && value.trim() === '' ? undefined : value;
}
