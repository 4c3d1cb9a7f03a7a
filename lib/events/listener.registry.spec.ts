import { describe, expect, it } from '@jest/globals';
import { deliveryReport, dispatch, inboundText } from '../../test/support/sample-events.ts';
import type { BridgeEventKind } from './bridge-events.ts';
import type { ListenerFilters } from './listener-filters.ts';
import { MethodListener } from './listener.ts';
import { ListenerSetupError } from './listener.errors.ts';
import { ListenerRegistry } from './listener.registry.ts';

function listener<K extends BridgeEventKind>(name: string, kind: K, filter: ListenerFilters[K]): MethodListener<K> {
  return new MethodListener<K>({ name, source: `${name} in AppModule`, kind, filter, call: () => undefined });
}

describe('the listener registry', () => {
  it('finds a listener by its name', () => {
    const registry = new ListenerRegistry();
    const note = listener('Orders.note', 'dispatch', {});
    registry.register(note);

    expect(registry.byName('Orders.note')).toBe(note);
    expect(registry.byName('Orders.gone')).toBeUndefined();
    expect(registry.byName('constructor')).toBeUndefined();
    expect(registry.all).toEqual([note]);
  });

  it('finds all listeners of a kind whose filter lets the event through, and no others', () => {
    const registry = new ListenerRegistry();
    registry.register(listener('all', 'delivery-report', {}));
    registry.register(listener('failed', 'delivery-report', { status: 'failed' }));
    registry.register(listener('delivered', 'delivery-report', { status: 'delivered' }));
    registry.register(listener('stop', 'inbound-message', { text: 'stop' }));

    expect(registry.matching('delivery-report', deliveryReport()).map(({ name }) => name)).toEqual(['all', 'delivered']);
    expect(registry.matching('inbound-message', inboundText('Stop')).map(({ name }) => name)).toEqual(['stop']);
    expect(registry.matching('inbound-message', inboundText('go'))).toEqual([]);
    expect(registry.matching('dispatch', dispatch())).toEqual([]);
  });

  it('finds those whom a report without its message may concern', () => {
    const registry = new ListenerRegistry();
    registry.register(listener('order', 'delivery-report', { template: 'order_update' }));
    registry.register(listener('read', 'delivery-report', { status: 'read' }));
    const early = deliveryReport({ message: undefined });

    expect(registry.mayMatch('delivery-report', early).map(({ name }) => name)).toEqual(['order']);
    expect(registry.mayMatch('delivery-report', early, deliveryReport({ message: undefined, status: 'read' })).map(({ name }) => name)).toEqual(['order', 'read']);
    expect(registry.matching('delivery-report', early)).toEqual([]);
  });

  it('refuses a name that is taken, whatever the kind, and keeps the first', () => {
    const registry = new ListenerRegistry();
    const first = listener('note', 'dispatch', {});
    registry.register(first);

    expect(() => registry.register(listener('note', 'inbound-message', {}))).toThrow(ListenerSetupError);
    expect(registry.all).toEqual([first]);
    expect(registry.matching('inbound-message', inboundText('go'))).toEqual([]);
  });
});
