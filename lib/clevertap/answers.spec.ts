import { describe, expect, it } from '@jest/globals';
import {
  CANNOT_PROCESS, CONFLICT, NO_ACCOUNT, SUCCESS, TOO_LARGE, TOO_MANY, UNAUTHORIZED, UNREADABLE, answerToProblem, answerToSubmission,
  badRequest, failure,
} from './answers.ts';

describe('the answers', () => {
  it.each([
    [SUCCESS, 200, '{"status":"success"}'],
    [CANNOT_PROCESS, 500, '{"status":"failure","error":{"message":"The message could not be recorded: it may or may not be sent"}}'],
    [TOO_MANY, 429, '{"message":"Too many messages are waiting, this one was not taken"}'],
    [UNAUTHORIZED, 401, '{"status":"failure","error":{"code":2000,"message":"Invalid credentials"}}'],
    [TOO_LARGE, 403, '{"message":"The body is too large"}'],
    [UNREADABLE, 403, '{"message":"The body could not be read"}'],
    [failure(2001, 'a "quoted" word'), 200, '{"status":"failure","error":{"code":2001,"message":"a \\"quoted\\" word"}}'],
    [badRequest('no'), 403, '{"message":"no"}'],
  ])('are in the form of the contract: %j', (answer, status, body) => {
    expect(answer).toEqual({ status, body });
  });

  it('say what is wrong with a body', () => {
    expect(answerToProblem({ ok: false, problem: 'not-json', detail: 'd' })).toEqual(badRequest('d'));
    expect(answerToProblem({ ok: false, problem: 'not-a-message', detail: 'd' })).toEqual(badRequest('d'));
    expect(answerToProblem({ ok: false, problem: 'phone-number', detail: 'd' })).toEqual(failure(2002, 'Invalid phone number: d'));
  });

  it.each([
    [1000, 2000], [1001, 2001], [1002, 2002], [1003, 2004], [1004, 2004], [1006, 2003], [1008, 2004], [1009, 2004], [1010, 2004],
  ] as const)('tell a refusal %i as %i', (code, told) => {
    expect(answerToSubmission({ kind: 'refused', reason: { code, title: '131026: why' } })).toEqual(failure(told, '131026: why'));
  });

  it('tell what became of a message', () => {
    expect(answerToSubmission({ kind: 'accepted' })).toBe(SUCCESS);
    expect(answerToSubmission({ kind: 'overloaded' })).toBe(TOO_MANY);
    expect(answerToSubmission({ kind: 'conflict' })).toBe(CONFLICT);
    expect(CONFLICT).toMatchObject({ status: 200, body: expect.stringContaining('"code":2004,"message":"Conflict: ') });
    expect(NO_ACCOUNT).toMatchObject({ status: 200, body: expect.stringContaining('"code":2004') });
  });
});
