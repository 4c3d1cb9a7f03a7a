import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type FailureAction, FailureReasons } from './failure-reasons.ts';

/** Codes, what to do, what CleverTap is told for a template and for a freeform message. */
const ROWS: [codes: number[], FailureAction, template: number, freeform: number][] = [
  [[0, 190, 3, 10, 200, 250, 299, 131005, 33, 131045, 133010], 'stop', 1000, 1000],
  [[1, 2, 131000, 131016, 133004, 131057], 'retry', 1009, 1009],
  [[4, 80007, 130429, 131056], 'retry', 1004, 1004],
  [[131048, 131064, 368, 131031], 'stop', 1010, 1010],
  [[130472, 130497, 131049], 'never', 1010, 1010],
  [[131050], 'never', 1006, 1006],
  [[131026], 'never', 1005, 1005],
  [[131021, 131030, 131062], 'never', 1002, 1002],
  [[131047], 'never', 1008, 1008],
  [[131051, 137000], 'never', 1007, 1007],
  [[100, 131008, 131009, 135000], 'never', 1001, 1009],
  [[131052, 131053], 'retry', 1001, 1009],
  [[132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018], 'never', 1001, 1001],
  [[132068], 'never', 1009, 1009],
  [[132069], 'wait', 1009, 1009],
  [[134100, 134102, 131055, 131063], 'never', 1001, 1001],
  [[134101], 'wait', 1001, 1001],
  [[131037, 131042, 134011], 'stop', 1009, 1009],
  [[199, 300, 5, 131999, -1, 1.5], 'never', 1009, 1009],
];

const warn = jest.fn();
let reasons: FailureReasons;
beforeEach(() => {
  Logger.overrideLogger({ log: warn, error: warn, warn });
  reasons = new FailureReasons();
});
afterEach(() => {
  warn.mockClear();
  Logger.overrideLogger(['error', 'warn']);
});

describe('the codes of Meta', () => {
  it.each(ROWS)('%j: %s, %i for a template, %i for freeform', (codes, action, template, freeform) => {
    for (const code of codes) {
      expect(reasons.rule({ code }).action).toBe(action);
      expect(reasons.rule({ code: `${code}` })).toBe(reasons.rule({ code }));
      const title = `${code}: Words`;
      const accountWide = action === 'stop' && { accountWide: true };
      expect(reasons.ofReport(code, 'Words', false)).toEqual({ failure: { code: template, title }, ...accountWide });
      expect(reasons.ofReport(code, 'Words', true)).toEqual({ failure: { code: freeform, title }, ...accountWide });
      const either = { failure: { code: template, title }, ...(freeform !== template && { freeformCode: freeform }), ...accountWide };
      expect(reasons.ofReport(code, 'Words')).toEqual(either);
    }
  });

  it('say how long to wait and how often to try, where they do', () => {
    expect(reasons.rule({ code: 131056 }).retryAfterMs).toBe(6_000);
    expect(reasons.rule({ code: 134101 }).retryAfterMs).toBe(600_000);
    expect(reasons.rule({ code: 131053 }).maxRetries).toBe(1);
    expect(reasons.rule({ code: 130429 })).toEqual({ action: 'retry', callbackCode: 1004 });
  });
});

describe("AiSensy's own refusals", () => {
  it.each<[string, FailureAction, number]>([
    ['Invalid Token!', 'stop', 1000],
    ['Unauthorized', 'stop', 1000],
    ['Invalid API Key', 'stop', 1000],
    ['No Plan active on assistant!', 'stop', 1009],
    ['Insufficient WhatsApp Conversation Credits (WCC)!', 'stop', 1009],
    ['Template params does not match the campaign', 'never', 1001],
    ['Media URL Missing', 'never', 1001],
    ['Campaign does not exist.', 'never', 1001],
    ['Campaign is Not Live', 'never', 1001],
    ['Invalid Number', 'never', 1002],
    ['Too Many Requests', 'retry', 1004],
    ['Something else', 'never', 1009],
  ])('%s: %s, %i', (text, action, callbackCode) => {
    expect(reasons.rule({ text, status: 400 })).toMatchObject({ action, callbackCode });
    expect(reasons.rule({ code: 400, text })).toMatchObject({ action, callbackCode });
    expect(reasons.ofReport(undefined, text)).toMatchObject({ failure: { code: callbackCode, title: text } });
  });

  it.each<[number, FailureAction, number]>([
    [401, 'stop', 1000], [403, 'stop', 1000], [402, 'stop', 1009], [429, 'retry', 1004], [400, 'never', 1009], [422, 'never', 1009],
  ])('HTTP %i: %s, %i', (status, action, callbackCode) => {
    expect(reasons.rule({ status })).toMatchObject({ action, callbackCode });
  });

  it('count less than a code, and more than a status', () => {
    expect(reasons.rule({ code: 131026, text: 'Invalid Token!', status: 401 }).callbackCode).toBe(1005);
    expect(reasons.rule({ text: 'Invalid Number', status: 401 }).callbackCode).toBe(1002);
  });
});

describe('a title', () => {
  it.each([
    ['131026', 'Message undeliverable', '131026: Message undeliverable'],
    [131026, '131026: Message undeliverable', '131026: Message undeliverable'],
    ['ERR401', 'Nope', 'ERR401: Nope'],
    [131026, undefined, '131026'],
    [131026, '  ', '131026'],
    ['', 'Nope', 'Nope'],
    [null, 'two\n lines', 'two lines'],
    [{}, [], 'No reason was given'],
    [1, 'x'.repeat(400), `1: ${'x'.repeat(299)}…`],
  ])('of %j and %j is %j', (code, title, expected) => {
    expect(reasons.ofReport(code, title).failure?.title).toBe(expected);
  });

  it.each([['', '(#131026) Undeliverable'], [null, '131026: Undeliverable'], [undefined, ' 131026 Undeliverable']])('tells the code that is missing: %j and %j', (code, title) => {
    expect(reasons.ofReport(code, title)).toEqual({ failure: { code: 1005, title: '131026: Undeliverable' } });
  });

  it('of an empty code is not read as code 0', () => {
    expect(reasons.ofReport('', 'Nope').failure?.code).toBe(1009);
    expect(reasons.ofReport(' ', '').failure?.code).toBe(1009);
  });
});

describe("the host's changes", () => {
  beforeEach(() => {
    reasons = new FailureReasons({
      131049: { action: 'wait' }, 131026: { callbackCode: 1003 }, 100: { callbackCode: 1007 }, 131053: { action: 'never' }, 555_555: { action: 'stop', callbackCode: 1010 },
    });
  });

  it('hold for their codes alone, and for what they name alone', () => {
    expect(reasons.rule({ code: 131049 })).toEqual({ action: 'wait', callbackCode: 1010 });
    expect(reasons.rule({ code: '131026' })).toEqual({ action: 'never', callbackCode: 1003 });
    expect(reasons.rule({ code: 131053 })).toMatchObject({ action: 'never', callbackCode: 1001, freeformCode: 1009 });
    expect(reasons.rule({ code: 555_555 })).toEqual({ action: 'stop', callbackCode: 1010 });
    expect(reasons.rule({ code: 131047 })).toEqual(new FailureReasons().rule({ code: 131047 }));
  });

  it('to a code for CleverTap hold for freeform messages too', () => {
    expect(reasons.ofReport(100, 'Invalid', true)).toEqual({ failure: { code: 1007, title: '100: Invalid' } });
    expect(reasons.ofReport(100, 'Invalid')).toEqual({ failure: { code: 1007, title: '100: Invalid' } });
  });

  it('make a code known', () => {
    reasons.note(555_555);
    expect(reasons.unknownCodes).toEqual({});
  });
});

describe('unknown codes', () => {
  it('are counted, and named in the log once', () => {
    for (let time = 0; time < 3; time += 1) reasons.ofReport('139999', 'Something new');
    reasons.note(139_998);
    expect(reasons.unknownCodes).toEqual({ 139_999: 3, 139_998: 1 });
    expect(warn.mock.calls.map(([text]) => String(text).slice(0, 30))).toEqual(['AiSensy told of code 139999, w', 'AiSensy told of code 139998, w']);
  });

  it.each([131026, '131026', 1009, 2004, 'ERR401', '', null, undefined, 1.5, -3, 919_800_000_001])('do not hold %j', (code) => {
    reasons.note(code);
    expect(reasons.unknownCodes).toEqual({});
    expect(warn).not.toHaveBeenCalled();
  });

  it('fill no memory', () => {
    for (let code = 500_000; code < 502_000; code += 1) reasons.note(code);
    reasons.note(500_000);
    expect(Object.keys(reasons.unknownCodes)).toHaveLength(1_000);
    expect(reasons.unknownCodes[500_000]).toBe(2);
  });
});
