import { describe, expect, it } from '@jest/globals';
import type { BridgeEventKind } from './bridge-events.ts';
import { filterProblems } from './filter-fields.ts';

const problems = (kind: BridgeEventKind, filter: object) => filterProblems(kind, filter as never);

describe('the filter of a listener', () => {
  it.each<[BridgeEventKind, object]>([
    ['dispatch', {}],
    ['dispatch', { outcome: ['rejected', 'expired'], account: 'shop', template: ['a', 'b'], origin: 'host', name: 'x', concurrency: 2, timeoutMs: 5 }],
    ['delivery-report', { status: 'clicked', failureCode: [1000, 1010], template: undefined }],
    ['inbound-message', { type: ['button', 'other'], text: ['Good', /^bad/i], payload: /x/ }],
    ['preference', { change: 'stop', account: ['shop', 'help'] }],
  ])('of %s may be %p', (kind, filter) => {
    expect(problems(kind, filter)).toEqual([]);
  });

  it.each<[BridgeEventKind, object, string[]]>([
    ['dispatch', { outcome: 'refused' }, ["`outcome` is 'refused', which no event has; there are dispatched, rejected, unknown, expired"]],
    ['dispatch', { outcome: ['dispatched', 'expire'] }, ["`outcome` is 'expire', which no event has; did you mean expired?"]],
    ['dispatch', { outcom: 'expired' }, ['`outcom` is no field of this filter; did you mean outcome?']],
    ['dispatch', { status: 'failed' }, ['`status` is no field of this filter; there are outcome, account, template, origin']],
    ['dispatch', { account: null }, ['`account` is no string']],
    ['delivery-report', { failureCode: 131026 }, ['`failureCode` is 131026, which no event has; there are 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010']],
    ['inbound-message', { text: 5, type: [] }, [
      '`text` is neither a string nor a regular expression', '`type` is an empty list, which nothing matches; leave it out to match everything',
    ]],
    ['preference', { change: 'stopp', toString: 1 }, ["`change` is 'stopp', which no event has; did you mean stop?", '`toString` is no field of this filter; there are change, account']],
  ])('of %s may not be %p', (kind, filter, expected) => {
    expect(problems(kind, filter)).toEqual(expected);
  });
});
