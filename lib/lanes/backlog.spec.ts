import { describe, expect, it } from '@jest/globals';
import type { ResolvedOptions } from '../options/resolved-options.ts';
import { Backlog } from './backlog.ts';

const [SHOP, HELP] = ['+918889500122', '+918889500123'];

/** On a disk of which the test says how much is free. */
class OnDisk extends Backlog {
  free = 1e12;

  protected override freeOn(): Promise<number> {
    return Promise.resolve(this.free);
  }
}

const backlogOf = (limits: Partial<ResolvedOptions['backlog']>, numbers = [SHOP]): OnDisk => new OnDisk({
  ledger: { engine: 'sqlite', file: '/data/ledger.sqlite' }, accounts: numbers.map((mobileNumber, place) => ({ mobileNumber, nickname: ['shop', 'help'][place] })),
  backlog: { maxMessages: 10, maxBytes: 1_000, minFreeDiskBytes: 5e6, ...limits },
} as unknown as ResolvedOptions);

describe('Backlog', () => {
  it('says of whom nothing more is taken, and why, with numbers', () => {
    const backlog = backlogOf({}, [SHOP, HELP]);
    expect([backlog.problems, backlog.isOpen, backlog.shortage(SHOP)]).toEqual([[], true, undefined]);
    backlog.begin({ [SHOP]: { messages: 8, bytes: 80 } });
    expect(backlog.problems).toEqual(['the backlog is full for account shop (8 messages wait, backlog.maxMessages is 10, of which each account has a part of its own)']);
    expect(backlog.isOpen).toBe(true);
    backlog.begin({ [SHOP]: { messages: 8, bytes: 80 }, [HELP]: { messages: 2, bytes: 20 } });
    expect([backlog.problems.length, backlog.isOpen]).toEqual([2, false]);
  });

  it('says it of the bytes', () => {
    const backlog = backlogOf({});
    backlog.begin({ [SHOP]: { messages: 1, bytes: 900 } });
    expect(backlog.shortage(SHOP, 100)).toBeUndefined();
    expect(backlog.shortage(SHOP, 101)).toEqual({ reason: 'bytes', what: 'the backlog is full', numbers: '900 bytes wait, backlog.maxBytes is 1000' });
  });

  it('says it of a disk with too little room, once for all accounts, and takes again when there is some', async () => {
    const backlog = backlogOf({}, [SHOP, HELP]);
    backlog.free = 4_999_999;
    await backlog.look();
    const numbers = '4999999 bytes are left for /data/ledger.sqlite, backlog.minFreeDiskBytes is 5000000; make room on its disk';
    expect(backlog.shortage(HELP)).toEqual({ reason: 'disk', what: 'too little disk is free', numbers });
    expect([backlog.problems, backlog.isOpen]).toEqual([[`too little disk is free, so no message is taken: ${numbers}`], false]);
    backlog.free = 5e6;
    await backlog.look();
    expect([backlog.problems, backlog.isOpen]).toEqual([[], true]);
  });

  it('takes what still fits on a disk without a limit, and is not well there', async () => {
    const backlog = backlogOf({ minFreeDiskBytes: 0 });
    backlog.free = 4_096;
    await backlog.look();
    expect(backlog.admit(SHOP, 10)).toBe(true);
    expect([backlog.problems, backlog.isOpen]).toEqual([[expect.stringContaining('the disk is all but full: 4096 bytes are left')], false]);
  });

  it('takes a disk that cannot be looked at for free', async () => {
    const backlog = new Backlog({ ledger: { engine: 'sqlite', file: '/no/such/ledger.sqlite' }, accounts: [], backlog: { minFreeDiskBytes: 1 } } as unknown as ResolvedOptions);
    await backlog.look();
    expect(backlog.problems).toEqual([]);
  });
});
