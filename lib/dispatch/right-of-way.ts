/** So many answers that are owed at once are no rush. */
const CALM = 32;

/** Turns given in one round of the event loop: in a rush, and otherwise, since even then a thousand at once would block it. */
const TURNS_IN_A_RUSH = 32;
const TURNS = 256;

/**
 * Gives answers the right of way. CleverTap counts an answer after one second as lost, while a call to AiSensy can wait for some
 * milliseconds: as long as many callers wait for theirs, only a few calls begin in each round of the event loop.
 */
export class RightOfWay {
  private owed = 0;
  private readonly waiting: (() => void)[] = [];

  /** Somebody waits for this. */
  async owe<T>(answer: Promise<T>): Promise<T> {
    this.owed += 1;
    try {
      return await answer;
    } finally {
      this.owed -= 1;
    }
  }

  /** Resolves when it is the caller's turn; `undefined` where that is now. */
  turn(): Promise<void> | undefined {
    if (this.owed <= CALM && this.waiting.length === 0) return undefined;
    return new Promise((resolve) => {
      if (this.waiting.push(resolve) === 1) setImmediate(() => this.give());
    });
  }

  private give(): void {
    const turns = this.owed > CALM ? TURNS_IN_A_RUSH : TURNS;
    for (const resolve of this.waiting.splice(0, turns)) resolve();
    if (this.waiting.length > 0) setImmediate(() => this.give());
  }
}
