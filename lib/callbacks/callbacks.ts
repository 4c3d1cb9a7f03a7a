import type { Account } from '../options/resolved-options.ts';
import type { Callback } from '../messages/callback.ts';

/** Injects what takes AiSensy's callbacks in. */
export const CALLBACKS = Symbol.for('nestjs-whatsapp-bridge:callbacks');

/** Where the callback routes hand in what they have parsed. */
export interface CallbacksPort {
  /**
   * Resolves once everything in the callback is durable. The request is answered on it: a rejection tells AiSensy to come
   * again.
   *
   * @param accounts those whose credentials the request carried, at least one; a callback belongs to one of them
   * @param receivedAt milliseconds since 1970
   */
  take(callback: Callback, accounts: Account[], receivedAt: number): Promise<void>;
}
