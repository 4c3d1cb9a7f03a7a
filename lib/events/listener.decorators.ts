import { SetMetadata } from '@nestjs/common';
import type { BridgeEventKind, BridgeEvents } from './bridge-events.ts';
import type { DeliveryReportFilter, DispatchFilter, InboundMessageFilter, ListenerFilters, PreferenceFilter } from './listener-filters.ts';

/** Where a method keeps what it listens to: an array, one entry for each decorator, in the order in which they were applied. */
export const LISTENER_METADATA = Symbol.for('nestjs-whatsapp-bridge:listeners');

/** What one decorator says. */
export type ListenerMetadata = { [K in BridgeEventKind]: { kind: K; filter: ListenerFilters[K] } }[BridgeEventKind];

/**
 * Stands on a method that takes the event; a method that expects another event does not compile. The descriptor is optional
 * only so that `applyDecorators` takes the decorator: on anything but a method it throws.
 */
export type ListenerDecorator<K extends BridgeEventKind> = <M extends (event: BridgeEvents[K]) => unknown>(
  target: object,
  propertyKey: string | symbol,
  descriptor?: TypedPropertyDescriptor<M>,
) => void;

/**
 * Calls the method of a provider or controller for delivery reports: once for each distinct status of a message.
 *
 * The call comes from the durable log, after AiSensy got its acknowledgement, at least once: when the method throws, rejects
 * or takes longer than `timeoutMs` it is called again later (see `PermanentError`, `RetryLaterError`), and after a crash in
 * its middle too. A promise or observable that it returns is waited for. The class must be a singleton: a request-scoped or
 * transient one is refused at boot, as is a name that another listener has already.
 *
 * ```ts
 * @OnDeliveryReport({ status: 'failed', template: 'order_update' })
 * async callInstead(report: DeliveryReportEvent): Promise<void> { … }
 * ```
 */
export function OnDeliveryReport(filter: DeliveryReportFilter = {}): ListenerDecorator<'delivery-report'> {
  return listenerDecorator('OnDeliveryReport', { kind: 'delivery-report', filter });
}

/**
 * Calls the method of a provider or controller for what people write to the accounts' numbers: once for each message. See
 * `OnDeliveryReport` for how and how often it is called.
 *
 * ```ts
 * @OnInboundMessage({ type: 'button', payload: /^feedback:/ })
 * async thank(message: InboundMessageEvent): Promise<void> { … }
 * ```
 */
export function OnInboundMessage(filter: InboundMessageFilter = {}): ListenerDecorator<'inbound-message'> {
  return listenerDecorator('OnInboundMessage', { kind: 'inbound-message', filter });
}

/**
 * Calls the method of a provider or controller for what became of handing messages to AiSensy: once for each outcome. `unknown`
 * may be followed by another one; the others are final unless somebody replays the message. See `OnDeliveryReport` for how and
 * how often it is called.
 *
 * ```ts
 * @OnDispatch({ outcome: ['rejected', 'unknown'] })
 * async lookInto(event: DispatchEvent): Promise<void> { … }
 * ```
 */
export function OnDispatch(filter: DispatchFilter = {}): ListenerDecorator<'dispatch'> {
  return listenerDecorator('OnDispatch', { kind: 'dispatch', filter });
}

/**
 * Calls the method of a provider or controller when a person stops or resumes marketing messages (WhatsApp's own switch, or error
 * 131050). The bridge does not tell CleverTap of it. See `OnDeliveryReport` for how and how often it is called.
 *
 * ```ts
 * @OnPreference({ change: 'stop' })
 * async note(preference: PreferenceEvent): Promise<void> { … }
 * ```
 */
export function OnPreference(filter: PreferenceFilter = {}): ListenerDecorator<'preference'> {
  return listenerDecorator('OnPreference', { kind: 'preference', filter });
}

function listenerDecorator<K extends BridgeEventKind>(decorator: string, metadata: ListenerMetadata): ListenerDecorator<K> {
  return (target, propertyKey, descriptor) => {
    const method = descriptor?.value;
    // Discovery looks for named methods on prototypes: whatever else is decorated would never be called.
    if (typeof method !== 'function' || typeof target === 'function' || typeof propertyKey === 'symbol') {
      throw new TypeError(
        `@${decorator}() stands on ${classOf(target)}.${String(propertyKey)}, but takes only a method of an instance, with a plain name`,
      );
    }
    const declared = (Reflect.getMetadata(LISTENER_METADATA, method) ?? []) as ListenerMetadata[];
    SetMetadata(LISTENER_METADATA, [...declared, metadata])(target, propertyKey, descriptor as TypedPropertyDescriptor<unknown>);
  };
}

function classOf(target: object): string {
  return typeof target === 'function' ? target.name : target.constructor.name;
}
