import { describe, expect, it } from '@jest/globals';
import { failureFromCode, failureRule } from './failure-reasons.ts';
import type { FailureAction } from './failure-reasons.ts';

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

describe('the codes of Meta', () => {
  it.each(ROWS)('%j: %s, %i for a template, %i for freeform', (codes, action, template, freeform) => {
    for (const code of codes) {
      expect(failureRule({ code }).action).toBe(action);
      expect(failureRule({ code: `${code}` })).toBe(failureRule({ code }));
      expect(failureFromCode(code, 'Words')).toEqual({ code: template, title: `${code}: Words` });
      expect(failureFromCode(code, 'Words', { freeform: true })).toEqual({ code: freeform, title: `${code}: Words` });
    }
  });

  it('say how long to wait and how often to try, where they do', () => {
    expect(failureRule({ code: 131056 }).retryAfterMs).toBe(6_000);
    expect(failureRule({ code: 134101 }).retryAfterMs).toBe(600_000);
    expect(failureRule({ code: 131053 }).maxRetries).toBe(1);
    expect(failureRule({ code: 130429 })).toEqual({ action: 'retry', callbackCode: 1004 });
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
    expect(failureRule({ text, status: 400 })).toMatchObject({ action, callbackCode });
    expect(failureRule({ code: 400, text })).toMatchObject({ action, callbackCode });
    expect(failureFromCode(undefined, text)).toEqual({ code: callbackCode, title: text });
  });

  it.each<[number, FailureAction, number]>([
    [401, 'stop', 1000], [403, 'stop', 1000], [402, 'stop', 1009], [429, 'retry', 1004], [400, 'never', 1009], [422, 'never', 1009],
  ])('HTTP %i: %s, %i', (status, action, callbackCode) => {
    expect(failureRule({ status })).toMatchObject({ action, callbackCode });
  });

  it('count less than a code, and more than a status', () => {
    expect(failureRule({ code: 131026, text: 'Invalid Token!', status: 401 }).callbackCode).toBe(1005);
    expect(failureRule({ text: 'Invalid Number', status: 401 }).callbackCode).toBe(1002);
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
    expect(failureFromCode(code, title).title).toBe(expected);
  });

  it('of an empty code is not read as code 0', () => {
    expect(failureFromCode('', 'Nope').code).toBe(1009);
    expect(failureFromCode(' ', '').code).toBe(1009);
  });
});
