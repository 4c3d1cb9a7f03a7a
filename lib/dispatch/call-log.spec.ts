import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Verdict } from '../messages/verdict.ts';
import { CallLog } from './call-log.ts';

const TAKEN: Verdict = { kind: 'taken', names: [] };
const REFUSED: Verdict = { kind: 'refused', reason: { code: 1002, title: 'to +919800000001' } };
const UNREACHED: Verdict = { kind: 'retryable', scope: 'account', reason: { code: 1009, title: 'AiSensy could not be reached (ECONNREFUSED)' } };
const TOO_MANY: Verdict = { kind: 'retryable', scope: 'account', reason: { code: 1004, title: 'Slow down, +919800000001' } };
const LATER: Verdict = { kind: 'retryable', reason: { code: 1010, title: '131049: not to +919800000001' } };
const LOST: Verdict = { kind: 'unknown', reason: { code: 1009, title: 'AiSensy answered 500: the message may have been sent' } };
const NO_CREDITS: Verdict = { kind: 'refused', scope: 'account', reason: { code: 1009, title: 'No credits' } };

const FAILING = 'warn Account Shop: calls to AiSensy begin to fail (AiSensy could not be reached (ECONNREFUSED)).';
const WELL = 'log Account Shop: calls to AiSensy go well again.';
const MINUTE_MS = 60_000;

describe('CallLog', () => {
  let lines: string[];
  let calls: CallLog;
  const see = (...verdicts: Verdict[]): void => verdicts.forEach((verdict) => calls.sent(verdict));

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    for (const level of ['log', 'warn', 'error'] as const) jest.spyOn(Logger.prototype, level).mockImplementation((line: string) => void lines.push(`${level} ${line}`));
    calls = new CallLog('Shop');
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('says nothing while AiSensy does its part', () => {
    see(TAKEN, REFUSED, LATER, TAKEN, NO_CREDITS);
    expect(lines).toEqual([]);
  });

  it('tells once that calls begin to fail, and once that they go well again', () => {
    see(TAKEN, UNREACHED, UNREACHED, NO_CREDITS, UNREACHED, REFUSED, TAKEN);
    expect(lines).toEqual([FAILING, WELL]);
  });

  it('names what is lost, in the bridge\'s own words', () => {
    see(LOST, LOST, TOO_MANY, TAKEN);
    jest.advanceTimersByTime(MINUTE_MS);
    see(TOO_MANY, LOST);
    expect(lines).toEqual([
      'warn Account Shop: calls to AiSensy begin to fail (AiSensy answered 500: the message may have been sent).',
      'warn Account Shop: nobody knows what became of a message (AiSensy answered 500: the message may have been sent); it waits for a report.',
      WELL,
      'warn Account Shop: calls to AiSensy begin to fail (AiSensy asks for a slower pace).',
      'warn Account Shop: nobody knows what became of a message (AiSensy answered 500: the message may have been sent); it waits for a report (and 1 more like it before).',
    ]);
  });

  it('does not flood where calls fail and go well in turn, and tells later what lasts', () => {
    for (let turn = 0; turn < 100; turn += 1) see(UNREACHED, TAKEN);
    see(UNREACHED);
    expect(lines).toEqual([FAILING, WELL]);
    jest.advanceTimersByTime(MINUTE_MS);
    see(UNREACHED);
    expect(lines.at(-1)).toMatch(/begin to fail .* \(and 100 more like it before\)\.$/);
  });

  it('leaves it to the pause where there is one', () => {
    see(UNREACHED);
    calls.paused('could not be reached', new Date(0));
    see(UNREACHED, TAKEN);
    calls.recovered();
    expect(lines).toEqual([FAILING, expect.stringMatching(/^error .* takes no message/), 'log Account Shop: AiSensy takes messages again.']);
  });

  it('tells a pause that goes on from one try to the next once, and again where it lasts or has another reason', () => {
    const pause = (reason: string): void => calls.paused(reason, new Date(0));
    for (let turn = 0; turn < 3; turn += 1) pause('no credits');
    expect(lines).toEqual([expect.stringContaining('takes no message (no credits)')]);
    pause('a wrong key');
    jest.advanceTimersByTime(MINUTE_MS);
    pause('no credits');
    expect(lines.slice(1)).toEqual([
      expect.stringContaining('takes no message (a wrong key)'),
      expect.stringMatching(/takes no message \(no credits\)\. Messages wait; next try at \S+ \(and 2 more like it before\)\.$/),
    ]);
  });

  it('tells the pause after a recovery at once, so that the last word of the log holds', () => {
    for (let turn = 0; turn < 2; turn += 1) {
      calls.paused('no credits', new Date(0));
      calls.recovered();
    }
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['error', 'log', 'error', 'log']);
  });

  it('tells of a mere trial as of a call, and that no message hangs on it', () => {
    calls.tried(LOST);
    expect(lines).toHaveLength(1);
  });
});
