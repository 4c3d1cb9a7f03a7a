import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { DispatchOutcome } from '../messages/dispatch-outcome.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import type { MessageOrigin } from '../messages/outbound-message.ts';
import type { Preference } from '../messages/preference.ts';

// What lives as long as a message or a report is on its way. Times are milliseconds since 1970.
//
// Classes, not object literals: V8's allocation-site feedback would pretenure a literal's objects after one burst, and pretenured objects keep what
// they reference alive until a major GC. Constructors are not tracked.

/** A message to keep. */
export class NewMessage {
  account: string;
  msgId: string;
  /** Whether the id is CleverTap's test id, which repeats and is never a key. */
  test: boolean;
  origin: MessageOrigin;
  to: string;
  /** `MessageSummary` without the columns of its own, as JSON: opaque to the ledger. */
  summary: string;
  wire: string;
  at: number;
  lane: string;
  /** Whether the caller has a slot: the job is then born claimed (inserted as a claimed one), and the caller runs it. */
  claim: boolean;
  /** Whether it overtakes the others of its lane. */
  urgent: boolean;
  /** When it may no longer be sent. */
  expiresAt?: number;

  constructor(values: NewMessage) {
    this.account = values.account;
    this.msgId = values.msgId;
    this.test = values.test;
    this.origin = values.origin;
    this.to = values.to;
    this.summary = values.summary;
    this.wire = values.wire;
    this.at = values.at;
    this.lane = values.lane;
    this.claim = values.claim;
    this.urgent = values.urgent;
    this.expiresAt = values.expiresAt;
  }
}

/** The message that a job or an event belongs to. */
export class StoredMessage {
  seq: number;
  account: string;
  msgId: string;
  origin: MessageOrigin;
  to: string;
  summary: string;
  acceptedAt: number;

  constructor(values: StoredMessage) {
    this.seq = values.seq;
    this.account = values.account;
    this.msgId = values.msgId;
    this.origin = values.origin;
    this.to = values.to;
    this.summary = values.summary;
    this.acceptedAt = values.acceptedAt;
  }
}

/** Whether the person whom a message was for has been forgotten. */
export function isForgotten({ to }: Pick<StoredMessage, 'to'>): boolean {
  return to === '';
}

/** A message ready to be sent. */
export class SendableMessage extends StoredMessage {
  wire: string;
  /** Whether a report has shown already that it went out. */
  proven: boolean;

  constructor(values: StoredMessage, wire: string, proven = false) {
    super(values);
    this.wire = wire;
    this.proven = proven;
  }
}

/** The log's entry for one attempt at AiSensy. */
export interface LoggedDispatch {
  outcome: DispatchOutcome | 'retry';
  reason?: FailureReason;
}

/** What an entry of the durable log tells, by its kind. */
export type EventPayload = LoggedDispatch | DeliveryReport | InboundMessage | Preference;

/** An entry of the durable log that relay and listeners work off. */
export class RecordedEvent {
  seq: number;
  kind: 'dispatch' | 'delivery-report' | 'inbound-message' | 'preference';
  account: string;
  at: number;
  /** Read-only: it may be the very object that the caller handed in. */
  payload: EventPayload;
  message?: StoredMessage;
  /** For an inbound reply: the message replied to, where the ledger knows it. */
  replyTo?: Pick<StoredMessage, 'msgId' | 'origin'>;
  /** Whether a job for CleverTap came of it. */
  relayed?: boolean;
  /** Jobs that came of it and were born claimed. */
  claimed?: { lane: string; id: number; key: number }[];
  /** Where this event ended its message's waiting for AiSensy: the size of the message's body. */
  left?: number;

  constructor(values: RecordedEvent) {
    this.seq = values.seq;
    this.kind = values.kind;
    this.account = values.account;
    this.at = values.at;
    this.payload = values.payload;
    this.message = values.message;
    this.replyTo = values.replyTo;
    this.relayed = values.relayed;
    this.claimed = values.claimed;
    this.left = values.left;
  }
}

/** A job that its lane now works on. */
export class ClaimedJob {
  id: number;
  /** How often it was tried before. */
  attempts: number;
  /** Jobs of one key are done one after another; none where order does not matter. */
  key?: number;
  /** Whether it must not share a batch: its batch was refused and it may be the one to blame. */
  alone: boolean;
  /** When a dispatch job's time is over. */
  expiresAt?: number;
  /** For a dispatch job. */
  message?: SendableMessage;
  /** For a relay or listener job. */
  event?: RecordedEvent;

  constructor(values: ClaimedJob) {
    this.id = values.id;
    this.attempts = values.attempts;
    this.key = values.key;
    this.alone = values.alone;
    this.expiresAt = values.expiresAt;
    this.message = values.message;
    this.event = values.event;
  }
}
