import type { LanePlaces } from '../ledger/ledger-records.ts';
import { ClaimedJob, type RecordedEvent } from '../ledger/message-records.ts';
import type { LaneRegistry } from './lane-registry.ts';

/** The room that one callback's jobs find in their lanes, so that they need not be read from the ledger again. */
export class Room {
  /** What the ledger may fill. */
  readonly lanes: LanePlaces[] = [];
  /** Lanes without room for all of their jobs: the rest waits in the ledger. */
  readonly full: string[] = [];

  constructor(private readonly registry: LaneRegistry) {}

  /** Looks for one place in a lane. */
  reserve(lane: string): void {
    if (!this.registry.reserveRoom(lane)) {
      this.full.push(lane);
      return;
    }
    for (const known of this.lanes) {
      if (known.lane !== lane) continue;
      known.places += 1;
      return;
    }
    this.lanes.push({ lane, places: 1 });
  }

  /** Hands the jobs that were born claimed to their lanes. */
  fill(recorded: RecordedEvent[]): void {
    for (const event of recorded) {
      if (event.claimed === undefined) continue;
      for (const { lane, id, key } of event.claimed) {
        this.lanes.find((one) => one.lane === lane)!.places -= 1;
        this.registry.take(lane, new ClaimedJob({ id, key, attempts: 0, alone: false, event }));
      }
    }
  }

  /** Gives back what was not used. */
  leave(): void {
    for (const { lane, places } of this.lanes) {
      for (let place = 0; place < places; place += 1) this.registry.leaveRoom(lane);
    }
  }
}
