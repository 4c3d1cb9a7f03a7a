import { Inject, Injectable } from '@nestjs/common';
import { AddressFence } from '../http/address-fence.ts';
import { createHttpSender, type HttpSender } from '../http/http-sender.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { Lane } from '../lanes/lane.ts';
import type { LaneWork } from '../lanes/lane-work.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import { MediaLinks } from '../media/media-links.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { InboundRelayWork } from './inbound-relay.work.ts';
import { ReportRelayWork } from './report-relay.work.ts';

/** CleverTap publishes no limits for its callback endpoints: few requests at once, each carrying many statuses. */
const CONNECTIONS = 4;

/** Hands reports and inbound messages to CleverTap: two lanes for each account. */
@Injectable()
export class RelayService {
  private readonly sender: HttpSender;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(AddressFence) fence: AddressFence,
    @Inject(MediaLinks) links: MediaLinks,
  ) {
    this.sender = createHttpSender({ connections: 2 * CONNECTIONS, fence, dispatcher: options.dispatcher });
    const { accounts, relay } = options;
    for (const account of accounts) {
      const batch = { size: relay.batchSize, waitMs: relay.batchWaitMs };
      this.open(laneName.reports(account.mobileNumber), new ReportRelayWork(account, this.sender, ledger), batch);
      this.open(laneName.inbound(account.mobileNumber), new InboundRelayWork(account, this.sender, ledger, links));
    }
  }

  /** Closes the connections, when the lanes have drained. */
  close(): Promise<void> {
    return this.sender.close();
  }

  private open(name: string, work: LaneWork, batch?: { size: number; waitMs: number }): void {
    this.lanes.add(name, new Lane({ name, concurrency: CONNECTIONS, retry: this.options.retry.relay, batch }, work, this.ledger));
  }
}
