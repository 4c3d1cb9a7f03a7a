import { Inject, Injectable } from '@nestjs/common';
import { LaneRegistry } from './lanes/lane-registry.ts';
import type { DeadLetter, DeadLetterFilter } from './ledger/dead-letter.ts';
import { LEDGER, type Ledger } from './ledger/ledger.ts';

/** Work that is not tried again by itself, for an operator to look at, put back or throw away. */
@Injectable()
export class DeadLetters {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger, @Inject(LaneRegistry) private readonly lanes: LaneRegistry) {}

  /** Those that fit the filter, oldest first; at most `filter.limit`, 100. */
  list(filter: DeadLetterFilter = {}): Promise<DeadLetter[]> {
    return this.ledger.deadLetters(filter);
  }

  /**
   * Puts dead letters back to where they came from; the number put back. What came from no lane (an element that could not be
   * read, a report whose message is not known) stays. A letter that was replayed before is gone: asking twice does no harm.
   */
  async replay(ids: number[]): Promise<number> {
    const replayed = await this.ledger.replay(ids, Date.now());
    this.lanes.wakeAll();
    return replayed;
  }

  /** Throws dead letters away; the number thrown away. */
  discard(ids: number[]): Promise<number> {
    return this.ledger.discard(ids);
  }
}
