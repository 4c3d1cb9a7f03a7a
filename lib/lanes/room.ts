import type { RecordedEvent } from '../ledger/ledger-records.ts';
import type { LaneRegistry } from './lane-registry.ts';

/** The room that one callback's jobs find in their lanes, so that they need not be read from the ledger again. */
export class Room {
  /** Places by lane, for the ledger. */
  readonly places: Record<string, number> = {};
  /** Lanes that have no room for all: what is theirs waits in the ledger. */
  readonly full: string[] = [];

  constructor(private readonly lanes: LaneRegistry) {}

  /** Looks for one place in a lane. */
  reserve(lane: string): void {
    if (this.lanes.reserveRoom(lane)) this.places[lane] = (this.places[lane] ?? 0) + 1;
    else this.full.push(lane);
  }

  /** Hands the jobs that were born claimed to their lanes. */
  fill(recorded: RecordedEvent[]): void {
    for (const event of recorded) {
      if (event.claimed === undefined) continue;
      for (const { lane, id, key } of event.claimed) {
        this.places[lane]! -= 1;
        this.lanes.take(lane, { id, key, attempts: 0, alone: false, event });
      }
    }
  }

  /** Gives back what was not used. */
  leave(): void {
    for (const lane in this.places) {
      for (let place = this.places[lane]!; place > 0; place -= 1) this.lanes.leaveRoom(lane);
    }
  }
}
