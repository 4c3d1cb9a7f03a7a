import {
  Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleDestroy, type OnModuleInit,
} from '@nestjs/common';
import { type Transport, TRANSPORTS } from './aisensy/transport.ts';
import { EventAnnouncer } from './events/event-announcer.ts';
import { ListenerLanes } from './events/listener-lanes.service.ts';
import { LaneRegistry } from './lanes/lane-registry.ts';
import { LEDGER, type Ledger, type LedgerState } from './ledger/ledger.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from './options/resolved-options.ts';
import { RelayService } from './relay/relay.service.ts';

/** How often parked reports are looked through for those whose time is over, in milliseconds. */
const SWEEP_EVERY_MS = 60_000;

/** SQLite before this release can corrupt a WAL file that two connections checkpoint at once. */
const SOUND_SQLITE = [3, 51, 3];

/**
 * Starts and stops the bridge in order. The ledger opens before any listener or request can need it, and claiming starts
 * when every listener is known. A stop first ends the claiming, then waits for what is in flight while the HTTP server
 * still answers, and closes the ledger last.
 */
@Injectable()
export class LifecycleService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('WhatsAppBridge');
  private drained: Promise<void> | undefined;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(TRANSPORTS) private readonly transports: ReadonlyMap<string, Transport>,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(ListenerLanes) private readonly listenerLanes: ListenerLanes,
    @Inject(RelayService) private readonly relay: RelayService,
    @Inject(EventAnnouncer) private readonly announcer: EventAnnouncer,
  ) {}

  async onModuleInit(): Promise<void> {
    this.report(await this.ledger.open(Date.now()));
  }

  onApplicationBootstrap(): void {
    this.listenerLanes.open();
    this.lanes.start();
    this.sweeper = setInterval(() => void this.sweep(), SWEEP_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeper);
    this.drained ??= this.lanes.drain(this.options.shutdownTimeoutMs);
    this.drained.catch(() => undefined); // awaited, and answered for, in the next hook
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.drained;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.relay.close(), ...[...this.transports.values()].map((transport) => transport.close?.())]);
    await this.ledger.close();
  }

  private async sweep(): Promise<void> {
    try {
      const recorded = await this.ledger.sweep(Date.now());
      if (recorded.length > 0) this.logger.warn(`${recorded.length} delivery reports matched no message; they are in the dead letters.`);
      this.announcer.announce(recorded, recorded.length > 0 ? this.announcer.allListenerLanes() : []);
    } catch (error) {
      this.logger.error(`Parked reports could not be looked through: ${(error as Error).message}`);
    }
  }

  private report({ engine, sqliteVersion, unknown, waiting }: LedgerState): void {
    const jobs = Object.values(waiting).reduce((sum, count) => sum + count, 0);
    this.logger.log(`Ledger open (${engine}, SQLite ${sqliteVersion}): ${jobs} jobs waiting, ${unknown} messages with an unknown outcome from the last run.`);
    const version = sqliteVersion.split('.').map(Number);
    const first = SOUND_SQLITE.findIndex((part, place) => part !== version[place]);
    if (first !== -1 && (version[first] ?? 0) < SOUND_SQLITE[first]!) {
      this.logger.warn(`SQLite ${sqliteVersion} can corrupt a file that is written through two connections; before 3.51.3 open the ledger with no other tool that writes.`);
    }
  }
}
