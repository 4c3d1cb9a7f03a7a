import { Logger } from '@nestjs/common';
import { GroupedLines } from '../logging/grouped-lines.ts';

/** One line for each kind of refusal in this time: a campaign that goes wrong refuses thousands of messages alike. */
const QUIET_MS = 10_000;

/** Tells the log of messages that were not taken, each kind at once and then with the count of those that followed. */
export class RefusalLog {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly lines = new GroupedLines(QUIET_MS);

  /**
   * A refusal that its sender has to mend, or whoever runs the app. `kind` must come from a short list, and hold nothing of the message;
   * what changes from one to the next, such as a number, belongs into `detail`.
   */
  warn(kind: string, now: number, detail = ''): void {
    const line = this.line(kind, now, detail);
    if (line !== undefined) this.logger.warn(line);
  }

  /** A fault of the bridge's own. */
  error(kind: string, now: number): void {
    const line = this.line(kind, now);
    if (line !== undefined) this.logger.error(line);
  }

  private line(kind: string, now: number, detail = ''): string | undefined {
    const more = this.lines.next(kind, now);
    return more === undefined ? undefined : `A message from CleverTap was not taken: ${kind}${detail}${more}`;
  }
}
