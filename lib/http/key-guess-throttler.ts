import { Inject, Injectable } from '@nestjs/common';
import type { ExecutionContext, Provider } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerStorageService } from '@nestjs/throttler';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import type { ResolvedOptions } from '../options/resolved-options.ts';

/** The count of wrong credentials by address: the bridge's own, apart from any throttler of the host. */
export const KEY_GUESSES = Symbol.for('nestjs-whatsapp-bridge:key-guesses');

/** Addresses counted one by one; those beyond share one count, so that forged addresses cannot fill the memory. */
const MAX_ADDRESSES = 10_000;

/**
 * Counts the requests that came with wrong credentials, by the client's address over all routes of the bridge. The guards
 * ask it about those only: whoever shares an address with a guesser (a proxy's, say) and shows the right key is not held up.
 *
 * It takes `ThrottlerGuard` alone, not `ThrottlerModule`: that one is global and would mix with the host's own.
 */
@Injectable()
export class KeyGuessThrottler extends ThrottlerGuard {
  constructor(
    @Inject(RESOLVED_OPTIONS) { throttle }: ResolvedOptions,
    @Inject(KEY_GUESSES) private readonly guesses: ThrottlerStorageService,
    @Inject(Reflector) reflector: Reflector,
  ) {
    super([{ name: 'nestjs-whatsapp-bridge', ttl: throttle.ttlMs, limit: throttle.limit, setHeaders: false }], guesses, reflector);
    this.errorMessage = 'Too many requests with wrong credentials';
  }

  protected override generateKey(_context: ExecutionContext, address: string): string {
    return this.guesses.storage.has(address) || this.guesses.storage.size < MAX_ADDRESSES ? address : 'others';
  }
}

/** What a module provides so that the bridge's guards can be made. */
export const KEY_GUESS_PROVIDERS: Provider[] = [KeyGuessThrottler, { provide: KEY_GUESSES, useClass: ThrottlerStorageService }];
