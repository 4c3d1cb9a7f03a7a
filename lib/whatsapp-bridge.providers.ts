import type { Provider } from '@nestjs/common';
import { AiSensyGuard } from './aisensy/aisensy.guard.ts';
import { ACCOUNT_APIS, type AccountApis } from './aisensy/account-apis.ts';
import { FailureReasons } from './aisensy/failure-reasons.ts';
import { type Transport, TRANSPORTS } from './aisensy/transport.ts';
import { createTransports, type TransportTools } from './aisensy/transports.ts';
import { CALLBACKS } from './callbacks/callbacks.ts';
import { AccountFailures } from './callbacks/account-failures.ts';
import { CallbacksService } from './callbacks/callbacks.service.ts';
import { CleverTapGuard } from './clevertap/clevertap.guard.ts';
import { COLD_PROVIDERS } from './cold.providers.ts';
import { DeadLetters } from './operations/dead-letters.service.ts';
import { DispatchService } from './dispatch/dispatch.service.ts';
import { Settlements } from './dispatch/settlements.ts';
import { SUBMISSIONS } from './dispatch/submission.ts';
import { EventAnnouncer } from './events/event-announcer.ts';
import { EventStreams } from './events/event-streams.ts';
import { ListenerLanes } from './events/listener-lanes.service.ts';
import { ListenerMetadataAccessor } from './events/listener-metadata.accessor.ts';
import { ListenerExplorer } from './events/listener.explorer.ts';
import { ListenerRegistry } from './events/listener.registry.ts';
import { AddressFence } from './http/address-fence.ts';
import { Arrivals } from './http/arrivals.ts';
import { BodyReader } from './http/body-reader.ts';
import { ColdHttp } from './http/cold-http.ts';
import { KeepAlive } from './http/keep-alive.ts';
import { ListenBacklog } from './http/listen-backlog.ts';
import { KEY_GUESS_PROVIDERS } from './http/key-guess-throttler.ts';
import { Backlog } from './lanes/backlog.ts';
import { HealthService } from './operations/health.service.ts';
import { LaneRegistry } from './lanes/lane-registry.ts';
import { LoopGuard } from './lanes/loop-guard.service.ts';
import { LEDGER, type Ledger } from './ledger/ledger.ts';
import { SqliteLedger } from './ledger/sqlite-ledger.ts';
import { LifecycleService } from './operations/lifecycle.service.ts';
import { MaintenanceService } from './operations/maintenance.service.ts';
import { StrandedWork } from './operations/stranded-work.ts';
import { Accounts } from './options/accounts.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from './options/resolved-options.ts';
import { RelayService } from './relay/relay.service.ts';
import { TemplateCatalogues } from './templates/template-catalogues.ts';
import { WhatsAppBridge } from './whatsapp-bridge.service.ts';

/** Everything that the bridge is made of, but for its options and its controllers. */
export const BRIDGE_PROVIDERS: Provider[] = [
  { provide: Accounts, inject: [RESOLVED_OPTIONS], useFactory: ({ accounts }: ResolvedOptions) => new Accounts(accounts) },
  { provide: LEDGER, inject: [RESOLVED_OPTIONS], useFactory: createLedger },
  { provide: FailureReasons, inject: [RESOLVED_OPTIONS], useFactory: ({ failureReasons }: ResolvedOptions) => new FailureReasons(failureReasons) },
  ...COLD_PROVIDERS,
  { provide: TRANSPORTS, inject: [RESOLVED_OPTIONS, ACCOUNT_APIS, ColdHttp, FailureReasons, AddressFence, TemplateCatalogues], useFactory: openTransports },
  { provide: SUBMISSIONS, useExisting: DispatchService },
  { provide: CALLBACKS, useExisting: CallbacksService },
  Arrivals, BodyReader, ListenBacklog, KeepAlive, ...KEY_GUESS_PROVIDERS, CleverTapGuard, AiSensyGuard,
  LaneRegistry, LoopGuard, Backlog, Settlements, DispatchService, AccountFailures, CallbacksService, RelayService,
  ListenerMetadataAccessor, ListenerRegistry, ListenerExplorer, ListenerLanes, EventStreams, EventAnnouncer,
  DeadLetters, MaintenanceService, StrandedWork, HealthService, WhatsAppBridge, LifecycleService,
];

function createLedger({ ledger }: ResolvedOptions): Ledger {
  return new SqliteLedger(ledger.engine === 'memory' ? ':memory:' : ledger.file);
}

/** Accounts that AiSensy is asked about (templates, media, tokens) need `@nestjs/axios`: a missing package is told at boot, not with the first call. */
async function openTransports(
  { accounts, dispatcher }: ResolvedOptions, apis: AccountApis, http: ColdHttp, reasons: FailureReasons, fence: AddressFence, templates: TemplateCatalogues,
): Promise<ReadonlyMap<string, Transport>> {
  if (apis.size > 0) await http.ready();
  const variableNames: TransportTools['variableNames'] = (account, template) => templates.variableNames(account, template);
  return createTransports(accounts, { apis, reasons, fence, dispatcher, variableNames });
}
