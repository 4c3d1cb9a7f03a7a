import { Inject, Logger, UnauthorizedException } from '@nestjs/common';
import type { CanActivate, ExecutionContext, HttpException } from '@nestjs/common';
import { now } from '../clock.ts';
import { GroupedLines } from '../logging/grouped-lines.ts';
import type { Account } from '../options/resolved-options.ts';
import { rawRequest } from './http-exchange.ts';
import type { HttpRequest } from './http-exchange.ts';
import { KeyGuessThrottler } from './key-guess-throttler.ts';

/** Set on node's own request message. */
const ACCOUNTS = Symbol.for('nestjs-whatsapp-bridge:accounts');

/** One line about refused requests in this time: with a wrong key every request of a campaign is one. */
const QUIET_MS = 60_000;

/** The accounts whose credentials the request carries, as the guard found them; none where no guard of the bridge ran. */
export function accountsOf(request: HttpRequest): Account[] {
  return (rawRequest(request) as { [ACCOUNTS]?: Account[] })[ACCOUNTS] ?? [];
}

/**
 * Lets in a request that carries the credentials of at least one account, and leaves those accounts on it. Any other is
 * answered 401, and from one address that keeps guessing 429. Each step can be overridden.
 */
export abstract class CredentialGuard implements CanActivate {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly lines = new GroupedLines(QUIET_MS);

  constructor(@Inject(KeyGuessThrottler) private readonly guesses: KeyGuessThrottler) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    // Not by `switchToHttp()`, which creates three functions for each request.
    const request = context.getArgByIndex<HttpRequest>(0);
    const accounts = this.authenticate(request);
    if (accounts.length === 0) return this.refuse(context);
    (rawRequest(request) as { [ACCOUNTS]?: Account[] })[ACCOUNTS] = accounts;
    return true;
  }

  /** Whose requests it lets in, for the log. */
  protected abstract get caller(): string;

  /** The accounts whose credentials the request carries. Every account is compared, whatever the first ones showed. */
  protected abstract authenticate(request: HttpRequest): Account[];

  /**
   * For a request without right credentials: tells the log and counts the guess, then throws the answer to it, 429 beyond the
   * limit (the throttler's own), else `unauthorized()`.
   */
  protected async refuse(context: ExecutionContext): Promise<boolean> {
    const more = this.lines.next('refused', now());
    if (more !== undefined) this.logger.warn(`A request of ${this.caller} was refused: wrong credentials${more}`);
    await this.guesses.canActivate(context);
    throw this.unauthorized();
  }

  /** The answer to wrong credentials. It says nothing of what was wrong with them. */
  protected unauthorized(): HttpException {
    return new UnauthorizedException({ message: 'Unauthorized' });
  }
}
