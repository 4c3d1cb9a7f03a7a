import { Inject, Injectable, Logger } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DAY_MS, now } from '../clock.ts';
import { EventAnnouncer } from '../events/event-announcer.ts';
import { Backlog } from '../lanes/backlog.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import type { RecordedEvent } from '../ledger/message-records.ts';
import { Accounts } from '../options/accounts.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';

/** How often the ledger is looked through for what has waited too long, in milliseconds. */
const SWEEP_EVERY_MS = 30_000;

/** Rows of a kind deleted in one call, so that accepting never waits long for it. */
const PRUNE_AT_ONCE = 500;

/** What a round has ended of one account. */
interface Ended {
  expired: number;
  /** Those of them of which CleverTap is told. */
  told: number;
  unmatched: number;
}

/** What the ledger needs done from time to time: expiry, retention, and forgetting people. */
@Injectable()
export class MaintenanceService {
  private readonly logger = new Logger('WhatsAppBridge');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(EventAnnouncer) private readonly announcer: EventAnnouncer,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(Backlog) private readonly backlog: Backlog,
    @Inject(Accounts) private readonly accounts: Accounts,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.round ??= this.run().finally(() => { this.round = undefined; });
    }, SWEEP_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.round;
  }

  /** One round; never rejects. */
  async run(): Promise<void> {
    try {
      await this.sweep();
      await this.prune();
    } catch (error) {
      this.logger.error(`The ledger could not be looked through: ${(error as Error).message}`);
    }
  }

  /** Erases a person's number, messages and texts; resolves with how many messages were blanked. */
  async forget(phoneNumber: string): Promise<number> {
    let forgotten = 0;
    let next: number | undefined = 0;
    while (next !== undefined) {
      const step = await this.ledger.forget(phoneNumber, next);
      forgotten += step.forgotten;
      for (const { account, bytes } of step.left) this.backlog.leave(account, bytes);
      next = step.next;
    }
    await this.lanes.readAgain();
    return forgotten;
  }

  /** The ledger ends a few hundred in one call, so that accepting never waits long for it: it is called until it finds none whose time is over by now. */
  private async sweep(): Promise<void> {
    const at = now();
    const listenerLanes = this.announcer.listenerLanesOf('dispatch');
    const ended = new Map<string, Ended>();
    try {
      do {
        if (!(await this.sweepOnce(at, listenerLanes, ended))) break;
        await nextTurn();
      } while (this.timer !== undefined);
    } finally {
      for (const [account, each] of ended) this.tell(account, each);
    }
  }

  /** Whether it found any. */
  private async sweepOnce(at: number, listenerLanes: string[], ended: Map<string, Ended>): Promise<boolean> {
    const { events } = await this.ledger.sweep({ at, listenerLanes });
    if (events.length === 0) return false;
    for (const event of events) count(event, ended);
    this.announcer.announce(events, [...listenerLanes, ...this.announcer.listenerLanesOf('delivery-report')]);
    for (const { mobileNumber } of this.options.accounts) this.lanes.wake(laneName.reports(mobileNumber));
    return true;
  }

  private tell(account: string, { expired, told, unmatched }: Ended): void {
    const whose = `Account ${this.accounts.nickname(account)}`;
    if (expired > 0) this.logger.warn(`${whose}: ${expired} messages expired before they could be sent, ${told} of them CleverTap's, which is told.`);
    if (unmatched > 0) this.logger.warn(`${whose}: ${unmatched} delivery reports matched no message; they are in the dead letters.`);
  }

  private async prune(): Promise<void> {
    const before = now() - this.options.retentionDays * DAY_MS;
    while (this.timer !== undefined && (await this.ledger.prune(before, PRUNE_AT_ONCE)) === PRUNE_AT_ONCE) await nextTurn();
  }
}

function count({ account, kind, relayed }: RecordedEvent, ended: Map<string, Ended>): void {
  let of = ended.get(account);
  if (of === undefined) ended.set(account, (of = { expired: 0, told: 0, unmatched: 0 }));
  if (kind !== 'dispatch') {
    of.unmatched += 1;
    return;
  }
  of.expired += 1;
  if (relayed) of.told += 1;
}
