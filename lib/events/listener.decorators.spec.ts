import { describe, expect, it } from '@jest/globals';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { DeliveryReportEvent, DispatchEvent, InboundMessageEvent } from './bridge-events.ts';
import { ListenerMetadataAccessor } from './listener-metadata.accessor.ts';
import { LISTENER_METADATA, OnDeliveryReport, OnDispatch, OnInboundMessage } from './listener.decorators.ts';

const accessor = new ListenerMetadataAccessor(new Reflector());
const Bad = () => applyDecorators(OnDeliveryReport({ status: 'failed' }), OnDispatch({ outcome: 'rejected' }), SetMetadata('mark', 1));

class Sample {
  @OnInboundMessage()
  any(): void {}

  @OnDispatch({ outcome: 'expired' })
  @OnDispatch({ outcome: 'unknown', name: 'lost' })
  twice(_event: DispatchEvent): void {}

  @Bad()
  composed(_event: DeliveryReportEvent | DispatchEvent): void {}

  @Bad()
  composedAgain(): void {}

  none(): void {}
}

describe('the listener decorators', () => {
  it('write what they say on the method, under a key that both builds of the package share', () => {
    expect(Reflect.getMetadata(Symbol.for('nestjs-whatsapp-bridge:listeners'), Sample.prototype.any)).toEqual([
      { kind: 'inbound-message', filter: {} },
    ]);
    expect(LISTENER_METADATA).toBe(Symbol.for('nestjs-whatsapp-bridge:listeners'));
  });

  it('add up, the one next to the method first', () => {
    expect(accessor.read(Sample.prototype.twice)).toEqual([
      { kind: 'dispatch', filter: { outcome: 'unknown', name: 'lost' } },
      { kind: 'dispatch', filter: { outcome: 'expired' } },
    ]);
  });

  it.each(['composed', 'composedAgain'] as const)('can be composed into a decorator that is used again: %s', (method) => {
    expect(accessor.read(Sample.prototype[method])).toEqual([
      { kind: 'delivery-report', filter: { status: 'failed' } },
      { kind: 'dispatch', filter: { outcome: 'rejected' } },
    ]);
    expect(Reflect.getMetadata('mark', Sample.prototype[method])).toBe(1);
  });

  it('are not seen where there are none', () => {
    expect(accessor.read(Sample.prototype.none)).toEqual([]);
    expect(accessor.read(undefined)).toEqual([]);
    expect(accessor.read('none')).toEqual([]);
  });

  it('do not compile on a method that takes another event', () => {
    class Wrong {
      // @ts-expect-error a delivery report is no inbound message
      @OnDeliveryReport()
      report(_event: InboundMessageEvent): void {}

      // @ts-expect-error no such status
      @OnDeliveryReport({ status: 'seen' })
      status(): void {}
    }
    expect(accessor.read(Wrong.prototype.report)).toHaveLength(1);
  });

  it('refuse what would never be called: a static method, a property, a method named by a symbol', () => {
    expect(() => {
      class Statics {
        @OnDispatch()
        static listen(): void {}
      }
      return Statics;
    }).toThrow('@OnDispatch() stands on Statics.listen, but takes only a method of an instance, with a plain name');
    expect(() => {
      class Property {
        @OnInboundMessage()
        listen = (): void => {};
      }
      return Property;
    }).toThrow('@OnInboundMessage() stands on Property.listen, but takes only');
    expect(() => {
      class Symbols {
        @OnDeliveryReport()
        [Symbol.iterator](): void {}
      }
      return Symbols;
    }).toThrow('@OnDeliveryReport() stands on Symbols.Symbol(Symbol.iterator), but takes only');
  });
});
