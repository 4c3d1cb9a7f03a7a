import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { AcceptResult, CallbackRecord, Claim, DispatchRecord, DispatchResult, LanePlaces, RepeatResult } from './ledger-records.ts';
import { ClaimedJob, NewMessage, RecordedEvent, SendableMessage, StoredMessage } from './message-records.ts';
import { putList, putListOf, putOptional, type ValueReader, type Values } from './packed-values.ts';

// Records that travel between the threads with every message go as bare values in one flat list. Nested objects and lists would carry their names
// and lengths along, which made the transfer the most expensive part of a report. Rare records stay objects.

/** How the records of one type travel. */
export interface Packing<T> {
  put(value: T, into: Values): void;
  take(from: ValueReader): T;
}

/** How the results of a call travel: what the caller has handed in need not come back. */
export interface ResultPacking<T, Asked = unknown> {
  put(value: T, into: Values, asked: Asked): void;
  take(from: ValueReader, asked: Asked): T;
}

export const newMessage: Packing<NewMessage> = {
  put({ account, msgId, test, origin, to, summary, wire, at, lane, claim, urgent, expiresAt }, into) {
    into.push(account, msgId, test, origin, to, summary, wire, at, lane, claim, urgent, expiresAt);
  },
  take: (from) => new NewMessage({
    account: from.next(), msgId: from.next(), test: from.next(), origin: from.next(), to: from.next(), summary: from.next(), wire: from.next(),
    at: from.next(), lane: from.next(), claim: from.next(), urgent: from.next(), expiresAt: from.next(),
  }),
};

export const acceptResult: ResultPacking<AcceptResult> = {
  put(result, into) {
    if (result.kind === 'new') into.push(result.message, result.job);
    else into.push(result);
  },
  take(from) {
    const first = from.next<number | RepeatResult>();
    return typeof first === 'number' ? { kind: 'new', message: first, job: from.next() } : first;
  },
};

export const dispatchRecord: Packing<DispatchRecord> = {
  put({ job, message, attempt, at, outcome, reason, due, settleAt, lookUpAt, answered, names, listenerLanes, provenLanes }, into) {
    into.push(job, message, attempt, at, outcome, reason, due, settleAt, lookUpAt, answered);
    putList(names, into);
    putList(listenerLanes, into);
    putList(provenLanes, into);
  },
  take: (from) => ({
    job: from.next(), message: from.next(), attempt: from.next(), at: from.next(), outcome: from.next(), reason: from.next(), due: from.next(),
    settleAt: from.next(), lookUpAt: from.next(), answered: from.next(), names: from.list(), listenerLanes: from.list(), provenLanes: from.list(),
  }),
};

/** Fields that most records do not have travel together as one object, or as none. */
type Rare<T, Field extends keyof T> = Pick<T, Field> | undefined;
type RareOfReport = Rare<DeliveryReport, 'failure' | 'freeformCode' | 'accountWide' | 'click'>;
type RareOfCallback = Rare<CallbackRecord, 'inbound' | 'preferences' | 'people' | 'unreadable' | 'settledLanes'>;

function putReport({ report, listenerLanes }: CallbackRecord['reports'][number], into: Values): void {
  const { names, status, at, failure, freeformCode, accountWide, click, recipient } = report;
  const isPlain = (failure ?? freeformCode ?? accountWide ?? click) === undefined;
  into.push(status, at, recipient, isPlain ? undefined : { failure, freeformCode, accountWide, click });
  putList(names, into);
  putList(listenerLanes, into);
}

function takeReport(from: ValueReader): CallbackRecord['reports'][number] {
  const [status, at, recipient, rare] = [from.next<DeliveryReport['status']>(), from.next<number>(), from.next<string | undefined>(), from.next<RareOfReport>()];
  const report: DeliveryReport = {
    status, at, recipient, failure: rare?.failure, freeformCode: rare?.freeformCode, accountWide: rare?.accountWide, click: rare?.click, names: from.list(),
  };
  return { report, listenerLanes: from.list() };
}

export const callbackRecord: Packing<CallbackRecord> = {
  put({ accounts, at, parkForMs, reports, room, inbound, preferences, people, unreadable, settledLanes }, into) {
    const isPlain = (inbound ?? preferences ?? people ?? unreadable ?? settledLanes) === undefined;
    into.push(at, parkForMs, isPlain ? undefined : { inbound, preferences, people, unreadable, settledLanes });
    putList(accounts, into);
    putListOf(reports, into, putReport);
    putOptional(room, into, (lanes) => putListOf(lanes, into, putPlaces));
  },
  take(from) {
    const [at, parkForMs, rare] = [from.next<number>(), from.next<number>(), from.next<RareOfCallback>()];
    return {
      at, parkForMs, inbound: rare?.inbound, preferences: rare?.preferences, people: rare?.people, unreadable: rare?.unreadable,
      settledLanes: rare?.settledLanes, accounts: from.list(), reports: from.listOf(() => takeReport(from)),
      room: from.optional(() => from.listOf((): LanePlaces => ({ lane: from.next(), places: from.next() }))),
    };
  },
};

function putPlaces({ lane, places }: LanePlaces, into: Values): void {
  into.push(lane, places);
}

function putMessage({ seq, account, msgId, origin, to, summary, acceptedAt }: StoredMessage, into: Values): void {
  into.push(seq, account, msgId, origin, to, summary, acceptedAt);
}

function takeMessage(from: ValueReader): StoredMessage {
  return new StoredMessage({
    seq: from.next(), account: from.next(), msgId: from.next(), origin: from.next(), to: from.next(), summary: from.next(), acceptedAt: from.next(),
  });
}

type ClaimedFor = NonNullable<RecordedEvent['claimed']>[number];

type PlaceOf = (payload: RecordedEvent['payload']) => number | undefined;

/** `placeOf` gives the place of a report among those that the caller handed in: the place then travels instead of the report. */
function putEvent(event: RecordedEvent, into: Values, placeOf?: PlaceOf): void {
  const { seq, kind, account, at, payload, relayed, replyTo, left, message, claimed } = event;
  into.push(seq, kind, account, at, placeOf?.(payload) ?? payload, relayed, replyTo, left);
  putOptional(message, into, putMessage);
  putOptional(claimed, into, (jobs) => putListOf(jobs, into, ({ lane, id, key }) => into.push(lane, id, key)));
}

function takeEvent(from: ValueReader, reports: CallbackRecord['reports'] = []): RecordedEvent {
  return new RecordedEvent({
    seq: from.next(), kind: from.next(), account: from.next(), at: from.next(), payload: payloadOf(from.next(), reports), relayed: from.next(),
    replyTo: from.next(), left: from.next(), message: from.optional(() => takeMessage(from)),
    claimed: from.optional(() => from.listOf((): ClaimedFor => ({ lane: from.next(), id: from.next(), key: from.next() }))),
  });
}

function payloadOf(told: number | RecordedEvent['payload'], reports: CallbackRecord['reports']): RecordedEvent['payload'] {
  return typeof told === 'number' ? reports[told]!.report : told;
}

/** Most callbacks are one report. */
function placesAmong(reports: CallbackRecord['reports']): PlaceOf {
  if (reports.length === 1) return (payload) => (payload === reports[0]!.report ? 0 : undefined);
  const places = new Map<object, number>(reports.map(({ report }, place) => [report, place]));
  return (payload) => places.get(payload);
}

export const recordedEvents: ResultPacking<RecordedEvent[], CallbackRecord> = {
  put(events, into, asked) {
    const placeOf = placesAmong(asked.reports);
    putListOf(events, into, (event) => putEvent(event, into, placeOf));
  },
  take(from, asked) {
    return from.listOf(() => takeEvent(from, asked.reports));
  },
};

export const dispatchResult: ResultPacking<DispatchResult> = {
  put({ event, relayed, matched, gone }, into) {
    into.push(relayed, gone);
    putOptional(event, into, putEvent);
    putListOf(matched, into, putEvent);
  },
  take(from) {
    const relayed = from.next<boolean>();
    const gone = from.next<true | undefined>();
    return { relayed, gone, event: from.optional(() => takeEvent(from)), matched: from.listOf(() => takeEvent(from)) };
  },
};

function putJob({ id, attempts, alone, key, expiresAt, message, event }: ClaimedJob, into: Values): void {
  into.push(id, attempts, alone, key, expiresAt, message?.wire, message?.proven);
  putOptional(message, into, putMessage);
  putOptional(event, into, putEvent);
}

function takeJob(from: ValueReader): ClaimedJob {
  const job = new ClaimedJob({ id: from.next(), attempts: from.next(), alone: from.next(), key: from.next(), expiresAt: from.next() });
  const wire = from.next<string | undefined>();
  const proven = from.next<boolean | undefined>();
  job.message = from.optional(() => new SendableMessage(takeMessage(from), wire!, proven));
  job.event = from.optional(() => takeEvent(from));
  return job;
}

export const claim: ResultPacking<Claim> = {
  put({ jobs, more, nextDue }, into) {
    into.push(more, nextDue);
    putListOf(jobs, into, putJob);
  },
  take: (from) => ({ more: from.next(), nextDue: from.next(), jobs: from.listOf(() => takeJob(from)) }),
};
