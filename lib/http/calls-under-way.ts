import type { HttpCall } from './http-sender-call.ts';

/**
 * The calls that have no result yet, in no order. No `Set`: whenever one that is filled and emptied all the time makes itself a new table,
 * the old one keeps alive what it held until the whole heap is searched for garbage, and everything that hangs on a thousand calls is
 * carried there for nothing.
 */
export class CallsUnderWay {
  private readonly calls: HttpCall[] = [];

  add(call: HttpCall): void {
    call.place = this.calls.push(call) - 1;
  }

  /** The last one takes its place. */
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
