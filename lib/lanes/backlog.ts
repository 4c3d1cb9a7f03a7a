import { Inject, Injectable } from '@nestjs/common';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { now } from '../clock.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';

/** How old the last look at the disk may be, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** Why nothing more is taken. */
export type OverloadReason = 'messages' | 'bytes' | 'disk';

/**
 * What waits for AiSensy, and whether one more message may. Refusing is the last resort, since CleverTap never tries again: it happens at the
 * backlog's limits only, at once, and is counted. What was taken is never dropped for it.
 */
@Injectable()
export class Backlog {
  private messages = 0;
  private bytes = 0;
  private refusals = 0;
  private freeBytes = Infinity;
  private lookedAt = -Infinity;
  private readonly folder: string | undefined;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {
    const { ledger } = options;
    this.folder = ledger.engine === 'sqlite' ? dirname(ledger.file ?? '.') : undefined;
  }

  /** What waits already when the bridge starts. */
  begin({ messages, bytes }: { messages: number; bytes: number }): void {
    this.messages = messages;
    this.bytes = bytes;
  }

  /** Counts a message in, or says why not. */
  admit(size: number): OverloadReason | undefined {
    const reason = this.overload(size);
    if (reason === undefined) this.add(size);
    else this.refusals += 1;
    return reason;
  }

  /** Counts in what is put back by hand, whatever the limits. */
  add(size: number): void {
    this.messages += 1;
    this.bytes += size;
  }

  /** A message waits no more. */
  leave(size: number, messages = 1): void {
    this.messages -= messages;
    this.bytes -= size;
  }

  /** What waits for AiSensy, and how many messages were refused since the start. */
  state(): { messages: number; bytes: number; refusals: number; overloaded?: OverloadReason } {
    const overloaded = this.overload(0);
    return { messages: this.messages, bytes: this.bytes, refusals: this.refusals, ...(overloaded && { overloaded }) };
  }

  private overload(size: number): OverloadReason | undefined {
    const { maxMessages, maxBytes, minFreeDiskBytes } = this.options.backlog;
    this.lookAtDisk();
    if (this.messages >= maxMessages) return 'messages';
    if (this.bytes + size > maxBytes) return 'bytes';
    return this.freeBytes < minFreeDiskBytes ? 'disk' : undefined;
  }

  /** In the background: an answer never waits for it, so a full disk is noticed a moment late, and by the ledger at the latest. */
  private lookAtDisk(): void {
    if (this.folder === undefined || now() - this.lookedAt < LOOK_EVERY_MS) return;
    this.lookedAt = now();
    statfs(this.folder).then(
      ({ bavail, bsize }) => { this.freeBytes = bavail * bsize; },
      () => { this.freeBytes = Infinity; }, // what cannot be looked at is not judged
    );
  }
}
