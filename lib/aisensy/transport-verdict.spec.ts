import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Verdict } from '../messages/verdict.ts';
import { FailureReasons } from './failure-reasons.ts';
import { type Judgement, ownWords, verdictOf } from './transport-verdict.ts';

// What the CleverTap endpoint answers is tried out with its transport; here are the forms of the other APIs.

const META: Judgement = { passesMetaOn: true };

function judge(status: number, body: unknown, judgement: Judgement = META, message: object = {}): Verdict {
  return verdictOf({ kind: 'answered', status, headers: {}, body: JSON.stringify(body) }, { msgId: 'm-1', attempts: 0, ...message }, judgement);
}

const error = (code: number, details?: string): object => ({
  error: { message: `(#${code}) Words of Meta`, type: 'OAuthException', code, fbtrace_id: 'x', ...(details && { error_data: { details } }) },
});

/** Meta's codes: what is done, and CleverTap's codes for a template and for a freeform message. */
const ROWS: [codes: number[], outcome: Verdict['kind'] | 'stop', template: number, freeform?: number][] = [
  [[0, 190, 3, 10, 200, 299, 131005, 33, 131045, 133010], 'stop', 1000],
  [[1, 2, 131000, 131016, 133004, 131057], 'retryable', 1009],
  [[4, 80007, 130429, 131056], 'retryable', 1004],
  [[131048, 131064, 368, 131031], 'stop', 1010],
  [[130472, 130497, 131049], 'refused', 1010],
  [[131050], 'refused', 1006],
  [[131026], 'refused', 1005],
  [[131021, 131030, 131062], 'refused', 1002],
  [[131047], 'refused', 1008],
  [[131051, 137000], 'refused', 1007],
  [[100, 131008, 131009, 135000], 'refused', 1001, 1009],
  [[131052, 131053], 'retryable', 1001, 1009],
  [[132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018], 'refused', 1001],
  [[132068], 'refused', 1009],
  [[132069], 'retryable', 1009],
  [[134100, 134102, 131055, 131063], 'refused', 1001],
  [[134101], 'retryable', 1001],
  [[131037, 131042, 134011], 'stop', 1009],
  [[139999], 'refused', 1009],
];

beforeEach(() => { Logger.overrideLogger(false); });
afterEach(() => { Logger.overrideLogger(['error', 'warn']); });

describe("Meta's errors", () => {
  it.each(ROWS)('%j: %s, %i', (codes, outcome, template, freeform = template) => {
    for (const code of codes) {
      // Meta itself answers some of them with 4xx and some with 5xx; only a code of its own says that nothing was sent.
      for (const status of code === 139_999 ? [400, 403, 404] : [400, 403, 404, 500, 503]) {
        const verdict = judge(status, error(code));
        const reason = { code: template, title: `${code}: Words of Meta` };
        expect(verdict).toMatchObject(outcome === 'stop' ? { kind: 'refused', scope: 'account', reason } : { kind: outcome, reason });
        if (outcome === 'refused') expect(verdict).not.toHaveProperty('scope');
        expect(judge(status, error(code), META, { freeform: true })).toMatchObject({ reason: { code: freeform } });
      }
    }
  });

  it('wait as long as they must', () => {
    expect(judge(400, error(131056))).toMatchObject({ retryAfterMs: 6_000 });
    expect(judge(400, error(134101))).toMatchObject({ retryAfterMs: 600_000 });
    expect(judge(400, error(132069))).toMatchObject({ retryAfterMs: 600_000 });
    expect(judge(429, error(130429))).toEqual({ kind: 'retryable', scope: 'account', reason: { code: 1004, title: '130429: Words of Meta' } });
    expect(judge(400, error(131053), META, { attempts: 1 }).kind).toBe('refused');
  });

  it('say more in their details', () => {
    expect(judge(400, error(132000, 'body: number of localizable_params (1) does not match the expected number of params (2)'))).toMatchObject({
      reason: { title: '132000: Words of Meta: body: number of localizable_params (1) does not match the expected number of params (2)' },
    });
  });

  it('leave open what was sent, where they say nothing', () => {
    expect(judge(500, { message: 'Internal Server Error' }).kind).toBe('unknown');
    expect(judge(500, error(139_999)).kind).toBe('unknown');
    expect(judge(408, error(131000)).kind).toBe('unknown');
    expect(judge(500, error(131026), {}).kind).toBe('unknown');
  });

  it('mean what the host says', () => {
    const reasons = new FailureReasons({ 131049: { action: 'wait' }, 131026: { callbackCode: 1003 } });
    expect(judge(400, error(131049), { ...META, reasons })).toMatchObject({ kind: 'retryable', retryAfterMs: 600_000, reason: { code: 1010 } });
    expect(judge(400, error(131026), { ...META, reasons })).toMatchObject({ kind: 'refused', reason: { code: 1003 } });
  });

  it('are counted where nobody knows them', () => {
    const reasons = new FailureReasons();
    for (const code of [139_999, 139_999, 131_026]) judge(400, error(code), { ...META, reasons });
    expect(reasons.unknownCodes).toEqual({ 139_999: 2 });
  });
});

describe("AiSensy's own answers", () => {
  it.each<[number, object, string[]]>([
    [200, { messaging_product: 'whatsapp', contacts: [], messages: [{ id: 'wamid.1', message_status: 'accepted' }] }, ['wamid.1']],
    [200, { success: 'true', submitted_message_id: 'sub-1' }, ['sub-1']],
    [200, { success: true, message: 'Success' }, []],
    [200, { id: 'row-1', messageId: 'AS-1', submitted_message_id: 'sub-1' }, ['sub-1', 'AS-1', 'row-1']],
    [200, { data: { messages: [{ id: 'wamid.2' }] } }, ['wamid.2']],
    [201, {}, []],
    [200, { errors: [], error: {}, data: {} }, []],
    [200, { status: 'success', statusCode: 200, data: { error: 'none' }, error: { code: 429 } }, []],
    [200, { errors: [{ message: 'One of two webhooks is off' }], messages: [{ id: 'wamid.3' }] }, ['wamid.3']],
    [200, { id: 'm-1' }, []],
    [200, { success: 1, message: 'Success' }, []],
    [200, { error: false, message: 'Queued' }, []],
    [200, { error: 'false', errorMessage: '', message: 'Queued' }, []],
    [200, { error: 0, message: 'Queued' }, []],
    [200, { error: '0', messages: [{ id: 'wamid.4' }] }, ['wamid.4']],
    [200, { status: 0, message: 'Queued' }, []],
  ])('%i %j: taken', (status, body, names) => {
    expect(judge(status, body)).toEqual({ kind: 'taken', names });
  });

  it.each<[number, object, object]>([
    [400, { message: 'Template params does not match the campaign' }, { kind: 'refused', reason: { code: 1001, title: 'Template params does not match the campaign' } }],
    [400, { message: 'Campaign does not exist.' }, { kind: 'refused', reason: { code: 1001 } }],
    [400, { message: 'Campaign is Not Live' }, { kind: 'refused', reason: { code: 1001 } }],
    [400, { message: 'Media URL Missing' }, { kind: 'refused', reason: { code: 1001 } }],
    [400, { message: 'Invalid Number' }, { kind: 'refused', reason: { code: 1002 } }],
    [400, { message: 'Invalid number of template params' }, { kind: 'refused', reason: { code: 1001 } }],
    [400, { message: 'Invalid number of messages' }, { kind: 'refused', reason: { code: 1009 } }],
    [400, { message: 'No Plan active on assistant!', name: 'ERR400', errorCode: 400 }, { kind: 'refused', scope: 'account', reason: { code: 1009 } }],
    [402, { message: 'Insufficient WhatsApp Conversation Credits (WCC)!' }, { kind: 'refused', scope: 'account', reason: { code: 1009 } }],
    [422, { message: 'Invalid Token!' }, { kind: 'refused', scope: 'account', reason: { code: 1000, title: 'Invalid Token!' } }],
    [401, { name: 'ERR401', message: 'Unauthorized' }, { kind: 'refused', scope: 'account', reason: { code: 1000 } }],
    [400, { name: 'ERR401', message: 'Not allowed' }, { kind: 'refused', scope: 'account', reason: { code: 1000 } }],
    [200, { name: 'ERR401', message: 'Not allowed' }, { kind: 'refused', scope: 'account', reason: { code: 1000 } }],
    [400, { errorCode: 402, errorMessage: 'Recharge' }, { kind: 'refused', scope: 'account', reason: { code: 1009, title: 'Recharge' } }],
    [403, { message: 'Forbidden' }, { kind: 'refused', scope: 'account', reason: { code: 1000 } }],
    [404, { message: 'Not Found' }, { kind: 'refused', scope: 'account', reason: { code: 1009 } }],
    [200, { status: 'failure', error: { code: 429, message: 'Slow down' } }, { kind: 'retryable', scope: 'account', reason: { code: 1004, title: 'Slow down' } }],
    [200, { status: 'failure', error: { code: '401', message: 'No' } }, { kind: 'refused', scope: 'account', reason: { code: 1000 } }],
    [200, { error: { code: 402 } }, { kind: 'refused', scope: 'account', reason: { code: 1009 } }],
    [400, { error: { code: 403, message: 'No' } }, { kind: 'refused', scope: 'account', reason: { code: 1000 } }],
    [200, { status: 'failure', error: { code: 500, message: 'Oops' } }, { kind: 'refused', reason: { code: 1009, title: 'Oops' } }],
    [200, { data: { status: 'failure', error: { code: 2001, message: 'Bad' } } }, { kind: 'refused', reason: { code: 1001, title: '2001: Bad' } }],
    [200, { data: { success: 'false', message: 'Invalid Number' } }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { message: 'Invalid Number', data: { success: false } }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { statusCode: 400, message: 'Invalid Number' }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { statusCode: 401, message: 'No' }, { kind: 'refused', scope: 'account', reason: { code: 1000 } }],
    [200, { errors: [{ code: 132001, message: 'No such template' }, { code: 1 }] }, { kind: 'refused', reason: { code: 1001, title: '132001: No such template' } }],
    [200, { status: 'failure', error: [{ code: 2001, message: 'Bad' }] }, { kind: 'refused', reason: { code: 1001, title: '2001: Bad' } }],
    [200, { errors: ['Invalid Number'] }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { data: { errors: [{ message: 'Invalid Number' }] } }, { kind: 'refused', reason: { code: 1002 } }],
    [200, { success: 'false', message: 'Invalid Number' }, { kind: 'refused', reason: { code: 1002 } }],
    [200, { error: true, message: 'Invalid Number' }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { error: 'true', message: 'Invalid Number' }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { error: 'true' }, { kind: 'refused', reason: { code: 1009, title: 'AiSensy refused the message (HTTP 200)' } }],
    [200, { error: true, messages: [{ id: 'wamid.5' }] }, { kind: 'refused', reason: { code: 1009, title: 'AiSensy refused the message (HTTP 200)' } }],
    [200, { error: true, errors: [{ code: 132001, message: 'No such template' }] }, { kind: 'refused', reason: { code: 1001, title: '132001: No such template' } }],
    [200, { error: true, data: { error: { code: 2001, message: 'Bad' } } }, { kind: 'refused', reason: { code: 1001, title: '2001: Bad' } }],
    [200, { data: { error: true, message: 'Invalid Number' } }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { success: 0, message: 'Invalid Number' }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { success: '0', message: 'Invalid Number' }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [200, { data: { success: 0, message: 'Invalid Number' } }, { kind: 'refused', reason: { code: 1002, title: 'Invalid Number' } }],
    [400, { name: 'ERR400', message: '(#4) Application request limit reached' }, { kind: 'retryable', scope: 'account', reason: { code: 1004, title: '4: Application request limit reached' } }],
    [400, { name: 'ERR400', message: '(#190) Invalid OAuth access token' }, { kind: 'refused', scope: 'account', reason: { code: 1000, title: '190: Invalid OAuth access token' } }],
    [400, { name: 'ERR400', message: '(#368) Temporarily blocked' }, { kind: 'refused', scope: 'account', reason: { code: 1010, title: '368: Temporarily blocked' } }],
    [400, { name: 'ERR400', message: '(#100) Invalid parameter' }, { kind: 'refused', reason: { code: 1001, title: '100: Invalid parameter' } }],
    [400, { error: { code: 400, message: '(#100) Invalid parameter' } }, { kind: 'refused', reason: { code: 1001, title: '100: Invalid parameter' } }],
    [422, { message: 'to must be a number' }, { kind: 'refused', reason: { code: 1009, title: 'to must be a number' } }],
    [429, { message: 'Too many requests' }, { kind: 'retryable', scope: 'account', reason: { code: 1004 } }],
  ])('%i %j', (status, body, verdict) => {
    expect(judge(status, body)).toMatchObject(verdict);
    if (!('scope' in verdict)) expect(judge(status, body)).not.toHaveProperty('scope');
  });

  it('are remembered by the ids that come with a doubtful one', () => {
    expect(judge(502, { message: 'Bad gateway', submitted_message_id: 'sub-1' })).toMatchObject({ kind: 'unknown', names: ['sub-1'] });
    expect(judge(200, { statusCode: 503, message: 'Oops' }).kind).toBe('unknown');
    expect(judge(200, { name: 'ERR500', message: 'Oops', messages: [{ id: 'wamid.1' }] })).toMatchObject({ kind: 'unknown', names: ['wamid.1'] });
    expect(judge(500, {})).not.toHaveProperty('names');
  });
});

describe('an answer in a coding that nobody can read', () => {
  const unread = (status: number, headers: object = {}): Verdict => verdictOf(
    { kind: 'answered', status, headers: { 'content-encoding': 'zstd', ...headers }, body: '' }, { msgId: 'm-1', attempts: 0 }, META,
  );

  it('is no success, for a refusal comes with 200 too', () => {
    for (const status of [200, 202]) {
      expect(unread(status)).toEqual({ kind: 'unknown', reason: { code: 1009, title: `AiSensy answered ${status} in a coding that cannot be read: the message may have been sent` } });
    }
  });

  it('is what its status says where that is a refusal', () => {
    expect(unread(400)).toEqual({ kind: 'refused', reason: { code: 1009, title: 'AiSensy refused the message (HTTP 400)' } });
    expect(unread(401)).toMatchObject({ kind: 'refused', scope: 'account', reason: { code: 1000 } });
    expect(unread(429, { 'retry-after': '3' })).toMatchObject({ kind: 'retryable', scope: 'account', retryAfterMs: 3_000, reason: { code: 1004 } });
    expect(unread(500)).toMatchObject({ kind: 'unknown' });
  });
});

describe('words for logs', () => {
  const logged = (status: number, body: unknown): string => {
    const verdict = judge(status, body);
    return verdict.kind === 'taken' ? 'taken' : ownWords(verdict.reason);
  };

  it.each<[number, object, string]>([
    [403, { message: 'Not allowed: "Hi Asha, your code is 8841" to Asha Sharma' }, 'AiSensy answered 403: 1000, invalid credentials'],
    [402, { message: 'Hi Asha' }, 'AiSensy answered 402, no plan or no credits: 1009, other'],
    [400, { message: 'No Plan active for "Hi Asha"' }, 'AiSensy answered 400, no plan or no credits: 1009, other'],
    [400, error(131031), 'AiSensy answered 400: 1010, blocked by Meta; original code 131031'],
    [200, { status: 'failure', error: { code: 2000, message: 'Hi Asha' } }, 'AiSensy answered 200: 1000, invalid credentials; original code 2000'],
    [429, { message: 'Slow down, Asha' }, 'AiSensy answered 429: 1004, too many requests'],
    [400, { message: 'Hi Asha' }, 'AiSensy answered 400: 1009, other'],
    [403, { message: '8841: your code' }, 'AiSensy answered 403: 1000, invalid credentials'],
  ])('hold none of AiSensy\'s: %i %j', (status, body, words) => {
    expect(logged(status, body)).toBe(words);
  });

  it('are the title where that is the bridge\'s own', () => {
    expect(logged(404, { message: 'Hi Asha' })).toBe("AiSensy's endpoint answered 404: check the account's endpoint");
    expect(logged(500, { message: 'Hi Asha' })).toBe('AiSensy answered 500: the message may have been sent');
    expect(ownWords({ code: 1009, title: 'AiSensy could not be reached (x)' })).toBe('AiSensy could not be reached (x)');
  });

  it('are no part of the reason that is written down', () => {
    const { reason } = judge(403, { message: 'No' }) as Extract<Verdict, { kind: 'refused' }>;
    expect(JSON.parse(JSON.stringify(reason))).toEqual({ code: 1000, title: 'No' });
    expect(structuredClone({ ...reason })).toEqual({ code: 1000, title: 'No' });
  });
});
