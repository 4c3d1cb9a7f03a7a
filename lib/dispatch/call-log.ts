import { Logger } from '@nestjs/common';
import { now } from '../clock.ts';
import { GroupedLines } from '../logging/grouped-lines.ts';
import type { Verdict } from '../messages/verdict.ts';

/** One line of each kind in this time, however often an account's calls fail and go well in turn. */
const QUIET_MS = 60_000;

/**
 * Tells the log how one account's calls to AiSensy go: when they begin to fail, and when they go well again. The lane's pause
 * tells it too, but needs many failed calls for that, which a quiet account does not make in days.
 */
export class CallLog {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly lines = new GroupedLines(QUIET_MS);
  /** Those of the pauses since AiSensy was well last. */
  private pauses = new GroupedLines(QUIET_MS);
  /** What the log was told last. */
  private told: 'well' | 'failing' | 'paused' = 'well';

  constructor(private readonly nickname: string) {}

  /** A call that nothing hangs on was made. */
  tried(verdict: Verdict): void {
    const trouble = troubleOf(verdict);
    if (trouble !== undefined) this.failed(trouble);
    else if (this.told === 'failing' && isAboutTheMessage(verdict)) this.wentWell();
  }

  /** A message was handed over. */
  sent(verdict: Verdict): void {
    this.tried(verdict);
    if (verdict.kind !== 'unknown') return;
    const more = this.lines.next('unknown', now());
    if (more !== undefined) this.warn(`nobody knows what became of a message (${verdict.reason.title}); it waits for a report${more}.`);
  }

  /** The lane has paused, `reason` in the bridge's own words. While AiSensy stays away each try ends in another pause, which is no news. */
  paused(reason: string, until: Date): void {
    this.told = 'paused';
    const more = this.pauses.next(reason, now());
    if (more === undefined) return;
    this.logger.error(`Account ${this.nickname}: AiSensy takes no message (${reason}). Messages wait; next try at ${until.toISOString()}${more}.`);
  }

  recovered(): void {
    this.told = 'well';
    this.pauses = new GroupedLines(QUIET_MS);
    this.logger.log(`Account ${this.nickname}: AiSensy takes messages again.`);
  }

  private failed(trouble: string): void {
    if (this.told !== 'well') return;
    const more = this.lines.next('failing', now());
    if (more === undefined) return;
    this.told = 'failing';
    this.warn(`calls to AiSensy begin to fail (${trouble})${more}.`);
  }

  private wentWell(): void {
    this.told = 'well';
    this.logger.log(`Account ${this.nickname}: calls to AiSensy go well again.`);
  }

  private warn(line: string): void {
    this.logger.warn(`Account ${this.nickname}: ${line}`);
  }
}

/** Why AiSensy did not do its part, in the bridge's own words: AiSensy's may quote the message. */
function troubleOf(verdict: Verdict): string | undefined {
  if (verdict.kind === 'unknown') return verdict.reason.title;
  if (verdict.kind !== 'retryable' || verdict.scope !== 'account') return undefined;
  return verdict.reason.code === 1004 ? 'AiSensy asks for a slower pace' : verdict.reason.title;
}

/** Whether AiSensy did its part, whatever it said of the message. What it says of the account pauses the lane. */
function isAboutTheMessage(verdict: Verdict): boolean {
  return verdict.kind === 'taken' || (verdict.kind !== 'unknown' && verdict.scope === undefined);
}
