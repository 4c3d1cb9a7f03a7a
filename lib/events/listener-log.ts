import { Logger } from '@nestjs/common';
import { now } from '../clock.ts';
import { GroupedLines } from '../logging/grouped-lines.ts';
import { stackFrames } from '../logging/stack-frames.ts';

/** A listener that is broken fails for every event: one line of each kind in this time. */
const QUIET_MS = 10_000;

/** Tells the log of one listener's failures: the kind of error and where it was thrown. Its text may quote a person, and stands in the dead letter alone. */
export class ListenerLog {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly lines = new GroupedLines(QUIET_MS);

  constructor(private readonly listener: string) {}

  /** It is called with the event again. */
  failed(error: unknown): void {
    const more = this.lines.next('failed', now());
    if (more === undefined) return;
    const line = `Listener ${this.listener} failed (${kindOf(error)}); it is called again later${more}.`;
    // In the line itself: Nest's `warn` takes no stack.
    this.logger.warn([line, stackFrames(error)].filter((part) => part !== undefined).join('\n'));
  }

  /** It is not called with the event again, which becomes a dead letter. */
  gaveUp(error: unknown, attempts: number): void {
    const more = this.lines.next('gave up', now());
    if (more === undefined) return;
    this.logger.error(`Listener ${this.listener} gave up an event at attempt ${attempts} (${kindOf(error)}); it is in the dead letters${more}.`, stackFrames(error));
  }
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
