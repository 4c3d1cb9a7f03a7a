import { HttpException, Inject, Injectable } from '@nestjs/common';
import { CredentialGuard } from '../http/credential.guard.ts';
import type { HttpRequest } from '../http/http-exchange.ts';
import { KeyGuessThrottler } from '../http/key-guess-throttler.ts';
import { HeadersMatcher, SecretMatcher } from '../http/secrets.ts';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import type { Account, ResolvedOptions } from '../options/resolved-options.ts';
import { UNAUTHORIZED } from './answers.ts';

interface AccountCredentials {
  account: Account;
  headers: HeadersMatcher;
  basic: SecretMatcher;
}

/**
 * Lets CleverTap in: by the custom headers of an account, all of which must be right, or by its HTTP Basic credentials. Several
 * accounts may share theirs. Wrong ones are answered 401 with CleverTap's failure 2000, and 429 from an address that keeps guessing.
 */
@Injectable()
export class CleverTapGuard extends CredentialGuard {
  protected readonly caller = "CleverTap's";
  private readonly credentials: AccountCredentials[];

  constructor(@Inject(KeyGuessThrottler) guesses: KeyGuessThrottler, @Inject(RESOLVED_OPTIONS) { accounts }: ResolvedOptions) {
    super(guesses);
    this.credentials = accounts.map((account) => {
      const { headers = {}, basic } = account.cleverTap;
      return {
        account,
        headers: new HeadersMatcher(headers),
        basic: new SecretMatcher(basic === undefined ? [] : `${basic.username}:${basic.password}`),
      };
    });
  }

  protected authenticate(request: HttpRequest): Account[] {
    const basic = this.basicCredentials(request);
    const shown = this.credentials.filter(({ headers, basic: expected }) => {
      const byBasic = expected.matches(basic);
      return headers.matches(request.headers) || byBasic;
    });
    return shown.map(({ account }) => account);
  }

  /** `username:password` of an `Authorization: Basic` header (RFC 7617). */
  protected basicCredentials({ headers }: HttpRequest): string | undefined {
    const encoded = /^basic +([\w+/=-]+) *$/i.exec(headers.authorization ?? '')?.[1];
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
  }

  protected override unauthorized(): HttpException {
    return new HttpException(JSON.parse(UNAUTHORIZED.body) as object, UNAUTHORIZED.status);
  }
}
