import { isObservable, lastValueFrom } from 'rxjs';
import type { BridgeEventKind, BridgeEvents } from './bridge-events.ts';
import type { ListenerFilters } from './listener-filters.ts';
import { matcherOf } from './listener-matcher.ts';
import type { EventMatcher } from './listener-matcher.ts';
import { ListenerTimeoutError } from './listener.errors.ts';

/** One subscription of one method of the host's to one kind of event. */
export interface Listener<K extends BridgeEventKind = BridgeEventKind> {
  /** Keys the listener's place in the durable log. Unique. */
  readonly name: string;
  /** Where the method stands, for people: `JourneyService.thank in JourneyModule`. */
  readonly source: string;
  readonly kind: K;
  readonly filter: ListenerFilters[K];
  /** Calls at once. */
  readonly concurrency: number;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Whether the filter lets the event through. */
  matches(event: BridgeEvents[K]): boolean;
  /** Whether it may, as far as the event is known: the message of a report without one may be recognised later. */
  mayMatch(event: BridgeEvents[K]): boolean;
  /**
   * Calls the method and waits for the promise or observable that it returns. Rejects with whatever it throws, and with
   * `ListenerTimeoutError` after `timeoutMs`, or with the signal's reason when it is aborted; the call is then left behind,
   * since nothing can stop it.
   */
  invoke(event: BridgeEvents[K], signal?: AbortSignal): Promise<void>;
}

const DEFAULTS = { concurrency: 10, timeoutMs: 30_000 };

/** What a listener is made from. */
export interface ListenerDefinition<K extends BridgeEventKind> {
  name: string;
  source: string;
  kind: K;
  filter: ListenerFilters[K];
  call: (event: BridgeEvents[K]) => unknown;
}

/** The listener that a decorated method makes. */
export class MethodListener<K extends BridgeEventKind> implements Listener<K> {
  readonly name: string;
  readonly source: string;
  readonly kind: K;
  readonly filter: ListenerFilters[K];
  readonly concurrency: number;
  readonly timeoutMs: number;
  private readonly call: (event: BridgeEvents[K]) => unknown;
  private readonly matcher: EventMatcher<K>;

  constructor({ name, source, kind, filter, call }: ListenerDefinition<K>) {
    this.name = name;
    this.source = source;
    this.kind = kind;
    this.filter = filter;
    this.concurrency = filter.concurrency ?? DEFAULTS.concurrency;
    this.timeoutMs = filter.timeoutMs ?? DEFAULTS.timeoutMs;
    this.call = call;
    this.matcher = matcherOf(kind, filter);
  }

  matches(event: BridgeEvents[K]): boolean {
    return this.matcher.matches(event);
  }

  mayMatch(event: BridgeEvents[K]): boolean {
    return this.matcher.mayMatch(event);
  }

  async invoke(event: BridgeEvents[K], signal?: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    const leftBehind = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ListenerTimeoutError(this.name, this.timeoutMs)), this.timeoutMs);
      onAbort = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', onAbort);
    });
    try {
      // The race keeps a handler on both, so a call that rejects after its time is no unhandled rejection.
      await Promise.race([ended(this.call(event)), leftBehind]);
    } finally {
      clearTimeout(timer);
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    }
  }
}

async function ended(returned: unknown): Promise<void> {
  await (isObservable(returned) ? lastValueFrom(returned, { defaultValue: undefined }) : returned);
}
