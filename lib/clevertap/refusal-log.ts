import { Logger } from '@nestjs/common';

/** One line for each kind of refusal in this time: a campaign that goes wrong refuses thousands of messages alike. */
const QUIET_MS = 10_000;

/** Tells the log of messages that were not taken, each kind at once and then with the count of those that followed. */
export class RefusalLog {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly kinds = new Map<string, { toldAt: number; untold: number }>();

  /** A refusal that its sender has to mend. `kind` must come from a short list, and hold nothing of the message. */
  warn(kind: string, now: number): void {
    const line = this.line(kind, now);
    if (line !== undefined) this.logger.warn(line);
  }

  /** A fault of the bridge's own. */
  error(kind: string, now: number): void {
    const line = this.line(kind, now);
    if (line !== undefined) this.logger.error(line);
  }

  private line(kind: string, now: number): string | undefined {
    const last = this.kinds.get(kind);
    if (last !== undefined && Math.abs(now - last.toldAt) < QUIET_MS) {
      last.untold += 1;
      return undefined;
    }
    this.kinds.set(kind, { toldAt: now, untold: 0 });
    const others = last?.untold ? ` (and ${last.untold} more like it before)` : '';
    return `A message from CleverTap was not taken: ${kind}${others}`;
  }
}
