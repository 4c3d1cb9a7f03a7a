import type { LoggerService } from '@nestjs/common';
import { SECRETS } from './accounts.ts';
import { CANARY } from './canary.ts';

/** The ends of the phone numbers that the inputs hold: persons' and the accounts'. */
const PHONE_NUMBERS = ['9800000001', '9800000002', '8889500122', '8889500133'];

/** Takes all that an app logs, at every level, and keeps the lines that hold what no log may hold. */
export class LogGuard implements LoggerService {
  readonly leaks: string[] = [];
  lines = 0;

  log = (...parts: unknown[]): void => this.take(parts);
  error = (...parts: unknown[]): void => this.take(parts);
  warn = (...parts: unknown[]): void => this.take(parts);
  debug = (...parts: unknown[]): void => this.take(parts);
  verbose = (...parts: unknown[]): void => this.take(parts);
  fatal = (...parts: unknown[]): void => this.take(parts);

  /** Takes in what is written to the console too, until it is let go: Express tells faults of its own there. */
  holdConsole(): () => void {
    const { log, warn, error } = console;
    Object.assign(console, { log: this.log, warn: this.warn, error: this.error });
    return () => Object.assign(console, { log, warn, error });
  }

  private take(parts: unknown[]): void {
    this.lines += 1;
    const line = parts.map((part) => (part instanceof Error ? `${part.message}\n${part.stack}` : typeof part === 'string' ? part : JSON.stringify(part) ?? '')).join(' ');
    const leak = leakIn(line);
    if (leak !== undefined) this.leaks.push(`a line of the log ${leak}: ${line.slice(0, 1_000)}`);
  }
}

/** What a line holds that no log may hold: secrets, phone numbers, and texts that a body may be recognised by. */
export function leakIn(line: string, texts: readonly string[] = [CANARY]): string | undefined {
  if (texts.some((text) => line.includes(text))) return 'holds a body\'s text';
  if (SECRETS.some((secret) => line.includes(secret))) return 'holds a secret';
  const digits = line.replace(/[\s().+_-]/g, '');
  return PHONE_NUMBERS.some((number) => digits.includes(number)) ? 'holds a phone number' : undefined;
}
