import type { LoggerService } from '@nestjs/common';
import { inspect } from 'node:util';

/** A host's logger at its most talkative, which keeps every line. */
export class CapturedLogs implements LoggerService {
  readonly lines: string[] = [];
  readonly log = this.at('log');
  readonly error = this.at('error');
  readonly warn = this.at('warn');
  readonly debug = this.at('debug');
  readonly verbose = this.at('verbose');
  readonly fatal = this.at('fatal');

  private at(level: string): (message: unknown, ...rest: unknown[]) => void {
    return (message, ...rest) => {
      this.lines.push([level, message, ...rest].map((part) => (typeof part === 'string' ? part : inspect(part, { depth: 10 }))).join(' '));
    };
  }
}
