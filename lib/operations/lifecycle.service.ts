import {
  Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleDestroy, type OnModuleInit,
} from '@nestjs/common';
import { type Transport, TRANSPORTS } from '../aisensy/transport.ts';
import { DispatchService } from '../dispatch/dispatch.service.ts';
import { ListenerLanes } from '../events/listener-lanes.service.ts';
import { Backlog } from '../lanes/backlog.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { LoopGuard } from '../lanes/loop-guard.service.ts';
import { type LaneKind, LEDGER, type Ledger, readLaneName } from '../ledger/ledger.ts';
import type { LedgerState, ResumedState } from '../ledger/ledger-records.ts';
import { MaintenanceService } from './maintenance.service.ts';
import { foreignCallbacks } from '../options/callback-hosts.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { sharedCredentials } from '../options/shared-credentials.ts';
import { RelayService } from '../relay/relay.service.ts';
import { StrandedWork } from './stranded-work.ts';
import { now } from '../clock.ts';

/** SQLite before this release can corrupt a WAL file that two connections checkpoint at once. */
const SOUND_SQLITE = [3, 51, 3];

/** How long the start waits for a slow ledger to say what waits for AiSensy. */
const READY_WITHIN_MS = 1_000;

/**
 * Starts and stops the bridge in order. The ledger opens before any listener or request can need it, and claiming starts
 * when every listener is known. A stop first ends the claiming, then waits for what is in flight while the HTTP server
 * still answers, and closes the ledger last.
 */
@Injectable()
export class LifecycleService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('WhatsAppBridge');
  /** Settles when the ledger has opened, or could not; absent where the start never came so far. */
  private opening: Promise<LedgerState> | undefined;
  private drained: Promise<void> | undefined;
  private ledgerLost = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(TRANSPORTS) private readonly transports: ReadonlyMap<string, Transport>,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(DispatchService) private readonly dispatch: DispatchService,
    @Inject(ListenerLanes) private readonly listenerLanes: ListenerLanes,
    @Inject(RelayService) private readonly relay: RelayService,
    @Inject(MaintenanceService) private readonly maintenance: MaintenanceService,
    @Inject(LoopGuard) private readonly loopGuard: LoopGuard,
    @Inject(Backlog) private readonly backlog: Backlog,
    @Inject(StrandedWork) private readonly stranded: StrandedWork,
  ) {}

  async onModuleInit(): Promise<void> {
    this.ledger.watch({ lost: (error) => this.lost(error), back: (state) => this.back(state) });
    this.opening = this.ledger.open();
    const state = await this.opening.catch((error: Error) => this.cannotOpen(error));
    this.backlog.begin(state.backlog);
    this.report(state);
    await this.warnOfFullBacklog();
    this.warnOfForeignCallbacks();
    this.warnOfSharedCredentials();
  }

  async onApplicationBootstrap(): Promise<void> {
    this.listenerLanes.open();
    await this.warnOfStrandedWork();
    await this.dispatch.recover();
    this.lanes.start();
    this.maintenance.start();
    this.loopGuard.start();
    await this.dispatch.ready(READY_WITHIN_MS);
  }

  onModuleDestroy(): void {
    this.drained ??= this.drain();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await (this.drained ??= this.drain());
  }

  async onApplicationShutdown(): Promise<void> {
    // Whatever fails on the way, the ledger closes.
    const closing = await Promise.allSettled([this.relay.close(), ...[...this.transports.values()].map((transport) => transport.close?.())]);
    await this.ledger.close();
    for (const result of closing) if (result.status === 'rejected') this.logger.error(`A connection pool did not close: ${String(result.reason)}`);
  }

  /** Ends what is in flight, up to `shutdownTimeoutMs`, and says in one line what remains for the next start. Never rejects. */
  private async drain(): Promise<void> {
    this.loopGuard.stop();
    await this.maintenance.stop();
    const cut = await this.lanes.drain(this.options.shutdownTimeoutMs);
    if (await this.hasOpened()) await this.tellWhatRemains(cut);
  }

  /** A start that something else ended may have left the ledger opening: closed meanwhile, it would open afterwards. */
  private async hasOpened(): Promise<boolean> {
    return this.opening !== undefined && this.opening.then(() => true, () => false);
  }

  private async tellWhatRemains(cut: number): Promise<void> {
    try {
      const { jobs, oldestMessageAt } = await this.ledger.waiting();
      const of = (kind: LaneKind): number => Object.entries(jobs).reduce((sum, [lane, count]) => sum + (readLaneName(lane).kind === kind ? count : 0), 0);
      const age = oldestMessageAt === undefined ? 'none' : `${Math.round((now() - oldestMessageAt) / 1000)} s`;
      this.logger.log(
        `Stopped: ${cut} in flight were cut off; ${of('settle')} messages of unknown outcome, ${of('dispatch')} for AiSensy (oldest ${age}), `
        + `${of('relay-reports') + of('relay-inbound')} for CleverTap and ${of('listener')} for listeners wait for the next start.`,
      );
    } catch (error) {
      this.logger.error(`Stopped; what remains is not known: ${(error as Error).message}`);
    }
  }

  /** Nest does not log it: `listen()` and `init()` only reject, and Node then writes it to stderr, past the host's logger. */
  private cannotOpen(error: Error): never {
    this.logger.error(`The app cannot start. ${error.message}`);
    throw error;
  }

  /** Logged once; until the ledger is back, `health()` says it. */
  private lost(error: Error): void {
    if (!this.ledgerLost) this.logger.error(`The ledger is lost (${error.message}). No message is taken until it is back, which is tried again and again.`);
    this.ledgerLost = true;
  }

  private back({ backlog }: ResumedState): void {
    this.ledgerLost = false;
    this.logger.log('The ledger is back.');
    this.backlog.begin(backlog);
    this.lanes.wakeAll();
  }

  /** CleverTap is answered 429 from the first message on, and never tries again. */
  private async warnOfFullBacklog(): Promise<void> {
    await this.backlog.look();
    for (const problem of this.backlog.problems) this.logger.error(`No room: ${problem}.`);
  }

  /** A mistyped callback URL, or one that somebody has changed, would send people's messages to a stranger. */
  private warnOfForeignCallbacks(): void {
    for (const account of this.options.accounts) {
      for (const { option, host } of foreignCallbacks(account)) {
        this.logger.warn(`Account ${account.nickname}: cleverTap.${option} leads to ${host}, which is not CleverTap's (wzrkt.com). Check it.`);
      }
    }
  }

  /** It works while each callback names its number; the project webhook's names none. */
  private warnOfSharedCredentials(): void {
    for (const { nickname, others } of sharedCredentials(this.options.accounts)) {
      this.logger.warn(`Account ${nickname}: aiSensy.callbacks has a credential that ${others.join(' and ')} has too. What people write may go to the wrong account: give each its own.`);
    }
  }

  private async warnOfStrandedWork(): Promise<void> {
    this.stranded.find((await this.opening)!.waiting);
    for (const problem of this.stranded.problems) this.logger.warn(`${problem}.`);
  }

  private report({ driver, sqliteVersion, waiting }: LedgerState): void {
    const jobs = Object.values(waiting).reduce((sum, count) => sum + count, 0);
    this.logger.log(`Ledger open (${driver}, SQLite ${sqliteVersion}): ${jobs} jobs waiting.`);
    const version = sqliteVersion.split('.').map(Number);
    const first = SOUND_SQLITE.findIndex((part, place) => part !== version[place]);
    if (first !== -1 && (version[first] ?? 0) < SOUND_SQLITE[first]!) {
      this.logger.warn(`SQLite ${sqliteVersion} can corrupt a file that is written through two connections; before 3.51.3 open the ledger with no other tool that writes.`);
    }
  }
}
