import type { HttpCall } from './http-sender-call.ts';

/**
 * The calls that have no result yet, in no order. An array, not a `Set`: one that is filled and emptied all the time is rehashed again and
 * again, and its old tables keep the calls, with all that they reference, reachable until a major GC.
 */
export class CallsUnderWay {
  private readonly calls: HttpCall[] = [];

  add(call: HttpCall): void {
    call.place = this.calls.push(call) - 1;
  }

  /** Moves the last call into the place that becomes free. */
  delete(call: HttpCall): void {
    const last = this.calls.pop()!;
    if (last === call) return;
    this.calls[call.place] = last;
    last.place = call.place;
  }

  all(): readonly HttpCall[] {
    return [...this.calls];
  }
}
