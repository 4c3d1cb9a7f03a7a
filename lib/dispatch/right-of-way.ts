/** Up to so many answers owed at once are no rush. */
const CALM = 32;

/** Calls that begin in one round of the event loop, in a rush and otherwise: even then a thousand at once would block it. */
const TURNS_IN_A_RUSH = 32;
const TURNS = 256;

/**
 * Gives answers the right of way. CleverTap counts an answer after one second as lost, while a call to AiSensy can wait for some
 * milliseconds: as long as many callers wait for their answers, only a few calls begin in each round of the event loop.
 */
export class RightOfWay {
  private owed = 0;
  private waiting: (() => void)[] = [];
  private readonly paid = (): void => { this.owed -= 1; };

  /** Somebody waits for an answer until this settles, whichever way. */
  owe(answer: Promise<unknown>): void {
    this.owed += 1;
    answer.then(this.paid, this.paid);
  }

  /** Begins a call: now, or when its turn has come. */
  begin(call: () => void): void {
    if (this.owed <= CALM && this.waiting.length === 0) call();
    else if (this.waiting.push(call) === 1) setImmediate(() => this.give());
  }

  private give(): void {
    const turns = this.owed > CALM ? TURNS_IN_A_RUSH : TURNS;
    const calls = this.waiting;
    // Calls that come while these begin wait behind the others.
    this.waiting = calls.slice(turns);
    for (const call of calls.slice(0, turns)) call();
    if (this.waiting.length > 0) setImmediate(() => this.give());
  }
}
