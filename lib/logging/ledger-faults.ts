import { now } from '../clock.ts';
import { LedgerError, ledgerFaultInWords } from '../ledger/ledger.errors.ts';
import { GroupedLines } from './grouped-lines.ts';
import { stackFrames } from './stack-frames.ts';

/** One line of each kind in this time: on a full disk nothing of a campaign can be written down. */
const QUIET_MS = 60_000;

/** What the log is to say of something that the ledger did not take. */
export interface LedgerFault {
  /** Why, what to do about it, and how many more were like it before. */
  why: string;
  /** Where the bridge itself failed; absent where the ledger did. */
  stack?: string;
}

/** Keeps a ledger that fails from filling the log: a line for the first of each kind, and then the count of those that followed. */
export class LedgerFaults {
  private readonly lines = new GroupedLines(QUIET_MS);

  /** What a line may say now; nothing where one has gone out just before. `whose` tells apart what needs a line each. */
  next(error: unknown, whose = ''): LedgerFault | undefined {
    const words = ledgerFaultInWords(error);
    const more = this.lines.next(`${whose} ${words}`, now());
    if (more === undefined) return undefined;
    return { why: `${words}${more}`, stack: error instanceof LedgerError ? undefined : stackFrames(error) };
  }
}
