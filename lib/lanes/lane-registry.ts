import { Injectable } from '@nestjs/common';
import type { Lane, LaneState } from './lane.ts';

/** Every lane of the bridge, by its name in the ledger. */
@Injectable()
export class LaneRegistry {
  private readonly lanes = new Map<string, Lane>();

  add(name: string, lane: Lane): void {
    this.lanes.set(name, lane);
  }

  /** Says that jobs were put into a lane. */
  wake(name: string, jobs = 1): void {
    this.lanes.get(name)?.wake(jobs);
  }

  /** Lets every lane look for work. */
  wakeAll(): void {
    for (const lane of this.lanes.values()) lane.wake();
  }

  states(): LaneState[] {
    return [...this.lanes.values()].map((lane) => lane.state());
  }

  start(): void {
    for (const lane of this.lanes.values()) lane.start();
  }

  /** Stops claiming, waits for what is in flight up to the deadline, then ends it and waits for that. */
  async drain(withinMs: number): Promise<void> {
    const lanes = [...this.lanes.values()];
    const deadline = setTimeout(() => lanes.forEach((lane) => lane.cut()), withinMs);
    try {
      await Promise.all(lanes.map((lane) => lane.drain()));
    } finally {
      clearTimeout(deadline);
    }
  }
}
