import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { OptionProblem } from './configuration.error.ts';
import type { LedgerDto } from './ledger.dto.ts';
import { isText } from './rules.ts';

const DEFAULT_FILE = 'whatsapp-bridge.sqlite';

/** The ledger with its file's whole path, so that a later change of the working directory moves nothing. */
export type ResolvedLedger = { engine: 'sqlite'; file: string } | { engine: 'memory' };

export function ledgerOf({ engine, file }: LedgerDto): ResolvedLedger {
  return engine === 'memory' ? { engine } : { engine, file: resolve(file ?? DEFAULT_FILE) };
}

/** Makes the ledger's folder where there is none, and says where the file could not be written. */
export function ledgerFileProblems(ledger: unknown): OptionProblem[] {
  const { engine, file } = (ledger ?? {}) as Partial<LedgerDto>;
  if (engine !== 'sqlite' || (file !== undefined && !isText(file))) return [];
  const path = resolve(file ?? DEFAULT_FILE);
  try {
    mkdirSync(dirname(path), { recursive: true });
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    return [problem(`cannot be kept in ${dirname(path)} (${codeOf(error)}). Give a file in a folder that this process may write to.`)];
  }
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return [problem(`is a folder (${path}). Give a file's path in it.`)];
  return [];
}

function problem(text: string): OptionProblem {
  return { option: 'ledger.file', text };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'not reachable';
}
