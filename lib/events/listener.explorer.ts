import { Inject, Injectable, Scope } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ListenerMetadata } from './listener.decorators.ts';
import { ListenerMetadataAccessor } from './listener-metadata.accessor.ts';
import { MethodListener } from './listener.ts';
import type { Listener } from './listener.ts';
import { ListenerSetupError } from './listener.errors.ts';
import { ListenerRegistry } from './listener.registry.ts';
import { problemsOf } from './listener.validation.ts';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];
type Methods = Record<string, (event: unknown) => unknown>;

/**
 * Finds the decorated methods of all providers and controllers of the app and registers them before anything is called: Nest has made
 * every instance by the time of `onModuleInit`. What is made later (lazily loaded modules) or anew for each request is
 * not found. Where that can be seen at boot it is refused, since an event that nobody listens to is lost without a sign.
 */
@Injectable()
export class ListenerExplorer implements OnModuleInit {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ListenerMetadataAccessor) private readonly metadata: ListenerMetadataAccessor,
    @Inject(ListenerRegistry) private readonly registry: ListenerRegistry,
  ) {}

  /** Throws `ListenerSetupError` with every problem of every listener. */
  onModuleInit(): void {
    const problems: string[] = [];
    const seen = new Set<object>();
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      if (wrapper.isAlias) {
        continue;
      }
      if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) {
        problems.push(...this.refuse(wrapper));
        continue;
      }
      const instance: unknown = wrapper.instance;
      if (typeof instance === 'object' && instance !== null && !seen.has(instance)) {
        seen.add(instance);
        problems.push(...this.register(instance, wrapper));
      }
    }
    if (problems.length > 0) {
      throw new ListenerSetupError(problems);
    }
  }

  private register(instance: object, wrapper: Wrapper): string[] {
    const prototype = Object.getPrototypeOf(instance) as Methods | null;
    return this.listeningMethods(prototype).flatMap(({ method, declared, place }) => {
      // Looked up at each call, so that a method that is replaced on the instance (a spy, an aspect) is the one called.
      const call = (event: unknown): unknown => (instance as Methods)[method]!(event);
      const source = sourceOf(place, wrapper);
      return namesFor(place, declared).flatMap((name, i) => this.add(new MethodListener({ ...declared[i]!, name, source, call })));
    });
  }

  private add(listener: Listener): string[] {
    const problems = problemsOf(listener);
    if (problems.length > 0) {
      return problems;
    }
    try {
      this.registry.register(listener);
      return [];
    } catch (error) {
      if (error instanceof ListenerSetupError) {
        return [...error.problems];
      }
      throw error;
    }
  }

  private refuse(wrapper: Wrapper): string[] {
    // A factory's class is known only after it has run, so its listeners cannot be seen here.
    const prototype = wrapper.isNotMetatype ? null : (wrapper.metatype?.prototype as Methods | undefined) ?? null;
    return this.listeningMethods(prototype).map(
      ({ place }) => `${sourceOf(place, wrapper)} cannot listen: ${scopeOf(wrapper)}; move the method to a singleton provider`,
    );
  }

  /** Inherited methods included; a method that overrides a listener without a decorator of its own is none. */
  private listeningMethods(prototype: Methods | null): { method: string; declared: readonly ListenerMetadata[]; place: string }[] {
    return this.scanner.getAllMethodNames(prototype)
      .map((method) => ({ method, declared: this.metadata.read(prototype?.[method]), place: placeOf(prototype, method) }))
      .filter(({ declared }) => declared.length > 0);
  }
}

function placeOf(prototype: Methods | null, method: string): string {
  return `${prototype?.constructor.name ?? ''}.${method}`;
}

function sourceOf(place: string, wrapper: Wrapper): string {
  return wrapper.host ? `${place} in ${wrapper.host.name}` : place;
}

/** The durable name of each decorator on one method. */
function namesFor(place: string, declared: readonly ListenerMetadata[]): string[] {
  let unnamed = 0;
  return declared.map(({ filter }) => {
    if (filter.name !== undefined) {
      return filter.name;
    }
    unnamed += 1;
    return unnamed === 1 ? place : `${place}#${unnamed}`;
  });
}

function scopeOf(wrapper: Wrapper): string {
  if (wrapper.isTransient) {
    return 'its class is transient, so there is one instance for each place that injects it';
  }
  const why = wrapper.scope === Scope.REQUEST ? 'its class is request-scoped' : 'its class injects something request-scoped';
  return `${why}, so there is no instance outside a request`;
}
