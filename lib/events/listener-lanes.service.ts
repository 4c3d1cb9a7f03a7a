import { Inject, Injectable, Logger } from '@nestjs/common';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { Lane } from '../lanes/lane.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import { Accounts } from '../options/accounts.ts';
import { nearest } from '../options/nearest.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { ListenerLaneWork } from './listener-lane.work.ts';
import type { Listener } from './listener.ts';
import { ListenerRegistry } from './listener.registry.ts';

/** Gives each listener of the host a lane of its own, so that one that hangs or fails delays no other. */
@Injectable()
export class ListenerLanes {
  private readonly logger = new Logger('WhatsAppBridge');

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
      this.warnOfStrangers(listener);
      const name = laneName.listener(listener.name);
      const work = new ListenerLaneWork(listener, this.accounts, this.ledger, retry);
      this.lanes.add(name, new Lane({ name, concurrency: listener.concurrency, retry }, work, this.ledger));
    }
  }

  /** No failure: another stage of the same app may have fewer accounts. */
  private warnOfStrangers({ name, filter }: Listener): void {
    for (const nickname of [filter.account ?? []].flat()) {
      if (this.accounts.byNickname(nickname) !== undefined) continue;
      const known = this.accounts.all.map((account) => account.nickname);
      const meant = nearest(nickname, known);
      this.logger.warn(
        `Listener ${name} asks for account "${nickname}", which there is not. ${meant === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${meant}?`}`,
      );
    }
  }
}
