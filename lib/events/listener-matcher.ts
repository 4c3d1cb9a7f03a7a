import type { BridgeEventKind, BridgeEvents, DeliveryReportEvent } from './bridge-events.ts';
import type { ListenerFilters, OneOrMany } from './listener-filters.ts';

type Test<T> = (value: T) => boolean;

/** The filter of a listener, made ready once for the many events that it will be asked about. */
export interface EventMatcher<K extends BridgeEventKind> {
  /** Whether the filter lets the event through. */
  matches: Test<BridgeEvents[K]>;
  /** The same before all of the event is known: a report whose message is not recognised yet may be one of the wanted template. */
  mayMatch: Test<BridgeEvents[K]>;
}

export function matcherOf<K extends BridgeEventKind>(kind: K, filter: ListenerFilters[K]): EventMatcher<K> {
  return MATCHERS[kind](filter);
}

const MATCHERS: { [K in BridgeEventKind]: (filter: ListenerFilters[K]) => EventMatcher<K> } = {
  dispatch: (filter) => {
    const outcome = anyOf(filter.outcome);
    const account = anyOf(filter.account);
    const template = anyOf(filter.template);
    const origin = anyOf(filter.origin);
    return decided((event) =>
      outcome(event.outcome) && account(event.account) && template(event.message.template) && origin(event.message.origin));
  },
  'delivery-report': (filter) => {
    const status = anyOf(filter.status);
    const account = anyOf(filter.account);
    const template = anyOf(filter.template);
    const failureCode = anyOf(filter.failureCode);
    const ofReport: Test<DeliveryReportEvent> = (event) =>
      status(event.status) && account(event.account) && failureCode(event.failure?.code);
    return {
      matches: (event) => ofReport(event) && template(event.message?.template),
      mayMatch: (event) => ofReport(event) && (event.message === undefined || template(event.message.template)),
    };
  },
  'inbound-message': (filter) => {
    const type = anyOf(filter.type);
    const account = anyOf(filter.account);
    const text = anyPattern(filter.text, folded);
    const payload = anyPattern(filter.payload);
    return decided((event) =>
      type(event.type) && account(event.account) && text(event.button?.text ?? event.text) && payload(event.button?.payload));
  },
  preference: (filter) => {
    const change = anyOf(filter.change);
    const account = anyOf(filter.account);
    return decided((event) => change(event.change) && account(event.account));
  },
};

/** For events of which everything is known from the start. */
function decided<K extends BridgeEventKind>(matches: Test<BridgeEvents[K]>): EventMatcher<K> {
  return { matches, mayMatch: matches };
}

function anyOf<T extends string | number>(wanted: OneOrMany<T> | undefined): Test<T | undefined> {
  if (wanted === undefined) {
    return () => true;
  }
  const values = new Set<T | undefined>(listOf(wanted));
  return (value) => value !== undefined && values.has(value);
}

/** `normalize` is applied to both sides where a string is compared, never where a regular expression is. */
function anyPattern(wanted: OneOrMany<string | RegExp> | undefined, normalize = (text: string) => text): Test<string | undefined> {
  if (wanted === undefined) {
    return () => true;
  }
  const patterns = listOf(wanted);
  const expressions = patterns.filter((pattern) => typeof pattern !== 'string');
  const texts = new Set(patterns.filter((pattern) => typeof pattern === 'string').map(normalize));
  return (value) => {
    if (value === undefined) {
      return false;
    }
    // search() starts at the front whatever `lastIndex` says, so that a `g` or `y` flag keeps no state between two events.
    return texts.has(normalize(value)) || expressions.some((expression) => value.search(expression) !== -1);
  };
}

/** Text in one form for comparison: keyboards write the same letter composed or decomposed, and people write STOP in every case. */
function folded(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

function listOf<T>(wanted: OneOrMany<T>): readonly T[] {
  return Array.isArray(wanted) ? (wanted as readonly T[]) : [wanted as T];
}
