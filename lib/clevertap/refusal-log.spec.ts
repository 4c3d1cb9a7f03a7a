import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RefusalLog } from './refusal-log.ts';

describe('RefusalLog', () => {
  let lines: string[];

  beforeEach(() => {
    lines = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: string) => void lines.push(`warn ${line}`));
    jest.spyOn(Logger.prototype, 'error').mockImplementation((line: string) => void lines.push(`error ${line}`));
  });

  afterEach(() => void jest.restoreAllMocks());

  it('tells the first of each kind at once, and the others by their number', () => {
    const log = new RefusalLog();
    for (let i = 0; i < 500; i++) log.warn('msgId is missing', 1_000 + i);
    log.error('it could not be kept (LedgerError)', 1_500);
    log.warn('msgId is missing', 10_999);
    log.warn('msgId is missing', 11_000);
    log.warn('msgId is missing', 21_000);
    expect(lines).toEqual([
      'warn A message from CleverTap was not taken: msgId is missing',
      'error A message from CleverTap was not taken: it could not be kept (LedgerError)',
      'warn A message from CleverTap was not taken: msgId is missing (and 500 more like it before)',
      'warn A message from CleverTap was not taken: msgId is missing',
    ]);
  });

  it('tells kinds apart without their details, and says the newest', () => {
    const log = new RefusalLog();
    for (let free = 100; free > 0; free -= 1) log.warn('too little disk is free', 1_000, `: ${free} bytes`);
    log.warn('too little disk is free', 11_000, ': 0 bytes');
    expect(lines).toEqual([
      'warn A message from CleverTap was not taken: too little disk is free: 100 bytes',
      'warn A message from CleverTap was not taken: too little disk is free: 0 bytes (and 99 more like it before)',
    ]);
  });

  it('does not fall silent when the clock is put back', () => {
    const log = new RefusalLog();
    log.warn('msgId is missing', 3_600_000);
    log.warn('msgId is missing', 0);
    expect(lines).toHaveLength(2);
  });
});
