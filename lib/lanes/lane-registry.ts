import { Injectable } from '@nestjs/common';
import { type LaneKind, readLaneName } from '../ledger/ledger.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';
import type { Lane } from './lane.ts';
import type { LaneState } from './lane-options.ts';

/** Every lane of the bridge, by its name in the ledger. */
@Injectable()
export class LaneRegistry {
  private readonly lanes = new Map<string, Lane>();

  add(name: string, lane: Lane): void {
    this.lanes.set(name, lane);
  }

  has(name: string): boolean {
    return this.lanes.has(name);
  }

  /** Says that jobs were put into a lane. */
  wake(name: string): void {
    this.lanes.get(name)?.wake();
  }

  /** Takes room in a lane for a job that is about to be kept; false where it must wait in the ledger. */
  reserveRoom(name: string): boolean {
    return this.lanes.get(name)?.reserveRoom() ?? false;
  }

  leaveRoom(name: string): void {
    this.lanes.get(name)!.leaveRoom();
  }

  /** Hands a lane a job that has its room. */
  take(name: string, job: ClaimedJob): void {
    this.lanes.get(name)!.take(job);
  }

  /** Lets every lane look for work. */
  wakeAll(): void {
    for (const lane of this.lanes.values()) lane.wake();
  }

  /** Lets every lane read anew what it has claimed and not begun. */
  async readAgain(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.readAgain()));
  }

  /** Lets the lanes of such kinds keep to one run at a time, or go on as before. */
  shed(kinds: ReadonlySet<LaneKind>, shedding: boolean): void {
    for (const [name, lane] of this.lanes) if (kinds.has(readLaneName(name).kind)) lane.shed(shedding);
  }

  states(): LaneState[] {
    return [...this.lanes.values()].map((lane) => lane.state());
  }

  start(): void {
    for (const lane of this.lanes.values()) lane.start();
  }

  /** Stops claiming, waits for what is in flight up to the deadline, then cuts it off; how many runs were cut off. Never rejects. */
  async drain(withinMs: number): Promise<number> {
    const lanes = [...this.lanes.values()];
    let cut = 0;
    const deadline = setTimeout(() => {
      for (const lane of lanes) cut += lane.cut();
    }, withinMs);
    await Promise.allSettled(lanes.map((lane) => lane.drain()));
    clearTimeout(deadline);
    return cut;
  }
}
