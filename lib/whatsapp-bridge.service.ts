import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Observable } from 'rxjs';
import { writeOutbound } from './clevertap/outbound.writer.ts';
import { DispatchService } from './dispatch/dispatch.service.ts';
import { type SettlementDecision, Settlements } from './dispatch/settlements.ts';
import { DeadLetters } from './operations/dead-letters.service.ts';
import type { BridgeAlert, DeliveryReportEvent, DispatchEvent, InboundMessageEvent, PreferenceEvent } from './events/bridge-events.ts';
import { EventStreams } from './events/event-streams.ts';
import { type BridgeHealth, HealthService } from './operations/health.service.ts';
import { messageSummary } from './events/event.factory.ts';
import type { MessageSummary } from './messages/message-summary.ts';
import { Backlog } from './lanes/backlog.ts';
import { LEDGER, type Ledger } from './ledger/ledger.ts';
import type { LedgerCounts } from './ledger/ledger-records.ts';
import type { MessageHistory } from './ledger/message-history.ts';
import { isCount } from './operations/checked-fields.ts';
import { MaintenanceService } from './operations/maintenance.service.ts';
import type { FailureReason } from './messages/failure-reason.ts';
import { TEST_MSG_ID } from './messages/outbound-message.ts';
import { normalizePhoneNumber } from './messages/phone-number.ts';
import { Accounts } from './options/accounts.ts';
import type { Account } from './options/resolved-options.ts';
import { SendError } from './send.error.ts';
import { readDraft } from './sending/draft.reader.ts';
import { onlyFields } from './sending/field-readers.ts';
import type { MessageDraft } from './sending/message-draft.ts';

/** A message that the host app starts itself. */
export interface SendRequest {
  /** The nickname of the account to send from; may be left out where there is one account, or a default one. */
  account?: string;
  /** The person's number, with its country code. */
  to: string;
  /**
   * The message's own id, up to 60 characters; made up where absent. A repeat with the same id and content sends nothing and is
   * answered like the first: give one where your caller may try again.
   */
  msgId?: string;
  /** A template with its values; or a free message, which WhatsApp delivers within 24 hours of the person's last one only. */
  content: MessageDraft;
}

/** What `send()` resolves with. */
export interface SendResult {
  msgId: string;
  /** `accepted`: durable, and on its way or waiting. `refused`: AiSensy refused it within `answerWithinMs`, or it does not fit its template. */
  status: 'accepted' | 'refused';
  /** With `refused`: why. */
  reason?: FailureReason;
}

/** A message of which nobody knows yet whether AiSensy took it. */
export interface UnknownMessageInfo extends MessageSummary {
  /** The account's nickname. */
  account: string;
  acceptedAt: Date;
  /** When the account's policy decides, unless a report or `settle()` does before. */
  settlesAt: Date;
}

const SEND_FIELDS: readonly (keyof SendRequest)[] = ['account', 'to', 'msgId', 'content'];
const DECISIONS: readonly SettlementDecision[] = ['sent', 'failed', 'resend'];

/** The bridge as a host app injects it. */
@Injectable()
export class WhatsAppBridge {
  /** Every distinct status of every message, while this process runs. For work that must not be lost use `@OnDeliveryReport`. */
  readonly deliveryReports$: Observable<DeliveryReportEvent>;
  /** Every message of a person, while this process runs. For work that must not be lost use `@OnInboundMessage`. */
  readonly inboundMessages$: Observable<InboundMessageEvent>;
  /**
   * Every outcome of handing a message to AiSensy, while this process runs; `unknown` may be followed by another one. For work that must not be
   * lost use `@OnDispatch`.
   */
  readonly dispatches$: Observable<DispatchEvent>;
  /** When people stop or resume marketing messages, while this process runs. For work that must not be lost use `@OnPreference`. */
  readonly preferences$: Observable<PreferenceEvent>;
  /** What a person should look at: lanes that pause (bad key, no credits, AiSensy down) and go on, and accounts whose messages fail after they were taken. */
  readonly alerts$: Observable<BridgeAlert>;

  constructor(
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(DispatchService) private readonly dispatch: DispatchService,
    @Inject(Settlements) private readonly settlements: Settlements,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(DeadLetters) readonly deadLetters: DeadLetters,
    @Inject(HealthService) private readonly healthService: HealthService,
    @Inject(MaintenanceService) private readonly maintenance: MaintenanceService,
    @Inject(Backlog) private readonly backlog: Backlog,
    @Inject(EventStreams) streams: EventStreams,
  ) {
    this.deliveryReports$ = streams.deliveryReports$;
    this.inboundMessages$ = streams.inboundMessages$;
    this.dispatches$ = streams.dispatches$;
    this.preferences$ = streams.preferences$;
    this.alerts$ = streams.alerts$;
  }

  /**
   * Sends a message of the host's own, on the same durable way as CleverTap's. Its reports go to the listeners, not to
   * CleverTap, which knows nothing of it. Rejects with a `SendError` where it cannot be sent as asked: nothing was sent then. Rejects
   * with a `LedgerError` where the message, or AiSensy's refusal of it, could not be recorded: it may go out all the same, so call
   * again with the same `msgId`, and it goes out once.
   */
  async send(request: SendRequest): Promise<SendResult> {
    onlyFields(request, SEND_FIELDS);
    const { account: nickname, to: number, msgId = `host|${randomUUID()}`, content: draft } = request;
    const account = this.sender(nickname);
    const to = normalizePhoneNumber(number);
    if (to === undefined) throw new SendError('invalid-phone-number', 'send(): `to` is no phone number with a country code.');
    if (typeof msgId !== 'string' || msgId === '' || msgId.length > 60 || msgId === TEST_MSG_ID) {
      throw new SendError('invalid-msg-id', `send(): \`msgId\` must have 1 to 60 characters and may not be ${TEST_MSG_ID}.`);
    }
    const content = readDraft(draft);
    const wire = writeOutbound({ msgId, to, wabaNumber: account.mobileNumber, content });
    const answer = await this.dispatch.submit({ msgId, origin: 'host', account: account.mobileNumber, to, content, wire });
    switch (answer.kind) {
      case 'accepted': return { msgId, status: 'accepted' };
      case 'refused': return { msgId, status: 'refused', reason: answer.reason };
      case 'conflict': throw new SendError('conflict', 'send(): a message with this `msgId` and another content was sent before.');
      case 'overloaded': throw new SendError('overloaded', `send(): ${this.whyNoRoom(account, wire)}; nothing was kept. Try again later.`);
    }
  }

  /**
   * A message's whole life, by CleverTap's msgId or the host's own: every step with its time. `undefined` where no account has it.
   * Ids are unique within an account only: give the account's `nickname` where two accounts might use the same one. Rejects with a
   * `SendError` where there is no such account, and with a `TypeError` where `msgId` is no string.
   */
  async message(msgId: string, nickname?: string): Promise<MessageHistory | undefined> {
    mustBeText(msgId, 'message()');
    for (const account of this.searched(nickname)) {
      const history = await this.ledger.message(account.mobileNumber, msgId);
      if (history !== undefined) return { ...history, account: account.nickname };
    }
    return undefined;
  }

  /**
   * Ends by hand the waiting of a message whose outcome is unknown: `sent` or `failed` is what somebody has found out; `resend` sends it
   * again, so that the person may get it twice. False where no such message waits. As with `message()`, give the account's `nickname` where
   * two accounts might use the same id; rejects as `message()` does, and with a
   * `TypeError` where the decision is none.
   */
  async settle(msgId: string, decision: SettlementDecision, nickname?: string): Promise<boolean> {
    mustBeText(msgId, 'settle()');
    if (!DECISIONS.includes(decision)) throw new TypeError(`settle(): the decision must be one of ${DECISIONS.join(', ')}.`);
    for (const account of this.searched(nickname)) {
      if (await this.settlements.byHand(account, msgId, decision)) return true;
    }
    return false;
  }

  /** Messages whose outcome is unknown, the next to be settled first; at most `limit`, 100, which rejects with a `TypeError` where it is no whole number. */
  async unknownMessages(limit = 100): Promise<UnknownMessageInfo[]> {
    if (!isCount(limit)) throw new TypeError('unknownMessages(): `limit` must be a whole number, 0 or more.');
    return (await this.ledger.unknown(limit)).map((message) => ({
      ...messageSummary(message), account: this.accounts.nickname(message.account), acceptedAt: new Date(message.acceptedAt), settlesAt: new Date(message.settlesAt),
    }));
  }

  /**
   * Erases what is kept of a person: number, texts, bodies. What still waits for the person is not sent. Messages and counts stay, without
   * the person. Resolves with how many messages were blanked; rejects with a `SendError` where `phoneNumber` is none.
   */
  async forget(phoneNumber: string): Promise<number> {
    const number = normalizePhoneNumber(phoneNumber);
    if (number === undefined) throw new SendError('invalid-phone-number', 'forget(): this is no phone number with a country code.');
    return this.maintenance.forget(number);
  }

  /** How the bridge is, for the host's own health endpoint. */
  health(): Promise<BridgeHealth> {
    return this.healthService.check();
  }

  /** Messages by state, waiting jobs by lane, dead letters by kind. */
  counts(): Promise<LedgerCounts> {
    return this.ledger.counts();
  }

  /** Where a message is looked for. */
  private searched(nickname: string | undefined): readonly Account[] {
    return nickname === undefined ? this.accounts.all : [this.accounts.named(nickname)];
  }

  private whyNoRoom({ mobileNumber }: Account, wire: string): string {
    const shortage = this.backlog.shortage(mobileNumber, Buffer.byteLength(wire));
    return shortage === undefined ? 'the backlog was full' : `${shortage.what} (${shortage.numbers})`;
  }

  private sender(nickname: string | undefined): Account {
    if (nickname !== undefined) return this.accounts.named(nickname);
    const account = this.accounts.find(undefined);
    if (account !== undefined) return account;
    throw new SendError('unknown-account', 'There are several accounts and no default one: name the account by its nickname.');
  }
}

/** A route's parameter may be a list, which the ledger could not take. */
function mustBeText(msgId: unknown, method: string): void {
  if (typeof msgId !== 'string') throw new TypeError(`${method}: \`msgId\` must be a string.`);
}
