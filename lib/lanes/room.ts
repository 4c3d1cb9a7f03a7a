import type { RecordedEvent } from '../ledger/ledger-records.ts';
import type { LaneRegistry } from './lane-registry.ts';

/** The room that one callback's jobs find in their lanes, so that they need not be read from the ledger again. */
export class Room {
  /** Places by lane, for the ledger. */
  readonly places: Record<string, number> = {};
  /** Lanes that have no room for all: what is theirs waits in the ledger. */
  readonly full = new Set<string>();

  constructor(private readonly lanes: LaneRegistry) {}

  /** Looks for one place in each of the lanes. */
  reserve(lanes: string[]): void {
    for (const lane of lanes) {
      if (this.lanes.reserveRoom(lane)) this.places[lane] = (this.places[lane] ?? 0) + 1;
      else this.full.add(lane);
    }
  }

  /** Hands the jobs that were born claimed to their lanes. */
  fill(recorded: RecordedEvent[]): void {
    for (const event of recorded) {
      event.claimed?.forEach(({ lane, id, key }) => {
        this.places[lane]! -= 1;
        this.lanes.take(lane, { id, key, attempts: 0, alone: false, event });
      });
    }
  }

  /** Gives back what was not used. */
  leave(): void {
    for (const [lane, places] of Object.entries(this.places)) {
      for (let place = 0; place < places; place += 1) this.lanes.leaveRoom(lane);
    }
  }
}
