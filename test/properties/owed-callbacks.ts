import { now } from '../../lib/clock.ts';

/** What AiSensy has to call back with: a status of a message, or what a person wrote. */
export type Callback = { event: 'report'; msgId: string; status: string } | { event: 'person'; from: string; text: string; writtenAt: number };

/** What AiSensy calls back with, each until it is acknowledged. */
export class OwedCallbacks {
  private readonly due: Callback[] = [];
  private readonly underWay = new Set<Callback>();

  owe(...callbacks: Callback[]): void {
    this.due.push(...callbacks);
  }

  /** One that is due, on its way from now on. */
  take(which: number): Callback | undefined {
    const [callback] = this.due.splice(which % Math.max(1, this.due.length), 1);
    if (callback !== undefined) this.underWay.add(callback);
    return callback;
  }

  /** Whether AiSensy was still there to hear it. */
  acknowledge(callback: Callback): boolean {
    return this.underWay.delete(callback);
  }

  /** It was not taken, so that it is due again. */
  again(callback: Callback): void {
    if (this.underWay.delete(callback)) this.due.push(callback);
  }

  /** Nobody will acknowledge what is on its way. */
  loseAnswers(): void {
    for (const callback of this.underWay) this.again(callback);
  }

  get dueNow(): number {
    return this.due.length;
  }

  get left(): number {
    return this.due.length + this.underWay.size;
  }
}

/** A callback as it is posted, in CleverTap's form. */
export function bodyOf(callback: Callback, account: string): object {
  if (callback.event === 'report') return { statuses: [{ msgId: callback.msgId, status: callback.status, timestamp: seconds(now()) }] };
  const { from, text, writtenAt } = callback;
  return { from, wabaNumber: account.slice(1), timestamp: seconds(writtenAt), type: 'text', text: { body: text } };
}

function seconds(at: number): string {
  return String(Math.floor(at / 1_000));
}
