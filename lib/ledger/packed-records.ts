import type { DeliveryReport } from '../messages/delivery-report.ts';
import type {
  CallbackRecord, Claim, ClaimedJob, DispatchRecord, DispatchResult, NewMessage, RecordedEvent, StoredMessage,
} from './ledger-records.ts';

// What travels between the threads with every message goes as the list of its values. An object carries the names of its members along and
// is matched by them at the other end, which made the journey the dearest part of a report. What is rare stays an object.

/** How values of one type travel. */
export interface Packing<T> {
  pack(value: T): unknown;
  unpack(packed: never): T;
}

/** Members that most records do not have; `undefined` where this one has none of them. */
type Rest<T, Known extends keyof T> = Omit<T, Known> | undefined;

function rest<T extends object>(members: T): T | undefined {
  for (const name in members) if (members[name] !== undefined) return members;
  return undefined;
}

type PackedMessage = [seq: number, account: string, msgId: string, origin: StoredMessage['origin'], to: string, summary: string, acceptedAt: number];

function packMessage({ seq, account, msgId, origin, to, summary, acceptedAt }: StoredMessage): PackedMessage {
  return [seq, account, msgId, origin, to, summary, acceptedAt];
}

function unpackMessage([seq, account, msgId, origin, to, summary, acceptedAt]: PackedMessage): StoredMessage {
  return { seq, account, msgId, origin, to, summary, acceptedAt };
}

type PackedNewMessage = [
  account: string, msgId: string, test: boolean, origin: NewMessage['origin'], to: string, summary: string, wire: string, at: number, lane: string,
  claim: boolean, urgent: boolean, expiresAt: number | undefined,
];

export const newMessage = {
  pack: ({ account, msgId, test, origin, to, summary, wire, at, lane, claim, urgent, expiresAt }: NewMessage): PackedNewMessage =>
    [account, msgId, test, origin, to, summary, wire, at, lane, claim, urgent, expiresAt],
  unpack: ([account, msgId, test, origin, to, summary, wire, at, lane, claim, urgent, expiresAt]: PackedNewMessage): NewMessage =>
    ({ account, msgId, test, origin, to, summary, wire, at, lane, claim, urgent, expiresAt }),
} satisfies Packing<NewMessage>;

type DispatchDetails = 'job' | 'message' | 'attempt' | 'at' | 'outcome' | 'names' | 'listenerLanes' | 'provenLanes';
type PackedDispatch = [
  job: number, message: number, attempt: number, at: number, outcome: DispatchRecord['outcome'], names: string[], listenerLanes: string[],
  provenLanes: string[], more: Rest<DispatchRecord, DispatchDetails>,
];

export const dispatchRecord = {
  pack: ({ job, message, attempt, at, outcome, names, listenerLanes, provenLanes, ...more }: DispatchRecord): PackedDispatch =>
    [job, message, attempt, at, outcome, names, listenerLanes, provenLanes, rest(more)],
  unpack: ([job, message, attempt, at, outcome, names, listenerLanes, provenLanes, more]: PackedDispatch): DispatchRecord =>
    ({ job, message, attempt, at, outcome, names, listenerLanes, provenLanes, ...more }),
} satisfies Packing<DispatchRecord>;

type PackedReport = [
  names: string[], status: DeliveryReport['status'], at: number, recipient: string | undefined, listenerLanes: string[],
  more: Rest<DeliveryReport, 'names' | 'status' | 'at' | 'recipient'>,
];
type PackedCallback = [
  accounts: string[], at: number, parkForMs: number, reports: PackedReport[], room: (string | number)[] | undefined,
  more: Rest<CallbackRecord, 'accounts' | 'at' | 'parkForMs' | 'reports' | 'room'>,
];

function packReport({ report, listenerLanes }: CallbackRecord['reports'][number]): PackedReport {
  const { names, status, at, recipient, ...more } = report;
  return [names, status, at, recipient, listenerLanes, rest(more)];
}

function unpackReport([names, status, at, recipient, listenerLanes, more]: PackedReport): CallbackRecord['reports'][number] {
  return { report: { names, status, at, ...(recipient !== undefined && { recipient }), ...more }, listenerLanes };
}

function roomOf(flat: (string | number)[]): Record<string, number> {
  const room: Record<string, number> = {};
  for (let at = 0; at < flat.length; at += 2) room[flat[at]!] = flat[at + 1] as number;
  return room;
}

export const callbackRecord = {
  pack: ({ accounts, at, parkForMs, reports, room, ...more }: CallbackRecord): PackedCallback =>
    [accounts, at, parkForMs, reports.map(packReport), room && Object.entries(room).flat(), rest(more)],
  unpack: ([accounts, at, parkForMs, reports, room, more]: PackedCallback): CallbackRecord =>
    ({ accounts, at, parkForMs, reports: reports.map(unpackReport), room: room && roomOf(room), ...more }),
} satisfies Packing<CallbackRecord>;

type PackedEvent = [
  seq: number, kind: RecordedEvent['kind'], account: string, at: number, payload: string, relayed: boolean | undefined, message: PackedMessage | undefined,
  claimed: (string | number)[] | undefined, more: Rest<RecordedEvent, 'seq' | 'kind' | 'account' | 'at' | 'payload' | 'relayed' | 'message' | 'claimed'>,
];

function packEvent({ seq, kind, account, at, payload, relayed, message, claimed, ...more }: RecordedEvent): PackedEvent {
  return [
    seq, kind, account, at, payload, relayed, message && packMessage(message), claimed?.flatMap(({ lane, id, key }) => [lane, id, key]), rest(more),
  ];
}

function unpackEvent([seq, kind, account, at, payload, relayed, message, claimed, more]: PackedEvent): RecordedEvent {
  const event: RecordedEvent = { seq, kind, account, at, payload, relayed, message: message && unpackMessage(message), ...more };
  if (claimed !== undefined) event.claimed = claimedJobs(claimed);
  return event;
}

function claimedJobs(flat: (string | number)[]): RecordedEvent['claimed'] {
  const jobs: NonNullable<RecordedEvent['claimed']> = [];
  for (let at = 0; at < flat.length; at += 3) jobs.push({ lane: flat[at] as string, id: flat[at + 1] as number, key: flat[at + 2] as number });
  return jobs;
}

export const recordedEvents = {
  pack: (events: RecordedEvent[]): PackedEvent[] => events.map(packEvent),
  unpack: (packed: PackedEvent[]): RecordedEvent[] => packed.map(unpackEvent),
} satisfies Packing<RecordedEvent[]>;

type PackedResult = [event: PackedEvent | undefined, relayed: boolean, matched: PackedEvent[], gone: true | undefined];

export const dispatchResult = {
  pack: ({ event, relayed, matched, gone }: DispatchResult): PackedResult => [event && packEvent(event), relayed, matched.map(packEvent), gone],
  unpack: ([event, relayed, matched, gone]: PackedResult): DispatchResult =>
    ({ event: event && unpackEvent(event), relayed, matched: matched.map(unpackEvent), gone }),
} satisfies Packing<DispatchResult>;

type PackedJob = [
  id: number, attempts: number, alone: boolean, key: number | undefined, expiresAt: number | undefined, message: PackedMessage | undefined,
  wire: string | undefined, event: PackedEvent | undefined,
];
type PackedClaim = [jobs: PackedJob[], more: boolean, nextDue: number | undefined];

function packJob({ id, attempts, alone, key, expiresAt, message, event }: ClaimedJob): PackedJob {
  return [id, attempts, alone, key, expiresAt, message && packMessage(message), message?.wire, event && packEvent(event)];
}

function unpackJob([id, attempts, alone, key, expiresAt, message, wire, event]: PackedJob): ClaimedJob {
  return {
    id, attempts, alone, key, expiresAt, message: message && { ...unpackMessage(message), wire: wire! }, event: event && unpackEvent(event),
  };
}

export const claim = {
  pack: ({ jobs, more, nextDue }: Claim): PackedClaim => [jobs.map(packJob), more, nextDue],
  unpack: ([jobs, more, nextDue]: PackedClaim): Claim => ({ jobs: jobs.map(unpackJob), more, nextDue }),
} satisfies Packing<Claim>;
