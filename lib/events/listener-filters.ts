import type { DeliveryStatus } from '../messages/delivery-report.ts';
import type { DispatchOutcome } from '../messages/dispatch-outcome.ts';
import type { CallbackCode } from '../messages/failure-reason.ts';
import type { InboundType } from '../messages/inbound-message.ts';
import type { MessageOrigin } from '../messages/outbound-message.ts';
import type { PreferenceChange } from '../messages/preference.ts';

/** One value, or several of which any is right. An empty list, which nothing could match, is refused at boot. */
export type OneOrMany<T> = T | readonly T[];

/** How a listener is run, whatever it listens to. A field or a value that there is not is refused at boot. */
export interface ListenerOptions {
  /**
   * The listener's durable name, unique in the app; `ClassName.methodName` by default. It keys the listener's place in the
   * durable log, so work that waits under a name is lost to a listener that comes back with another one: renaming the class or
   * the method, or a bundler that shortens class names, orphans it. Set a name to be free to rename, and keep it.
   *
   * Where several decorators without a name stand on one method, the one next to the method (in `applyDecorators`: the first)
   * has the plain name, the others end in `#2`, `#3`: set names where their order may change.
   */
  name?: string;
  /** Calls of this listener at once, at least 1; 10. */
  concurrency?: number;
  /**
   * How long one call may take, in milliseconds, up to 2,147,483,647; 30,000. A call that takes longer counts as failed and is tried again,
   * and nothing can stop the first one meanwhile: both may end up doing their work.
   */
  timeoutMs?: number;
}

/** Which delivery reports a listener is told of: those to which all of the given fields apply. */
export interface DeliveryReportFilter extends ListenerOptions {
  status?: OneOrMany<DeliveryStatus>;
  /** The account's nickname. */
  account?: OneOrMany<string>;
  /** The template's name; never matches a message that the bridge did not send, or a freeform one. */
  template?: OneOrMany<string>;
  /** CleverTap's code of the failure, 1000 to 1010; never matches a report that is no failure. */
  failureCode?: OneOrMany<CallbackCode>;
}

/** Which messages of people a listener is told of: those to which all of the given fields apply. */
export interface InboundMessageFilter extends ListenerOptions {
  type?: OneOrMany<InboundType>;
  /** The account's nickname. */
  account?: OneOrMany<string>;
  /**
   * What the person wrote, or the label of the button tapped. A string must be the whole text, whatever its case and the white
   * space around it; a regular expression finds its match anywhere in the text as it came, and its `g` flag has no effect.
   */
  text?: OneOrMany<string | RegExp>;
  /** The payload of the button tapped: a string must equal it, a regular expression finds its match anywhere in it. */
  payload?: OneOrMany<string | RegExp>;
}

/** Which outcomes of dispatching a listener is told of: those to which all of the given fields apply. */
export interface DispatchFilter extends ListenerOptions {
  outcome?: OneOrMany<DispatchOutcome>;
  /** The account's nickname. */
  account?: OneOrMany<string>;
  /** The template's name; never matches a freeform message. */
  template?: OneOrMany<string>;
  /** Who asked for the message. */
  origin?: OneOrMany<MessageOrigin>;
}

/** Which words of people on marketing messages a listener is told of: those to which all of the given fields apply. */
export interface PreferenceFilter extends ListenerOptions {
  change?: OneOrMany<PreferenceChange>;
  /** The account's nickname. */
  account?: OneOrMany<string>;
}

/** The filter of each kind of event. */
export interface ListenerFilters {
  dispatch: DispatchFilter;
  'delivery-report': DeliveryReportFilter;
  'inbound-message': InboundMessageFilter;
  preference: PreferenceFilter;
}
