import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCallback } from '../../lib/aisensy/callback.parser.ts';
import { isRelayable, readCleverTapCallback, writeDeliveryReports, writeInboundMessage } from '../../lib/clevertap/callback-form.ts';
import { parseOutbound } from '../../lib/clevertap/outbound.parser.ts';
import { writeOutbound } from '../../lib/clevertap/outbound.writer.ts';
import { eventOf, inboundEvent, reportEvent, writeSummary } from '../../lib/events/event.factory.ts';
import type { RecordedEvent } from '../../lib/ledger/message-records.ts';
import type { DeliveryReport } from '../../lib/messages/delivery-report.ts';
import type { InboundMessage } from '../../lib/messages/inbound-message.ts';
import { Chance } from '../fuzz/chance.ts';
import { CALLBACKS, MESSAGES } from '../fuzz/corpus.ts';
import { mutateTree } from '../fuzz/mutate-tree.ts';

const ACCOUNT = '+918889500122';
const RECEIVED_AT = 1_790_001_000_123;

/** The samples, changed in every way: what the parsers make of them is what the writers have to write. */
const changed = (samples: typeof MESSAGES): fc.Arbitrary<unknown> => fc.tuple(fc.nat(samples.length - 1), fc.nat(samples.length - 1), fc.integer())
  .map(([index, donor, seed]) => JSON.parse(JSON.stringify(mutateTree(samples[index]!.value, new Chance(seed), samples[donor]!.value)) ?? 'null') as unknown);

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a message', () => {
  it('is the same after it was written and read again, whatever body it came from', () => {
    let read = 0;
    fc.assert(fc.property(changed(MESSAGES), (body) => {
      const parsed = parseOutbound(Buffer.from(JSON.stringify(body)));
      if (!parsed.ok) return;
      read += 1;
      const { msgId, to, content } = parsed.message;
      const again = parseOutbound(writeOutbound({ msgId, to, wabaNumber: ACCOUNT, content }));
      if (!again.ok) throw new Error(again.detail);
      expect({ msgId: again.message.msgId, to: again.message.to, content: again.message.content }).toEqual({ msgId, to, content });
      expect(JSON.parse(writeSummary(again.message.content))).toEqual(JSON.parse(writeSummary(content)));
    }), { numRuns: 1_000 });
    expect(read).toBeGreaterThan(300);
  });
});

describe('a callback', () => {
  const seconds = (at: number): number => Math.floor(at / 1_000) * 1_000;
  /** Times that a form in seconds can hold and tell from milliseconds. */
  const holds = (at: number): boolean => at >= 1_000_000_000 && at < 100_000_000_000_000;

  it('tells CleverTap the same statuses as it told the bridge', () => {
    let told = 0;
    fc.assert(fc.property(changed(CALLBACKS), (body) => {
      const reports = parseCallback(body, RECEIVED_AT).reports.filter(({ at }) => holds(at));
      const written = writeDeliveryReports(reports.map(({ names, ...report }) => ({ ...report, msgId: names[0]! })));
      const again = readCleverTapCallback(JSON.parse(written), 0);
      expect(again.unreadable).toEqual([]);
      const expected = reports.map(({ names, status, at, failure, click }) => ({
        names: [names[0]], status, at: seconds(at), ...(failure && { failure }), ...(status === 'clicked' && { click: click ?? {} }),
      }));
      expect(again.reports).toEqual(expected);
      told += reports.length;
    }), { numRuns: 1_000 });
    expect(told).toBeGreaterThan(150);
  });

  it('tells CleverTap the same message of a person', () => {
    let told = 0;
    fc.assert(fc.property(changed(CALLBACKS), (body) => {
      for (const message of parseCallback(body, RECEIVED_AT).inbound) {
        const written = writeInboundMessage({ ...message, wabaNumber: ACCOUNT });
        expect(written === undefined).toBe(message.from === undefined || !isRelayable(message));
        if (written === undefined || !holds(message.at)) continue;
        const { inbound: [again], unreadable } = readCleverTapCallback(JSON.parse(written), 0);
        expect(unreadable).toEqual([]);
        expect(again).toMatchObject({ from: message.from, wabaNumber: ACCOUNT, at: seconds(message.at) });
        // Written once more it is the same to the byte: what CleverTap has no field for is gone, what it has one for stays.
        expect(writeInboundMessage({ ...again!, wabaNumber: ACCOUNT })).toBe(written);
        told += 1;
      }
    }), { numRuns: 1_000 });
    expect(told).toBeGreaterThan(150);
  });
});

describe('an event', () => {
  /** As the ledger gives it back. */
  const recorded = (kind: RecordedEvent['kind'], value: DeliveryReport | InboundMessage): RecordedEvent =>
    ({ seq: 1, kind, account: ACCOUNT, at: value.at, payload: JSON.parse(JSON.stringify(value)) as DeliveryReport | InboundMessage });

  it('is told from the log as it would be told at once', () => {
    fc.assert(fc.property(changed(CALLBACKS), (body) => {
      const { reports, inbound } = parseCallback(body, RECEIVED_AT);
      for (const report of reports) expect(plain(eventOf(recorded('delivery-report', report), 'First'))).toEqual(plain(reportEvent(report, 'First')));
      for (const message of inbound) {
        const event = eventOf(recorded('inbound-message', message), 'First') as ReturnType<typeof inboundEvent>;
        expect(plain(event)).toEqual(plain(inboundEvent(message, 'First')));
        expect((plain(event) as InboundMessage).raw).toEqual(message.raw);
        expect(event.at.getTime()).toBe(message.at);
      }
    }), { numRuns: 1_000 });
  });
});
