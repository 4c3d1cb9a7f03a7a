import { Inject, Injectable, Logger } from '@nestjs/common';
import { EventAnnouncer } from '../events/event-announcer.ts';
import { inboundEvent, reportEvent } from '../events/event.factory.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import type { InboundRecord } from '../ledger/ledger-records.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import { Accounts } from '../options/accounts.ts';
import { type Account, RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { isRelayable } from '../clevertap/callback-form.ts';
import type { Callback } from './callback.ts';
import type { CallbacksPort } from './callbacks.ts';

/** Takes what AiSensy calls back with: one durable append, then everything else happens in the lanes. */
@Injectable()
export class CallbacksService implements CallbacksPort {
  private readonly logger = new Logger('WhatsAppBridge');

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(EventAnnouncer) private readonly announcer: EventAnnouncer,
  ) {}

  /** Resolves when all of the callback is durable; rejects with a `LedgerError` where none of it is. */
  async take({ reports, inbound, unreadable }: Callback, accounts: Account[], receivedAt: number): Promise<void> {
    if (reports.length + inbound.length + unreadable.length === 0) return;
    const first = accounts[0]!;
    const listened = new Set<string>();
    const lanes = (names: string[]): string[] => {
      for (const name of names) listened.add(name);
      return names;
    };
    const recorded = await this.ledger.recordCallback({
      accounts: accounts.map((account) => account.mobileNumber),
      reports: reports.map((report) => ({
        report, listenerLanes: lanes(this.announcer.listenerLanes('delivery-report', reportEvent(report, first.nickname))),
      })),
      inbound: inbound.map((message) => {
        const account = this.addressee(message, accounts);
        const listenerLanes = lanes(this.announcer.listenerLanes('inbound-message', inboundEvent(message, account.nickname)));
        return { message, account: account.mobileNumber, listenerLanes, ...relayOf(message, account) };
      }),
      unreadable, at: receivedAt, parkForMs: this.options.parkReportsForMs, settledLanes: lanes(this.announcer.listenerLanesOf('dispatch')),
    });
    // A report that names its message twice may be what earlier ones were parked for; whom those concern, the ledger alone knows.
    if (reports.some(({ names }) => names.length > 1)) lanes(this.announcer.listenerLanesOf('delivery-report'));
    if (unreadable.length > 0) this.logger.warn(`${unreadable.length} elements of a callback could not be read; they are in the dead letters.`);
    this.announcer.announce(recorded, listened);
  }

  /** The account written to: by its number where the form says it, among those whose credentials came. */
  private addressee({ wabaNumber }: InboundMessage, accounts: Account[]): Account {
    const named = wabaNumber === undefined ? undefined : this.accounts.byNumber(wabaNumber);
    return named !== undefined && accounts.includes(named) ? named : accounts[0]!;
  }
}

function relayOf(message: InboundMessage, account: Account): Pick<InboundRecord, 'relayLane' | 'undeliverable'> {
  if (!isRelayable(message)) return {};
  if (message.from === undefined) return { undeliverable: 'the person has no phone number here, and CleverTap knows phone numbers only' };
  return { relayLane: laneName.inbound(account.mobileNumber) };
}
