import { writeSync } from 'node:fs';
import type { Blow, Point } from './points.ts';

/** Kills this process as soon as a point has been reached so many times. What it was is written down a moment before. */
export class Trap {
  private readonly blow: Blow | undefined;
  private readonly log: number;
  private reachedSoFar = 0;

  /** `log` is a file descriptor, which all threads of a process share. */
  constructor(blow: Blow | undefined, log: number) {
    this.blow = blow;
    this.log = log;
  }

  isFor(point: Point): boolean {
    return this.blow?.point === point;
  }

  /** To be called wherever a point is passed. */
  reached(point: Point): void {
    if (!this.isFor(point)) return;
    this.reachedSoFar += 1;
    if (this.reachedSoFar === this.blow!.at) this.strike();
  }

  /** Kills so many milliseconds from now, as the blow says. */
  later(point: Point): void {
    if (this.isFor(point)) setTimeout(() => this.strike(), this.blow!.at);
  }

  strike(): never {
    writeSync(this.log, `${this.blow!.point}\n`);
    process.kill(process.pid, 'SIGKILL');
    for (;;); // the signal is on its way to every thread
  }
}
