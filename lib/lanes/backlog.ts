import { Inject, Injectable } from '@nestjs/common';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { now } from '../clock.ts';
import type { LedgerState } from '../ledger/ledger-records.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { SharedLimit } from './shared-limit.ts';

/** How old the last look at the disk may be, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** Why nothing more is taken. */
export type OverloadReason = 'messages' | 'bytes' | 'disk';

/**
 * What waits for AiSensy, and whether one more message may. Refusing is the last resort, since CleverTap never tries again: it happens only at
 * the backlog's limits, at once, and is counted. No account can use up the others' parts of the limits. What was taken is never dropped.
 */
@Injectable()
export class Backlog {
  private messages!: SharedLimit;
  private bytes!: SharedLimit;
  private refusals = 0;
  private freeBytes = Infinity;
  private lookedAt = -Infinity;
  private readonly folder: string | undefined;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {
    const { ledger } = options;
    this.folder = ledger.engine === 'sqlite' ? dirname(ledger.file) : undefined;
    this.begin({});
  }

  /** What waits already, by account, when the bridge or its ledger starts. */
  begin(waiting: LedgerState['backlog']): void {
    const { accounts, backlog: { maxMessages, maxBytes } } = this.options;
    this.messages = new SharedLimit(maxMessages, accounts.length);
    this.bytes = new SharedLimit(maxBytes, accounts.length);
    for (const [account, { messages, bytes }] of Object.entries(waiting)) this.add(account, bytes, messages);
  }

  /** Counts an account's message in; false where there is no room for it. */
  admit(account: string, size: number): boolean {
    if (this.overload(account, size) !== undefined) return false;
    this.add(account, size);
    return true;
  }

  /** Counts in what somebody puts back, whatever the limits. */
  add(account: string, size: number, messages = 1): void {
    this.messages.take(account, messages);
    this.bytes.take(account, size);
  }

  /** A message waits no more. */
  leave(account: string, size: number): void {
    this.add(account, -size, -1);
  }

  /** Counts a message that was not taken for want of room. */
  refused(): void {
    this.refusals += 1;
  }

  /** What waits for AiSensy, and how many messages were refused since the start. */
  state(): { messages: number; bytes: number; refusals: number } {
    return { messages: this.messages.total, bytes: this.bytes.total, refusals: this.refusals };
  }

  /** Why an account's next message would not be taken, if it is like those that wait; nothing where it would. */
  overload(account: string, size = this.usualSize()): OverloadReason | undefined {
    this.lookAtDisk();
    if (!this.messages.fits(account, 1)) return 'messages';
    if (!this.bytes.fits(account, size)) return 'bytes';
    return this.freeBytes < this.options.backlog.minFreeDiskBytes ? 'disk' : undefined;
  }

  private usualSize(): number {
    return this.bytes.total / Math.max(1, this.messages.total);
  }

  /** In the background: an answer never waits for it, so a full disk is noticed a moment late, and by the ledger at the latest. */
  private lookAtDisk(): void {
    if (this.folder === undefined || now() - this.lookedAt < LOOK_EVERY_MS) return;
    this.lookedAt = now();
    statfs(this.folder).then(
      ({ bavail, bsize }) => { this.freeBytes = bavail * bsize; },
      () => { this.freeBytes = Infinity; }, // a disk that cannot be looked at counts as free
    );
  }
}
