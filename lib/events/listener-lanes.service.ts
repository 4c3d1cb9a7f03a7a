import { Inject, Injectable } from '@nestjs/common';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { Lane } from '../lanes/lane.ts';
import type { RetrySchedule } from '../lanes/retry-schedule.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import { Accounts } from '../options/accounts.ts';
import { ListenerLaneWork } from './listener-lane.work.ts';
import { ListenerRegistry } from './listener.registry.ts';

/** Fifteen attempts over a day or more: an outage of a night is no reason to lose a step of a journey. */
const RETRY: RetrySchedule = { firstDelayMs: 1_000, factor: 3, maxDelayMs: 6 * 3_600_000, jitter: 0.3, maxAttempts: 15 };

/** Gives each listener of the host a lane of its own, so that one that hangs or fails delays no other. */
@Injectable()
export class ListenerLanes {
  constructor(
    @Inject(ListenerRegistry) private readonly listeners: ListenerRegistry,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(Accounts) private readonly accounts: Accounts,
  ) {}

  /** To be called when every listener is registered and before the lanes start. */
  open(): void {
    for (const listener of this.listeners.all) {
      const name = laneName.listener(listener.name);
      const work = new ListenerLaneWork(listener, this.accounts, this.ledger);
      this.lanes.add(name, new Lane({ name, concurrency: listener.concurrency, retry: RETRY }, work, this.ledger));
    }
  }
}
