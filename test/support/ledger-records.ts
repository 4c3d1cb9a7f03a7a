import type { DeliveryReport, DeliveryStatus } from '../../lib/messages/delivery-report.ts';
import { laneName, type Ledger } from '../../lib/ledger/ledger.ts';
import type { CallbackRecord, DispatchRecord } from '../../lib/ledger/ledger-records.ts';
import type { NewMessage, RecordedEvent } from '../../lib/ledger/message-records.ts';

/** Samples of what the ledger is given, for its specs. */
export const ACCOUNT = '+918889500122';
export const DISPATCH = laneName.dispatch(ACCOUNT);
export const REPORTS = laneName.reports(ACCOUNT);
export const NOW = 1_790_000_000_000;

export const message = (msgId: string, more: Partial<NewMessage> = {}): NewMessage => ({
  account: ACCOUNT, msgId, test: false, origin: 'clevertap', to: '+919800000001', summary: '{"type":"text"}', wire: `{"msgId":"${msgId}"}`,
  at: NOW, lane: DISPATCH, claim: true, urgent: false, ...more,
});
export const report = (names: string[], status: DeliveryStatus, at = NOW): DeliveryReport => ({ names, status, at });
export const callback = (reports: DeliveryReport[], more: Partial<CallbackRecord> = {}): CallbackRecord => ({
  accounts: [ACCOUNT], reports: reports.map((each) => ({ report: each, listenerLanes: ['listener:Host.seen'] })), inbound: [], unreadable: [], at: NOW,
  parkForMs: 1_000, settledLanes: ['listener:settled'], ...more,
});
export const verdict = (job: number, seq: number, more: Partial<DispatchRecord> = {}): DispatchRecord => ({
  job, message: seq, attempt: 1, at: NOW, outcome: 'dispatched', names: [], listenerLanes: [], provenLanes: [], ...more,
});

/** Has a new message accepted. */
export async function accepted(ledger: Ledger, msgId: string, more: Partial<NewMessage> = {}): Promise<{ message: number; job: number }> {
  const result = await ledger.accept(message(msgId, more));
  if (result.kind !== 'new') throw new Error(`${msgId} was ${result.kind}`);
  return result;
}

/** The report behind a claimed job or an entry of the log. */
export function reportOf(entry: Pick<RecordedEvent, 'payload'> | { event?: RecordedEvent }): DeliveryReport {
  return ('payload' in entry ? entry.payload : entry.event!.payload) as DeliveryReport;
}
