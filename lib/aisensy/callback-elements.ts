import type { Callback, UnreadableElement } from '../messages/callback.ts';
import type { Acquaintance, Preference } from '../messages/preference.ts';

/**
 * Gathers the elements of a callback, each read on its own: one that cannot be read is kept as unreadable, and its
 * neighbours are read all the same.
 */
export class CallbackElements implements Callback {
  readonly reports: Callback['reports'] = [];
  readonly inbound: Callback['inbound'] = [];
  readonly unreadable: Callback['unreadable'] = [];
  preferences?: Preference[];
  people?: Acquaintance[];
  #met?: Set<string>;

  /** Runs a reader, which adds what it finds; where it throws, `raw` is unreadable, for the reason that it names. */
  element(raw: unknown, read: () => void): void {
    try {
      read();
    } catch (error) {
      this.unreadable.push(unreadable(error, raw));
    }
  }

  /** Adds all that another form's reader found. */
  add({ reports, inbound, unreadable, preferences = [], people = [] }: Callback): void {
    // Not push(...): a batch may hold more elements than a call may have arguments.
    for (const report of reports) this.reports.push(report);
    for (const message of inbound) this.inbound.push(message);
    for (const element of unreadable) this.unreadable.push(element);
    for (const preference of preferences) this.prefer(preference);
    for (const person of people) this.meet(person);
  }

  prefer(preference: Preference): void {
    (this.preferences ??= []).push(preference);
  }

  /** Each person once, however many elements name them. */
  meet(person: Acquaintance): void {
    const names = `${person.userId} ${person.phoneNumber}`;
    if (this.#met?.has(names)) return;
    (this.#met ??= new Set()).add(names);
    (this.people ??= []).push(person);
  }
}

/** What is kept of an element whose reader threw. */
export function unreadable(error: unknown, raw: unknown): UnreadableElement {
  return { reason: error instanceof UnreadableError ? error.message : 'The element could not be read', raw };
}

/** An element says what it is, but not what it must. The message never quotes the element. */
export class UnreadableError extends Error {}
