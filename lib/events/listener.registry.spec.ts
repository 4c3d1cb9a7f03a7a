import { describe, expect, it } from '@jest/globals';
import { deliveryReport } from '../../test/support/sample-events.ts';
import type { BridgeEventKind } from './bridge-events.ts';
import type { ListenerFilters } from './listener-filters.ts';
import { MethodListener } from './listener.ts';
import { ListenerSetupError } from './listener.errors.ts';
import { ListenerRegistry } from './listener.registry.ts';

function listener<K extends BridgeEventKind>(name: string, kind: K, filter: ListenerFilters[K]): MethodListener<K> {
  return new MethodListener<K>({ name, source: `${name} in AppModule`, kind, filter, call: () => undefined });
}

describe('the listener registry', () => {
  it('finds the listeners of a kind, in the order of registration', () => {
    const registry = new ListenerRegistry();
    const [note, failed, stop] = [listener('note', 'delivery-report', {}), listener('failed', 'delivery-report', { status: 'failed' }), listener('stop', 'inbound-message', {})];
    for (const each of [note, stop, failed]) registry.register(each);

    expect(registry.all).toEqual([note, stop, failed]);
    expect(registry.of('delivery-report')).toEqual([note, failed]);
    expect(registry.of('dispatch')).toEqual([]);
  });

  it('finds those whom a report without its message may concern', () => {
    const registry = new ListenerRegistry();
    registry.register(listener('order', 'delivery-report', { template: 'order_update' }));
    registry.register(listener('read', 'delivery-report', { status: 'read' }));
    const early = deliveryReport({ message: undefined });

    expect(registry.mayMatch('delivery-report', early).map(({ name }) => name)).toEqual(['order']);
    expect(registry.mayMatch('delivery-report', early, deliveryReport({ message: undefined, status: 'read' })).map(({ name }) => name)).toEqual(['order', 'read']);
  });

  it('refuses a name that is taken, whatever the kind, and keeps the first', () => {
    const registry = new ListenerRegistry();
    const first = listener('note', 'dispatch', {});
    registry.register(first);

    expect(() => registry.register(listener('note', 'inbound-message', {}))).toThrow(ListenerSetupError);
    expect(registry.all).toEqual([first]);
    expect(registry.of('inbound-message')).toEqual([]);
  });
});
