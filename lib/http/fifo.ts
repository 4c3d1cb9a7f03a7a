/** A queue that costs the same however long it is, where `Array.shift()` moves all that stand behind. */
export class Fifo<T> {
  private incoming: T[] = [];
  /** In reverse: the next to leave is the last. */
  private outgoing: T[] = [];

  get size(): number {
    return this.incoming.length + this.outgoing.length;
  }

  push(item: T): void {
    this.incoming.push(item);
  }

  shift(): T | undefined {
    if (this.outgoing.length === 0) {
      this.outgoing = this.incoming.reverse();
      this.incoming = [];
    }
    return this.outgoing.pop();
  }

  clear(): void {
    this.incoming = [];
    this.outgoing = [];
  }
}
