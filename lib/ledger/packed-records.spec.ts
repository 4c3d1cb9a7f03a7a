import { describe, expect, it } from '@jest/globals';
import { serialize, deserialize } from 'node:v8';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { AcceptResult, CallbackRecord, Claim, DispatchRecord, DispatchResult } from './ledger-records.ts';
import type { ClaimedJob, NewMessage, RecordedEvent, StoredMessage } from './message-records.ts';
import { acceptResult, callbackRecord, claim, dispatchRecord, dispatchResult, newMessage, type Packing, recordedEvents, type ResultPacking } from './packed-records.ts';
import { ValueReader, type Values } from './packed-values.ts';

// `Required`: a member that is added to a record and forgotten in its packing does not compile here, or does not come back.

const failure = { code: 1002, title: 'The number is not on WhatsApp' } as const;
const stored: Required<StoredMessage> = { seq: 7, account: '+918889500122', msgId: 'm-1', origin: 'host', to: '+919800000001', summary: '{}', acceptedAt: 1 };
const report: Required<DeliveryReport> = {
  names: ['m-1', 'wamid.1'], status: 'clicked', at: 2, failure, freeformCode: 1005, accountWide: true, click: { url: 'https://a.example' }, recipient: '+919800000001',
};
const event: Required<RecordedEvent> = {
  seq: 3, kind: 'inbound-message', account: '+918889500122', at: 4, payload: { id: '1', at: 4, type: 'text', raw: {} }, message: stored, replyTo: { msgId: 'm-0', origin: 'clevertap' }, relayed: true,
  claimed: [{ lane: 'relay:a', id: 1, key: -5 }, { lane: 'listener:b', id: 2, key: 0 }], left: 1_200,
};
const bare: RecordedEvent = { seq: 3, kind: 'dispatch', account: '+918889500122', at: 4, payload: { outcome: 'dispatched' } };
/** Entries of the reports of a callback, and of one that was parked before. */
const ENTRIES: RecordedEvent[] = [report, { ...report, status: 'sent' as const }].map((payload) => ({ ...event, kind: 'delivery-report', payload }));
const job: Required<ClaimedJob> = { id: 1, attempts: 2, key: 0, alone: true, expiresAt: 9, message: { ...stored, wire: '{"msgId":"m-1"}', proven: true }, event };

const NEW: Required<NewMessage> = {
  account: '+918889500122', msgId: 'm-1', test: true, origin: 'host', to: '+919800000001', summary: '{}', wire: '{"a":"é"}', at: 1, lane: 'dispatch:a', claim: true, urgent: true, expiresAt: 2,
};
const DISPATCH: Required<DispatchRecord> = {
  job: 1, message: 2, attempt: 3, at: 4, outcome: 'unknown', reason: failure, names: ['wamid.1'], due: 5, settleAt: 6, lookUpAt: 7, answered: false,
  listenerLanes: ['listener:a'], provenLanes: ['listener:b'],
};
const CALLBACK: Required<CallbackRecord> = {
  accounts: ['+918889500122'], reports: [{ report, listenerLanes: ['listener:a'] }, { report: { names: ['m-2'], status: 'sent', at: 1 }, listenerLanes: [] }],
  inbound: [{ message: { id: '1', at: 1, type: 'text', text: 'hi', raw: {} }, account: '+918889500122', listenerLanes: [] }],
  preferences: [{ preference: { at: 1, change: 'stop', category: 'marketing_messages' }, account: '+918889500122', listenerLanes: [] }],
  people: [{ userId: 'IN.1', phoneNumber: '+919800000001' }], unreadable: [{ reason: 'no form', raw: [1] }],
  at: 1, parkForMs: 2, settledLanes: ['listener:c'], room: [{ lane: 'relay:a', places: 1 }, { lane: 'listener:b', places: 2 }],
};
const RESULT: Required<DispatchResult> = { event, relayed: true, matched: [bare, event], gone: true };
const CLAIM: Required<Claim> = { jobs: [job, { id: 2, attempts: 0, alone: false }], more: true, nextDue: 3 };

describe('records on their way between the threads', () => {
  it('do not tell the caller again what he has told', () => {
    const row: Values = [];
    recordedEvents.put(ENTRIES, row, CALLBACK);
    expect(row.filter((value) => value === report)).toEqual([]);
    expect(recordedEvents.take(new ValueReader(row), CALLBACK)[0]!.payload).toBe(report);
  });

  it.each([
    ['a new message', journey(newMessage, [NEW, without(NEW, 'expiresAt')])],
    ['an outcome', journey(dispatchRecord, [DISPATCH, without(DISPATCH, 'reason', 'due', 'settleAt', 'lookUpAt', 'answered')])],
    ['a callback', journey(callbackRecord, [CALLBACK, without(CALLBACK, 'inbound', 'preferences', 'people', 'unreadable', 'settledLanes', 'room')])],
    ['entries of the log', journey(recordedEvents, [[event, ...ENTRIES, bare]], CALLBACK)],
    ['what became of a new message', journey(acceptResult, [{ kind: 'new', message: 1, job: 2 }, { kind: 'conflict' }, { kind: 'repeat', message: 1, refusal: failure }] as AcceptResult[])],
    ['what followed from an outcome', journey(dispatchResult, [RESULT, { relayed: false, matched: [] }])],
    ['claimed jobs', journey(claim, [CLAIM, { jobs: [], more: false }])],
  ])('come out as they went in: %s', (_, { went, came }) => {
    expect(came).toEqual(went);
  });
});

function journey<T>(packing: Packing<T> | ResultPacking<T, CallbackRecord>, went: T[], asked = CALLBACK): { went: T[]; came: T[] } {
  const row: Values = [];
  for (const record of went) packing.put(record, row, asked);
  const from = new ValueReader(deserialize(serialize(row)) as Values);
  const came = went.map(() => packing.take(from, asked));
  return { went, came: from.isAtEnd ? came : [] };
}

function without<T extends object, K extends keyof T>(record: T, ...names: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name as K))) as Omit<T, K>;
}
