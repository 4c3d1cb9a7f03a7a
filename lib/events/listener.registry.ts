import { Injectable } from '@nestjs/common';
import type { BridgeEventKind, BridgeEvents } from './bridge-events.ts';
import type { Listener } from './listener.ts';
import { ListenerSetupError } from './listener.errors.ts';

/** The app's listeners, each under its durable name. */
@Injectable()
export class ListenerRegistry {
  private readonly named = new Map<string, Listener>();
  private readonly ofKind: { [K in BridgeEventKind]: Listener<K>[] } = { dispatch: [], 'delivery-report': [], 'inbound-message': [], preference: [] };

  /** Throws `ListenerSetupError` where the name is taken: two listeners in one place would each lose half of its events. */
  register<K extends BridgeEventKind>(listener: Listener<K>): void {
    const other = this.named.get(listener.name);
    if (other) {
      throw new ListenerSetupError([
        `Two listeners have the durable name "${listener.name}": ${other.source}, and ${listener.source}; `
        + 'give one of them another `name`, or provide the class in one module only and export it',
      ]);
    }
    this.named.set(listener.name, listener);
    this.ofKind[listener.kind].push(listener);
  }

  /** Every listener, in the order of registration. */
  get all(): readonly Listener[] {
    return [...this.named.values()];
  }

  /** The listeners of a kind of event. */
  of<K extends BridgeEventKind>(kind: K): readonly Listener<K>[] {
    return this.ofKind[kind];
  }

  /**
   * The listeners whom the event may concern, as far as it is known: asked before a report's message is recognised. `events` is all that
   * it may turn out to be.
   */
  mayMatch<K extends BridgeEventKind>(kind: K, ...events: BridgeEvents[K][]): Listener<K>[] {
    return this.ofKind[kind].filter((listener) => events.some((event) => listener.mayMatch(event)));
  }
}
