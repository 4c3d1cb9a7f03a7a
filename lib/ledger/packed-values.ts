/** Values on their way between the threads, one after another. */
export type Values = unknown[];

/** Takes values out in the order in which they were put in. */
export class ValueReader {
  private readonly values: Values;
  private at = 0;

  constructor(values: Values) {
    this.values = values;
  }

  get isAtEnd(): boolean {
    return this.at === this.values.length;
  }

  next<T>(): T {
    const value = this.values[this.at];
    this.at += 1;
    return value as T;
  }

  list<T>(): T[] {
    return this.listOf(() => this.next<T>());
  }

  listOf<T>(read: () => T): T[] {
    const length = this.next<number>();
    const list: T[] = [];
    for (let place = 0; place < length; place += 1) list.push(read());
    return list;
  }

  optional<T>(read: () => T): T | undefined {
    return this.next<boolean>() ? read() : undefined;
  }
}

export function putList(list: readonly unknown[], into: Values): void {
  into.push(list.length);
  for (const value of list) into.push(value);
}

export function putListOf<T>(list: readonly T[], into: Values, put: (value: T, into: Values) => void): void {
  into.push(list.length);
  for (const value of list) put(value, into);
}

export function putOptional<T>(value: T | undefined, into: Values, put: (value: T, into: Values) => void): void {
  into.push(value !== undefined);
  if (value !== undefined) put(value, into);
}
