import { Inject, Injectable } from '@nestjs/common';
import { statfs } from 'node:fs/promises';
import { now } from '../clock.ts';
import type { LedgerState } from '../ledger/ledger-records.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { SharedLimit } from './shared-limit.ts';

/** How old the last look at the disk may be, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** A disk with less than this is full, whatever `minFreeDiskBytes` allows, in bytes: a small row may still fit into it, the next messages do not. */
const FULL_BYTES = 1024 ** 2;

/** Why nothing more is taken. */
export type OverloadReason = 'messages' | 'bytes' | 'disk';

/** Why nothing more is taken of an account's, for people. */
export interface Shortage {
  reason: OverloadReason;
  /** In words that stay the same. */
  what: string;
  /** How much there is, of how much, and what to do. */
  numbers: string;
}

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
  private readonly file: string | undefined;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {
    const { ledger } = options;
    this.file = ledger.engine === 'sqlite' ? ledger.file : undefined;
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
    return this.isDiskShort ? 'disk' : undefined;
  }

  /** `overload()` in words. */
  shortage(account: string, size?: number): Shortage | undefined {
    const reason = this.overload(account, size);
    if (reason === 'disk') return { reason, what: 'too little disk is free', numbers: this.diskInWords() };
    return reason && { reason, what: 'the backlog is full', numbers: this.backlogInWords(reason) };
  }

  /** Whether a message of any account would be taken. Other than `overload()` it takes a disk that is all but full for full, whatever the options say. */
  get isOpen(): boolean {
    return !this.isDiskFull && this.options.accounts.some(({ mobileNumber }) => this.overload(mobileNumber) === undefined);
  }

  /** What a person should look at, a line each: accounts of which nothing more is taken, and a disk that has too little room. */
  get problems(): string[] {
    const problems: string[] = [];
    for (const { mobileNumber, nickname } of this.options.accounts) {
      const shortage = this.shortage(mobileNumber);
      if (shortage !== undefined && shortage.reason !== 'disk') problems.push(`${shortage.what} for account ${nickname} (${shortage.numbers})`);
    }
    if (this.isDiskShort) problems.push(`too little disk is free, so no message is taken: ${this.diskInWords()}`);
    else if (this.isDiskFull) problems.push(`the disk is all but full: ${this.diskInWords()}`);
    return problems;
  }

  /** Looks at the disk now. */
  async look(): Promise<void> {
    if (this.file === undefined) return;
    this.lookedAt = now();
    // A disk that cannot be looked at counts as free.
    this.freeBytes = await this.freeOn(this.file).catch(() => Infinity);
  }

  /** The bytes that are free on the file's disk, which may be another than that of a link to it. */
  protected async freeOn(file: string): Promise<number> {
    const { bavail, bsize } = await statfs(file);
    return bavail * bsize;
  }

  private get isDiskShort(): boolean {
    return this.freeBytes < this.options.backlog.minFreeDiskBytes;
  }

  private get isDiskFull(): boolean {
    return this.freeBytes < FULL_BYTES;
  }

  private usualSize(): number {
    return this.bytes.total / Math.max(1, this.messages.total);
  }

  private backlogInWords(reason: 'messages' | 'bytes'): string {
    const { accounts, backlog: { maxMessages, maxBytes } } = this.options;
    const numbers = reason === 'messages'
      ? `${this.messages.total} messages wait, backlog.maxMessages is ${maxMessages}` : `${this.bytes.total} bytes wait, backlog.maxBytes is ${maxBytes}`;
    return accounts.length === 1 ? numbers : `${numbers}, of which each account has a part of its own`;
  }

  private diskInWords(): string {
    return `${this.freeBytes} bytes are left for ${this.file}, backlog.minFreeDiskBytes is ${this.options.backlog.minFreeDiskBytes}; make room on its disk`;
  }

  /** In the background: an answer never waits for it, so a full disk is noticed a moment late, and by the ledger at the latest. */
  private lookAtDisk(): void {
    if (now() - this.lookedAt >= LOOK_EVERY_MS) void this.look();
  }
}
