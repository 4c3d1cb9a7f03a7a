/**
 * A limit that the accounts share. One half is anybody's; of the other half each account has an even part of its own, which no other can
 * use up: an account whose AiSensy stands still fills the shared half and its own part, and the others' messages are taken as before. A
 * single account has all of it.
 */
export class SharedLimit {
  private readonly own: number;
  private readonly common: number;
  private readonly used = new Map<string, number>();
  private commonUsed = 0;
  private sum = 0;

  constructor(limit: number, accounts: number) {
    this.own = Math.floor(limit / 2 / accounts);
    this.common = limit - accounts * this.own;
  }

  /** What all use together. */
  get total(): number {
    return this.sum;
  }

  /** Whether there is room for so much more of an account's. */
  fits(account: string, amount: number): boolean {
    const used = this.used.get(account) ?? 0;
    return used + amount <= this.own || this.commonUsed + this.beyond(used + amount) - this.beyond(used) <= this.common;
  }

  /** Takes room, whether or not there is any; with a negative amount gives it back. */
  take(account: string, amount: number): void {
    const used = this.used.get(account) ?? 0;
    this.used.set(account, used + amount);
    this.commonUsed += this.beyond(used + amount) - this.beyond(used);
    this.sum += amount;
  }

  /** How much of it stands outside the account's own part. */
  private beyond(used: number): number {
    return Math.max(0, used - this.own);
  }
}
