import { afterEach, describe, expect, it } from '@jest/globals';
import { applyDecorators, Controller, Inject, Injectable, Module, Scope } from '@nestjs/common';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { deliveryReport, dispatch, inboundMessage, inboundText } from '../../test/support/sample-events.ts';
import type { BridgeEventKind, BridgeEvents, InboundMessageEvent } from './bridge-events.ts';
import { ListenerMetadataAccessor } from './listener-metadata.accessor.ts';
import { OnDeliveryReport, OnDispatch, OnInboundMessage } from './listener.decorators.ts';
import { ListenerSetupError } from './listener.errors.ts';
import { ListenerExplorer } from './listener.explorer.ts';
import { ListenerRegistry } from './listener.registry.ts';

@Module({ imports: [DiscoveryModule], providers: [ListenerExplorer, ListenerMetadataAccessor, ListenerRegistry] })
class ListenersModule {}

@Injectable()
class Journey {
  readonly told: string[] = [];

  @OnInboundMessage({ type: 'button' })
  thank(message: InboundMessageEvent): void {
    this.told.push(message.id);
  }
}

@Injectable()
class Extended extends Journey {}

let app: INestApplication | undefined;

/** A real app of a host that declares these, up to and including `onModuleInit`. */
async function boot(host: ModuleMetadata): Promise<ListenerRegistry> {
  app = await unbooted(host);
  await app.init();
  return app.get(ListenerRegistry);
}

async function unbooted(host: ModuleMetadata): Promise<INestApplication> {
  const imports = [ListenersModule, ...(host.imports ?? [])];
  return (await Test.createTestingModule({ ...host, imports }).compile()).createNestApplication();
}

async function problemsOfBooting(host: ModuleMetadata): Promise<readonly string[]> {
  const error = await boot(host).then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ListenerSetupError);
  return (error as ListenerSetupError).problems;
}

const namesOf = (registry: ListenerRegistry) => registry.all.map(({ name }) => name);
const named = (registry: ListenerRegistry, wanted: string) => registry.all.find(({ name }) => name === wanted);
const matching = <K extends BridgeEventKind>(registry: ListenerRegistry, kind: K, event: BridgeEvents[K]) => registry.of(kind).filter((listener) => listener.matches(event));

afterEach(async () => {
  // An app that refused to start has nothing to stop, and Nest may say so.
  await app?.close().catch(() => undefined);
  app = undefined;
});

describe('the listener explorer finds', () => {
  it('the methods of providers and controllers, wherever in the app, and calls them on their instance', async () => {
    @Controller('orders')
    class OrdersController {
      readonly told: string[] = [];

      @OnDeliveryReport({ status: 'failed', concurrency: 2, timeoutMs: 500 })
      async onFailed({ msgId }: { msgId: string }): Promise<void> {
        this.told.push(msgId);
      }
    }

    @Module({ providers: [Journey] })
    class JourneyModule {}

    @Module({ imports: [JourneyModule], controllers: [OrdersController] })
    class OrdersModule {
      @OnDispatch()
      onDispatch(): void {}
    }

    const registry = await boot({ imports: [OrdersModule] });

    expect(namesOf(registry).sort()).toEqual(['Journey.thank', 'OrdersController.onFailed', 'OrdersModule.onDispatch']);
    expect(named(registry, 'OrdersController.onFailed')).toMatchObject({
      kind: 'delivery-report', concurrency: 2, timeoutMs: 500, source: 'OrdersController.onFailed in OrdersModule',
    });
    expect(matching(registry, 'inbound-message', inboundText('hello'))).toEqual([]);
    const [thank] = matching(registry, 'inbound-message', inboundMessage({ id: 'm1' }));
    await thank?.invoke(inboundMessage({ id: 'm1' }));
    await named(registry, 'OrdersController.onFailed')?.invoke(deliveryReport({ msgId: 'r1' }));
    expect(app?.get(Journey, { strict: false }).told).toEqual(['m1']);
    expect(app?.get(OrdersController, { strict: false }).told).toEqual(['r1']);
  });

  it.each<[string, ModuleMetadata]>([
    ['useClass', { providers: [{ provide: 'journey', useClass: Journey }] }],
    ['useValue', { providers: [{ provide: 'journey', useValue: new Journey() }] }],
    ['useFactory', { providers: [{ provide: 'journey', useFactory: () => new Journey() }] }],
    ['an async useFactory', { providers: [{ provide: 'journey', useFactory: async () => new Journey() }] }],
  ])('the instance of %s', async (_, host) => {
    const registry = await boot(host);

    await named(registry, 'Journey.thank')?.invoke(inboundMessage({ id: 'm1' }));

    expect(app?.get<Journey>('journey').told).toEqual(['m1']);
  });

  it('each instance once, under however many tokens', async () => {
    const registry = await boot({
      providers: [
        Journey,
        { provide: 'alias', useExisting: Journey },
        { provide: 'factory', useFactory: (journey: Journey) => journey, inject: [Journey] },
      ],
    });

    expect(namesOf(registry)).toEqual(['Journey.thank']);
  });

  it('inherited methods, on each heir under its own name', async () => {
    @Injectable()
    class Silent extends Journey {
      override thank(): void {}
    }
    @Injectable()
    class Again extends Journey {
      @OnInboundMessage({ name: 'again' })
      override thank(): void {}
    }

    const registry = await boot({ providers: [Journey, Extended, Silent, Again] });

    expect(namesOf(registry)).toEqual(['Journey.thank', 'Extended.thank', 'again']);
    await named(registry, 'Extended.thank')?.invoke(inboundMessage({ id: 'm1' }));
    expect(app?.get(Extended).told).toEqual(['m1']);
    expect(app?.get(Journey).told).toEqual([]);
  });

  it('each of several decorators on a method', async () => {
    const Trouble = () => applyDecorators(OnDeliveryReport({ status: 'failed' }), OnDispatch({ outcome: 'rejected' }));
    @Injectable()
    class Desk {
      @OnDispatch({ outcome: 'unknown', name: 'lost-and-found' })
      @OnDispatch({ outcome: 'expired' })
      late(): void {}

      @Trouble()
      first(): void {}

      @Trouble()
      second(): void {}
    }

    const registry = await boot({ providers: [Desk] });

    expect(namesOf(registry)).toEqual(['Desk.late', 'lost-and-found', 'Desk.first', 'Desk.first#2', 'Desk.second', 'Desk.second#2']);
    expect(named(registry, 'lost-and-found')?.filter).toEqual({ outcome: 'unknown', name: 'lost-and-found' });
    const rejected = matching(registry, 'dispatch', dispatch({ outcome: 'rejected' }));
    expect(rejected.map(({ name }) => name)).toEqual(['Desk.first#2', 'Desk.second#2']);
  });

  it('the method that stands on the instance when it is called', async () => {
    const registry = await boot({ providers: [Journey] });
    const told: string[] = [];
    app!.get(Journey).thank = ({ id }) => void told.push(id);

    await named(registry, 'Journey.thank')?.invoke(inboundMessage({ id: 'm1' }));

    expect(told).toEqual(['m1']);
  });

  it('nothing in what is no instance of a class, and touches no getter', async () => {
    class Careful {
      get connection(): never {
        throw new Error('not connected');
      }
    }
    const values: unknown[] = [
      null, undefined, 0, 'text', Symbol('s'), () => new Journey(), [], Object.create(null), { thank() {} }, new Careful(),
    ];
    const providers = values.map((useValue, i) => ({ provide: `value-${i}`, useValue }));

    expect(namesOf(await boot({ providers }))).toEqual([]);
  });
});

describe('the listener explorer refuses to start', () => {
  it('with a class that has no instance outside a request, or many, and says which', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends Journey {}
    @Injectable({ scope: Scope.TRANSIENT })
    class PerUse extends Journey {}
    @Controller('by-dependency')
    class ByDependency extends Journey {
      constructor(@Inject(PerRequest) readonly perRequest: PerRequest) {
        super();
      }
    }
    @Injectable()
    class UserOfPerUse {
      constructor(@Inject(PerUse) readonly perUse: PerUse) {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class NoListener {
      constructor(@Inject(REQUEST) readonly request: unknown) {}
    }
    @Module({ providers: [PerRequest, PerUse, UserOfPerUse, NoListener, Journey], controllers: [ByDependency] })
    class HostModule {}

    const problems = await problemsOfBooting({ imports: [HostModule] });

    expect(problems).toEqual([
      'PerRequest.thank in HostModule cannot listen: its class is request-scoped, so there is no instance outside a request; '
      + 'move the method to a singleton provider',
      'PerUse.thank in HostModule cannot listen: its class is transient, so there is one instance for each place that injects it; '
      + 'move the method to a singleton provider',
      'ByDependency.thank in HostModule cannot listen: its class injects something request-scoped, so there is no instance '
      + 'outside a request; move the method to a singleton provider',
    ]);
  });

  it('with two listeners of one durable name', async () => {
    @Injectable()
    class Other {
      @OnDispatch({ name: 'Journey.thank' })
      note(): void {}
    }
    @Module({ providers: [Journey, Other] })
    class HostModule {}

    expect(await problemsOfBooting({ imports: [HostModule] })).toEqual([
      'Two listeners have the durable name "Journey.thank": Journey.thank in HostModule, and Other.note in HostModule; '
      + 'give one of them another `name`, or provide the class in one module only and export it',
    ]);
  });

  it('with one class provided in two modules, whose every event would come twice', async () => {
    @Module({ providers: [Journey] })
    class LeftModule {}
    @Module({ providers: [Journey] })
    class RightModule {}

    const [problem] = await problemsOfBooting({ imports: [LeftModule, RightModule] });

    expect(problem).toContain('"Journey.thank": Journey.thank in LeftModule, and Journey.thank in RightModule');
  });

  it('with options that nothing can be run by, all of them told at once', async () => {
    @Injectable()
    class Desk {
      @OnDispatch({ concurrency: 0 })
      none(): void {}

      @OnDispatch({ timeoutMs: 2 ** 31 })
      slow(): void {}

      @OnDispatch({ timeoutMs: 0.5, name: ' ' })
      hasty(): void {}

      @OnDeliveryReport({ status: [], template: ['a'] })
      never(): void {}
    }
    @Module({ providers: [Desk] })
    class HostModule {}

    const problems = await problemsOfBooting({ imports: [HostModule] });

    expect(problems).toEqual([
      'Desk.none in HostModule: `concurrency` is 0; give a whole number of at least 1',
      'Desk.slow in HostModule: `timeoutMs` is 2147483648; give whole milliseconds from 1 to 2147483647',
      'Desk.hasty in HostModule: `name` is empty; give the listener a durable name of its own',
      'Desk.hasty in HostModule: `timeoutMs` is 0.5; give whole milliseconds from 1 to 2147483647',
      'Desk.never in HostModule: `status` is an empty list, which nothing matches; leave it out to match everything',
    ]);
    expect(new ListenerSetupError(problems).message).toBe(
      `The WhatsApp bridge cannot call its listeners:\n- ${problems.join('\n- ')}`,
    );
  });
});
