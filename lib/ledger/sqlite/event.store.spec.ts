import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, callback, message, NOW, report, reportOf, REPORTS } from '../../../test/support/ledger-records.ts';
import type { DeliveryReport } from '../../messages/delivery-report.ts';
import { SqliteEngine } from './engine.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

describe('the log', () => {
  let open: OpenDatabase;
  let engine: SqliteEngine;

  beforeEach(() => {
    open = openDatabase(':memory:');
    engine = new SqliteEngine(open.db);
    engine.accept(message('order-1'));
  });
  afterEach(() => open.close());

  const kept = (): unknown[] => open.db.prepare('SELECT payload FROM events').all().map(({ payload }) => payload);
  /** Has a report recorded, and reads it from the log again for its lane to CleverTap. */
  const relayed = (told: DeliveryReport): DeliveryReport => {
    engine.recordCallback(callback([told]));
    return reportOf(engine.claim(REPORTS, 1, NOW).jobs[0]!);
  };

  it('keeps no payload of a report that its entry says whole, and tells it whole', () => {
    const told = report(['order-1'], 'delivered', NOW - 5_000);
    expect(relayed(told)).toEqual(told);
    expect(kept()).toEqual(['{}']);
    expect(engine.message(ACCOUNT, 'order-1')!.steps.at(-1)).toMatchObject({ step: 'delivered', at: new Date(NOW - 5_000) });
  });

  it.each<[string, Partial<DeliveryReport>]>([
    ["AiSensy's name for it", { names: ['order-1', 'wamid.1'] }],
    ['the person', { recipient: '+919800000001' }],
    ['why it failed', { status: 'failed', failure: { code: 1001, title: '132000: values' } }],
    ['what was tapped', { status: 'clicked', click: { url: 'https://example.com' } }],
    ['a tap on nothing in particular', { status: 'clicked' }],
  ])('keeps a report whole that says more: %s', (_, more) => {
    const told = { ...report(['order-1'], 'read'), ...more };
    expect(relayed(told)).toEqual(told);
    expect(kept()).toEqual([JSON.stringify(told)]);
  });

  it('tells such a report whole in its dead letter too', () => {
    const told = report(['order-1'], 'read');
    engine.recordCallback(callback([told]));
    const [job] = engine.claim(REPORTS, 1, NOW).jobs;
    engine.finish([{ kind: 'dead', id: job!.id, letter: 'relay', reason: 'refused', at: NOW }]);
    expect(engine.deadLetters({}).map(({ payload }) => payload)).toEqual([told]);
  });
});
