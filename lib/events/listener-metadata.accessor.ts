import { Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LISTENER_METADATA } from './listener.decorators.ts';
import type { ListenerMetadata } from './listener.decorators.ts';

/** Reads the metadata of the listener decorators. */
@Injectable()
export class ListenerMetadataAccessor {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  /** What the method listens to, one entry for each decorator, in the order in which they were applied. */
  read(method: unknown): readonly ListenerMetadata[] {
    if (typeof method !== 'function') {
      return [];
    }
    return this.reflector.get<ListenerMetadata[] | undefined>(LISTENER_METADATA, method) ?? [];
  }
}
