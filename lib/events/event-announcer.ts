import { Inject, Injectable } from '@nestjs/common';
import { Accounts } from '../options/accounts.ts';
import { Backlog } from '../lanes/backlog.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { laneName } from '../ledger/ledger.ts';
import type { RecordedEvent } from '../ledger/message-records.ts';
import type { BridgeEventKind, BridgeEvents } from './bridge-events.ts';
import { eventOf } from './event.factory.ts';
import { EventStreams } from './event-streams.ts';
import { ListenerRegistry } from './listener.registry.ts';

/** What follows an entry of the durable log at once: its lanes wake, and the streams are told. */
@Injectable()
export class EventAnnouncer {
  constructor(
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(ListenerRegistry) private readonly listeners: ListenerRegistry,
    @Inject(Backlog) private readonly backlog: Backlog,
    @Inject(EventStreams) private readonly streams: EventStreams,
  ) {}

  /** Whether anybody listens to such events: where nobody does, they need not be made. */
  isListenedTo(kind: BridgeEventKind): boolean {
    return this.listeners.of(kind).length > 0;
  }

  /** The lanes of the listeners that an event may concern, for the ledger to put their jobs into; `events` is all that it may turn out to be. */
  listenerLanes<K extends BridgeEventKind>(kind: K, ...events: BridgeEvents[K][]): string[] {
    return this.isListenedTo(kind) ? this.listeners.mayMatch(kind, ...events).map((listener) => laneName.listener(listener.name)) : [];
  }

  /** The lanes of every listener of a kind, for events that no filter can judge yet. */
  listenerLanesOf(kind: BridgeEventKind): string[] {
    return this.isListenedTo(kind) ? this.listeners.of(kind).map((listener) => laneName.listener(listener.name)) : [];
  }

  /** Tells of entries that are durable now. `listenerLanes` are those in which jobs wait now. */
  announce(recorded: RecordedEvent[], listenerLanes: Iterable<string>): void {
    for (const entry of recorded) {
      if (entry.relayed) this.wakeRelay(entry);
      if (entry.left !== undefined) this.backlog.leave(entry.account, entry.left);
      if (this.streams.isWatched(entry.kind)) this.streams.emit(entry.kind, eventOf(entry, this.accounts.nickname(entry.account)));
    }
    for (const lane of listenerLanes) this.lanes.wake(lane);
  }

  /** Wakes the lane to CleverTap, unless it was handed the job already. */
  private wakeRelay({ kind, account, claimed }: RecordedEvent): void {
    const lane = kind === 'inbound-message' ? laneName.inbound(account) : laneName.reports(account);
    if (claimed === undefined || !claimed.some((job) => job.lane === lane)) this.lanes.wake(lane);
  }
}
