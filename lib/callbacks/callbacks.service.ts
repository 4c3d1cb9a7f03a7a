import { Inject, Injectable, Logger } from '@nestjs/common';
import { now } from '../clock.ts';
import { EventAnnouncer } from '../events/event-announcer.ts';
import { inboundEvent, possibleReportEvents, preferenceEvent } from '../events/event.factory.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { Room } from '../lanes/room.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import type { CallbackRecord, InboundRecord, PreferenceRecord } from '../ledger/ledger-records.ts';
import type { RecordedEvent } from '../ledger/message-records.ts';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import { type Preference, saysStop } from '../messages/preference.ts';
import { GroupedLines } from '../logging/grouped-lines.ts';
import { Accounts } from '../options/accounts.ts';
import { type Account, RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { isRelayable } from '../clevertap/callback-form.ts';
import { type Callback, isEmpty } from '../messages/callback.ts';
import { AccountFailures } from './account-failures.ts';
import type { CallbacksPort } from './callbacks.ts';

/** One line about unreadable callbacks of an account in this time: a form that has changed spoils every one. */
const QUIET_MS = 60_000;

/** Takes what AiSensy calls back with: one durable append, then everything else happens in the lanes. */
@Injectable()
export class CallbacksService implements CallbacksPort {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly lines = new GroupedLines(QUIET_MS);

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(EventAnnouncer) private readonly announcer: EventAnnouncer,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(AccountFailures) private readonly accountFailures: AccountFailures,
  ) {}

  /** Resolves when all of the callback is durable; rejects with a `LedgerError` where it may not be. */
  take(callback: Callback, accounts: Account[], receivedAt: number): Promise<void> {
    if (isEmpty(callback)) return Promise.resolve();
    const room = new Room(this.lanes);
    const record = this.recordOf(callback, accounts, receivedAt, room);
    // `then`, not `await`: jobs born claimed must reach their lane in this very turn, before a later claim's answer brings later reports of the
    // same message. It also holds less memory for each waiting request.
    return this.ledger.recordCallback(record).then(
      (recorded) => this.recorded(record, recorded, room),
      (error: unknown) => {
        room.leave();
        throw error;
      },
    );
  }

  /** Leaves out what is empty, since it would travel to the ledger's thread for nothing: most callbacks are a single report. */
  private recordOf({ reports, inbound, unreadable, people, preferences }: Callback, accounts: Account[], at: number, room: Room): CallbackRecord {
    const first = accounts[0]!;
    const settledLanes = this.announcer.listenerLanesOf('dispatch');
    const record: CallbackRecord = {
      accounts: accounts.map(({ mobileNumber }) => mobileNumber), reports: this.reportRecords(reports, accounts, room),
      at, parkForMs: this.options.parkReportsForMs, room: room.lanes,
    };
    if (inbound.length > 0) record.inbound = inbound.map((message) => this.inboundRecord(message, accounts, room));
    const stated = preferences?.map((preference) => this.preferenceRecord(preference, accounts)) ?? [];
    for (const report of reports) if (report.failure !== undefined) stated.push(...this.refusalOf(report, report.failure, first));
    if (stated.length > 0) record.preferences = stated;
    if (people !== undefined) record.people = people;
    if (unreadable.length > 0) record.unreadable = unreadable;
    if (settledLanes.length > 0) record.settledLanes = settledLanes;
    return record;
  }

  private recorded(record: CallbackRecord, recorded: RecordedEvent[], room: Room): void {
    room.fill(recorded);
    room.leave();
    const { accounts, reports, unreadable } = record;
    if (unreadable !== undefined) this.tellOfUnreadable(accounts, unreadable.length);
    this.announcer.announce(recorded, this.lanesToWake(record, recorded, room));
    if (reports.some(({ report }) => report.accountWide)) this.accountFailures.look(recorded);
  }

  private tellOfUnreadable(accounts: string[], elements: number): void {
    const nicknames = accounts.map((account) => this.accounts.nickname(account)).join(' or ');
    const more = this.lines.next(nicknames, now());
    if (more !== undefined) this.logger.warn(`Account ${nicknames}: ${elements} elements of a callback could not be read; they are in the dead letters${more}.`);
  }

  /** Lanes that had no room, and lanes whose new jobs only the ledger knows. */
  private lanesToWake({ reports, preferences, settledLanes }: CallbackRecord, recorded: RecordedEvent[], { full }: Room): readonly string[] {
    // A report with several names may make earlier, parked reports match; only the ledger knows whom those concern.
    const parked = reports.some(({ report }) => report.names.length > 1) ? this.announcer.listenerLanesOf('delivery-report') : [];
    if (preferences === undefined && settledLanes === undefined && parked.length === 0) return full;
    const settled = recorded.some(({ kind }) => kind === 'dispatch') ? settledLanes : undefined;
    return [...full, ...(preferences ?? []).flatMap(({ listenerLanes }) => listenerLanes), ...(settled ?? []), ...parked];
  }

  /** Which message a report tells of, and whose among the accounts whose credentials came, only the ledger knows. */
  private reportRecords(reports: DeliveryReport[], accounts: Account[], room: Room): CallbackRecord['reports'] {
    const listened = this.announcer.isListenedTo('delivery-report');
    const relayLane = laneName.reports(accounts[0]!.mobileNumber);
    return reports.map((report) => {
      const listenerLanes = listened ? this.announcer.listenerLanes('delivery-report', ...possibleReportEvents(report, accounts)) : [];
      room.reserve(relayLane);
      for (const lane of listenerLanes) room.reserve(lane);
      return { report, listenerLanes };
    });
  }

  private inboundRecord(message: InboundMessage, accounts: Account[], room: Room): InboundRecord {
    const account = this.addressee(message, accounts);
    const listenerLanes = this.announcer.listenerLanes('inbound-message', inboundEvent(message, account.nickname));
    const relay = relayOf(message, account);
    if (relay.relayLane !== undefined) room.reserve(relay.relayLane);
    for (const lane of listenerLanes) room.reserve(lane);
    return { message, account: account.mobileNumber, listenerLanes, ...relay };
  }

  private preferenceRecord(preference: Preference, accounts: Account[]): PreferenceRecord {
    const { mobileNumber, nickname } = this.addressee(preference, accounts);
    return { preference, account: mobileNumber, listenerLanes: this.announcer.listenerLanes('preference', preferenceEvent(preference, nickname)) };
  }

  /** The stop of marketing messages that a failed report may tell of. The ledger knows its account, and perhaps its person, by the message. */
  private refusalOf({ names, recipient, at }: DeliveryReport, failure: FailureReason, { mobileNumber }: Account): PreferenceRecord[] {
    if (!saysStop(failure)) return [];
    const preference: Preference = { from: recipient, at, change: 'stop', category: 'marketing_messages', detail: failure.title, refused: names };
    return [{ preference, account: mobileNumber, listenerLanes: this.announcer.listenerLanesOf('preference') }];
  }

  /** The account written to: by its number where the form says it, among those whose credentials came. */
  private addressee({ wabaNumber }: Pick<InboundMessage, 'wabaNumber'>, accounts: Account[]): Account {
    const named = wabaNumber === undefined ? undefined : this.accounts.byNumber(wabaNumber);
    return named !== undefined && accounts.includes(named) ? named : accounts[0]!;
  }
}

function relayOf(message: InboundMessage, account: Account): Pick<InboundRecord, 'relayLane' | 'undeliverable'> {
  if (!isRelayable(message)) return {};
  return {
    relayLane: laneName.inbound(account.mobileNumber),
    ...(message.from === undefined && { undeliverable: 'the person has no phone number here, and CleverTap knows phone numbers only' }),
  };
}
