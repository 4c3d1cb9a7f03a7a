import { Inject, Injectable } from '@nestjs/common';
import { now } from '../clock.ts';
import { deadlineOf } from '../dispatch/deadline.ts';
import { overtakes } from '../dispatch/overtaking.ts';
import { EventAnnouncer } from '../events/event-announcer.ts';
import { isFreeform, messageSummary } from '../events/event.factory.ts';
import { Backlog } from '../lanes/backlog.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import type { DeadLetter, DeadLetterFilter } from '../ledger/dead-letter.ts';
import type { KeptDeadLetter } from '../ledger/ledger-records.ts';
import { LEDGER, type Ledger } from '../ledger/ledger.ts';
import { Accounts } from '../options/accounts.ts';
import { checkFields, type FieldRule, FLAG } from './checked-fields.ts';
import { ledgerFilter } from './letter-filter.ts';

/** How dead letters are put back. */
export interface ReplayOptions {
  /** Only says what would happen; false. */
  dryRun?: boolean;
  /** Also sends messages whose time (`sendWithinMs`) is over, with a new time; false. */
  evenIfExpired?: boolean;
  /** Asked with the person's number, as in events (`+9198…`), for each message that would be sent again, so that nobody is written to who has opted out since. */
  isOptedOut?: (phoneNumber: string) => boolean | Promise<boolean>;
}

/**
 * What became of a replay: how many letters were put back, and how many stayed for which reason. `expired`: its time is over. `opted-out`: its
 * person has opted out. `settled`: a report has shown meanwhile that the message went out, or somebody settled it. `gone`: replayed or thrown away
 * before. `forgotten`: its person was erased. `no-lane`: there is nothing to put it back into. It came from no queue, its listener has another
 * name now, its account is configured no more, or a report's message is still not known.
 */
export interface ReplayResult {
  replayed: number;
  kept: Partial<Record<'expired' | 'opted-out' | 'settled' | 'gone' | 'forgotten' | 'no-lane', number>>;
}

const REPLAY_OPTIONS: Record<keyof ReplayOptions, FieldRule> = {
  dryRun: FLAG,
  evenIfExpired: FLAG,
  isOptedOut: { holds: (value) => typeof value === 'function', wanted: 'a function' },
};

/** How many letters are read at once. */
const PAGE = 100;

/**
 * Work that is not tried again by itself, for an operator to look at, put back or throw away. A filter or an option that is misspelt or of a wrong
 * kind rejects with a `TypeError`, one with an account that there is not with a `SendError`.
 */
@Injectable()
export class DeadLetters {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(Backlog) private readonly backlog: Backlog,
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(EventAnnouncer) private readonly announcer: EventAnnouncer,
  ) {}

  /** Those that fit the filter, oldest first; at most `filter.limit`, 100. Without a filter, of all. */
  async list(filter: DeadLetterFilter = {}): Promise<DeadLetter[]> {
    return (await this.ledger.deadLetters(ledgerFilter(filter, this.accounts))).map((letter) => this.told(letter));
  }

  /**
   * Puts back those that fit the filter, oldest first, until `filter.limit` (100) are back or none is left; those that stay are passed over. A
   * refused, unknown or expired message is sent again, a relay or a listener's call is tried again, an unmatched report looks for its message
   * again. Asking twice does no harm. Without a filter, of all.
   */
  async replay(filter: DeadLetterFilter = {}, options: ReplayOptions = {}): Promise<ReplayResult> {
    checkFields(options, REPLAY_OPTIONS, 'options');
    const { limit = 100, ...wanted } = ledgerFilter(filter, this.accounts);
    const result: ReplayResult = { replayed: 0, kept: {} };
    if (limit === 0) return result;
    for await (const letter of this.pages(wanted)) {
      const why = await this.replayOne(letter, options);
      if (why === undefined) result.replayed += 1;
      else result.kept[why] = (result.kept[why] ?? 0) + 1;
      if (result.replayed === limit) break;
    }
    return result;
  }

  /** Throws away those that fit the filter, oldest first, at most `filter.limit` (100); how many. */
  async discard(filter: DeadLetterFilter, options: Pick<ReplayOptions, 'dryRun'> = {}): Promise<number> {
    checkFields(options, { dryRun: FLAG }, 'options');
    const letters = await this.ledger.deadLetters(ledgerFilter(filter, this.accounts));
    return options.dryRun === true ? letters.length : this.ledger.discard(letters.map(({ id }) => id));
  }

  private async *pages(filter: DeadLetterFilter): AsyncGenerator<KeptDeadLetter> {
    const begun = new Date(now() + 1);
    let { after, before } = filter;
    for (;;) {
      const page = await this.ledger.deadLetters({ ...filter, after, before, limit: PAGE });
      yield* page;
      if (page.length < PAGE) return;
      after = page.at(-1)!.id;
      // What is put back may fail at once, and would come round as a letter of its own.
      before = before !== undefined && before < begun ? before : begun;
    }
  }

  private async replayOne(letter: KeptDeadLetter, { dryRun = false, evenIfExpired = false, isOptedOut }: ReplayOptions): Promise<keyof ReplayResult['kept'] | undefined> {
    const at = now();
    if (letter.lane !== undefined && !this.lanes.has(letter.lane)) return 'no-lane';
    let expiresAt: number | undefined;
    let urgent: boolean | undefined;
    if (isMessage(letter)) {
      expiresAt = deadlineOf(this.accounts.byNumber(letter.message.account)!, letter.message, evenIfExpired ? at : letter.message.acceptedAt);
      urgent = overtakes(letter.message.msgId, isFreeform(letter.message));
      if (expiresAt <= at) return 'expired';
      if (await isOptedOut?.(letter.message.to)) return 'opted-out';
    }
    const outcome = await this.ledger.replay({ id: letter.id, at, dryRun, expiresAt, urgent, settledLanes: this.announcer.listenerLanesOf('dispatch') });
    if (!outcome.replayed) return outcome.why;
    if (!dryRun) {
      if (isMessage(letter)) this.backlog.add(letter.message.account, outcome.bytes);
      this.announcer.announce(outcome.recorded, []);
      this.lanes.wakeAll();
    }
    return undefined;
  }

  private told({ message, account, ...letter }: KeptDeadLetter): DeadLetter {
    return {
      ...letter,
      ...(account !== undefined && { account: this.accounts.nickname(account) }),
      ...(message && { message: { ...messageSummary(message), acceptedAt: new Date(message.acceptedAt) } }),
    };
  }
}

/** A letter that would be sent to a person again. */
function isMessage(letter: KeptDeadLetter): letter is KeptDeadLetter & Required<Pick<KeptDeadLetter, 'message'>> {
  return letter.message !== undefined && ['refused', 'unknown', 'expired'].includes(letter.kind);
}
