import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isObject } from '../messages/json-fields.ts';
import type { OptionProblem } from './configuration.error.ts';
import type { Variables } from './environment-variables.ts';
import { kindOf } from './rules.ts';

const REFERENCE = /^\$\{(\w+)\}$/;

/** The accounts of a file, not yet validated, and what kept parts of it from being read. */
export interface AccountsReading {
  accounts: unknown;
  problems: OptionProblem[];
}

/**
 * Reads the JSON list of accounts. A string that is nothing but `${NAME}` stands for the environment variable of that name, so
 * that the file itself holds no secret.
 */
export function readAccountsFile(file: string, variables: Variables): AccountsReading {
  const path = resolve(file);
  const failed = (text: string): AccountsReading => ({ accounts: [], problems: [{ option: 'accounts', text }] });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failed(`names ${path}, which cannot be read (${code}). Give a JSON file with a list of accounts.`);
  }
  let accounts: unknown;
  try {
    accounts = JSON.parse(text);
  } catch (error) {
    return failed(`names ${path}, which is no valid JSON${placeIn(error as Error)}. Correct it.`);
  }
  if (!Array.isArray(accounts)) {
    return failed(`names ${path}, which holds ${kindOf(accounts)}, where a list of accounts is needed. Put each account into it, between [ and ].`);
  }
  const problems: OptionProblem[] = [];
  const resolveReferences = (value: unknown, option: string): unknown => {
    if (Array.isArray(value)) return value.map((entry, index) => resolveReferences(entry, `${option}[${index}]`));
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, resolveReferences(entry, `${option}.${name}`)]));
    }
    const name = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
    if (name === undefined) return value;
    const found = variables(name);
    if (found === undefined) problems.push({ option, text: `refers to the variable ${name}, which is not set or empty. Set it.` });
    return found ?? value;
  };
  return { accounts: resolveReferences(accounts, 'accounts'), problems };
}

/** The engine's message quotes the text around the error, which may be a secret; only the place is taken from it. */
function placeIn(error: Error): string {
  const place = /\(line \d+ column \d+\)/.exec(error.message)?.[0];
  return place === undefined ? '' : ` ${place}`;
}
