import { describe, expect, it } from '@jest/globals';
import { deliveryReport, dispatch, inboundMessage, inboundText } from '../../test/support/sample-events.ts';
import type { DeliveryReportFilter, DispatchFilter, InboundMessageFilter } from './listener-filters.ts';
import { matcherOf } from './listener-matcher.ts';

describe('the filter of delivery reports', () => {
  const failed = deliveryReport({ status: 'failed', failure: { code: 1005, title: '131026: Message undeliverable' } });
  const unsent = deliveryReport({ message: undefined });

  it.each<[DeliveryReportFilter, boolean]>([
    [{}, true],
    [{ name: 'n', concurrency: 1, timeoutMs: 1 }, true],
    [{ status: 'failed' }, true],
    [{ status: ['read', 'failed'] }, true],
    [{ status: 'read' }, false],
    [{ account: 'AiSensy_WA' }, true],
    [{ account: ['Other_WA'] }, false],
    [{ template: 'order_update' }, true],
    [{ template: ['welcome', 'bye'] }, false],
    [{ failureCode: 1005 }, true],
    [{ failureCode: [1002, 1003] }, false],
    [{ status: 'failed', failureCode: 1005, template: 'order_update', account: 'AiSensy_WA' }, true],
    [{ status: 'failed', failureCode: 1005, template: 'welcome', account: 'AiSensy_WA' }, false],
  ])('%j of a failed report: %s', (filter, expected) => {
    expect(matcherOf('delivery-report', filter).matches(failed)).toBe(expected);
  });

  it('asks in vain for what the report does not have', () => {
    expect(matcherOf('delivery-report', { template: 'order_update' }).matches(unsent)).toBe(false);
    expect(matcherOf('delivery-report', { failureCode: 1005 }).matches(unsent)).toBe(false);
    expect(matcherOf('delivery-report', {}).matches(unsent)).toBe(true);
  });
});

describe('the filter of delivery reports whose message is not recognised yet', () => {
  const early = deliveryReport({ status: 'failed', failure: { code: 1005, title: 'x' }, message: undefined });

  it.each<[DeliveryReportFilter, boolean]>([
    [{}, true],
    [{ template: 'order_update' }, true],
    [{ template: 'order_update', status: 'failed', failureCode: 1005 }, true],
    [{ template: 'order_update', status: 'read' }, false],
    [{ template: 'order_update', account: 'Other_WA' }, false],
    [{ failureCode: 1002 }, false],
  ])('%j may match: %s', (filter, expected) => {
    expect(matcherOf('delivery-report', filter).mayMatch(early)).toBe(expected);
  });

  it('is as sure as ever once the message is known', () => {
    expect(matcherOf('delivery-report', { template: 'welcome' }).mayMatch(deliveryReport())).toBe(false);
    expect(matcherOf('delivery-report', { template: 'order_update' }).mayMatch(deliveryReport())).toBe(true);
    expect(matcherOf('dispatch', { template: 'welcome' }).mayMatch(dispatch())).toBe(false);
    expect(matcherOf('inbound-message', { text: 'stop' }).mayMatch(inboundText('go'))).toBe(false);
  });
});

describe('the filter of dispatches', () => {
  it.each<[DispatchFilter, boolean]>([
    [{}, true],
    [{ outcome: 'dispatched' }, true],
    [{ outcome: ['rejected', 'unknown', 'expired'] }, false],
    [{ account: 'AiSensy_WA' }, true],
    [{ account: 'aisensy_wa' }, false],
    [{ template: 'order_update' }, true],
    [{ template: 'order_updat' }, false],
    [{ origin: 'clevertap' }, true],
    [{ origin: 'host' }, false],
  ])('%j of a dispatched campaign message: %s', (filter, expected) => {
    expect(matcherOf('dispatch', filter).matches(dispatch())).toBe(expected);
  });
});

describe('the filter of inbound messages', () => {
  it.each<[InboundMessageFilter, boolean]>([
    [{}, true],
    [{ type: 'button' }, true],
    [{ type: ['text', 'image'] }, false],
    [{ account: 'Other_WA' }, false],
    [{ payload: 'feedback:good' }, true],
    [{ payload: 'FEEDBACK:GOOD' }, false],
    [{ payload: 'feedback' }, false],
    [{ payload: /^feedback:/ }, true],
    [{ payload: ['x', /bad$/] }, false],
    [{ text: 'good' }, true],
    [{ text: 'goo' }, false],
    [{ text: /^Go+d$/ }, true],
    [{ text: /^good$/ }, false],
  ])('%p of a tapped button: %s', (filter, expected) => {
    expect(matcherOf('inbound-message', filter).matches(inboundMessage())).toBe(expected);
  });

  it('takes a whole text, whatever its case, outer white space and way of composing letters', () => {
    const { matches: stop } = matcherOf('inbound-message', { text: [' Stop', 'Café'] });

    for (const text of ['STOP', 'stop', '\n Stop \t', 'CAFÉ', 'cafe\u0301']) {
      expect([text, stop(inboundText(text))]).toEqual([text, true]);
    }
    for (const text of ['please stop', 'stop it', '', 'st op', 'cafe']) {
      expect([text, stop(inboundText(text))]).toEqual([text, false]);
    }
  });

  it('gives regular expressions the text as it came', () => {
    expect(matcherOf('inbound-message', { text: /^ STOP$/ }).matches(inboundText(' STOP'))).toBe(true);
    expect(matcherOf('inbound-message', { text: /^stop$/i }).matches(inboundText(' STOP'))).toBe(false);
  });

  it('has no text or payload to find in a picture', () => {
    const picture = inboundMessage({ type: 'image', button: undefined, text: undefined });

    expect(matcherOf('inbound-message', { text: /(?:)/ }).matches(picture)).toBe(false);
    expect(matcherOf('inbound-message', { payload: /(?:)/ }).matches(picture)).toBe(false);
  });

  it.each([/coupon/g, /coupon/y, /coupon/gy])('keeps no state between two events with %p', (text) => {
    const { matches } = matcherOf('inbound-message', { text });

    expect([1, 2, 3].map(() => matches(inboundText('coupon coupon')))).toEqual([true, true, true]);
    text.lastIndex = 3;
    expect(matches(inboundText('coupon'))).toBe(true);
  });
});
