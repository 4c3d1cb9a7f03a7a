import { Inject, Injectable } from '@nestjs/common';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { Lane } from '../lanes/lane.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import { Accounts } from '../options/accounts.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { ListenerLaneWork } from './listener-lane.work.ts';
import { ListenerRegistry } from './listener.registry.ts';

/** Gives each listener of the host a lane of its own, so that one that hangs or fails delays no other. */
@Injectable()
export class ListenerLanes {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(ListenerRegistry) private readonly listeners: ListenerRegistry,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(Accounts) private readonly accounts: Accounts,
  ) {}

  /** To be called when every listener is registered and before the lanes start. */
  open(): void {
    const retry = this.options.retry.listeners;
    for (const listener of this.listeners.all) {
      const name = laneName.listener(listener.name);
      const work = new ListenerLaneWork(listener, this.accounts, this.ledger, retry);
      this.lanes.add(name, new Lane({ name, concurrency: listener.concurrency, retry }, work, this.ledger));
    }
  }
}
