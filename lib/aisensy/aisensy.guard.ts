import { BadRequestException, Inject, Injectable, PayloadTooLargeException } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { CredentialGuard } from '../http/credential.guard.ts';
import type { HttpRequest } from '../http/http-exchange.ts';
import { KeyGuessThrottler } from '../http/key-guess-throttler.ts';
import { readBody } from '../http/request-body.ts';
import { HeadersMatcher, SecretMatcher } from '../http/secrets.ts';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import type { Account, ResolvedOptions } from '../options/resolved-options.ts';
import { SignatureMatcher, SignedBody } from './signature.ts';
import { isTestPing } from './test-ping.ts';

interface AccountCredentials {
  account: Account;
  headers: HeadersMatcher;
  token: SecretMatcher;
  signature: SignatureMatcher;
}

/**
 * Lets AiSensy's callbacks in: by the account's headers, by `?token=` in the URL, or by `X-AiSensy-Signature`; any one is
 * enough, since AiSensy's CleverTap integration sends no header and its webhooks know no token. AiSensy's test, sent when
 * a webhook is saved, passes without any: some projects sign nothing, and there is nothing in it to protect.
 */
@Injectable()
export class AiSensyGuard extends CredentialGuard {
  protected readonly caller = "AiSensy's";
  private readonly credentials: AccountCredentials[];
  /** The URL that was read last: AiSensy calls the same one again and again. */
  private last: { url: string; tokens: string[] } | undefined;

  constructor(@Inject(KeyGuessThrottler) guesses: KeyGuessThrottler, @Inject(RESOLVED_OPTIONS) { accounts }: ResolvedOptions) {
    super(guesses);
    this.credentials = accounts.map((account) => {
      const { headers = {}, token = [], signingSecret = [] } = account.aiSensy.callbacks;
      return {
        account,
        headers: new HeadersMatcher(headers),
        token: new SecretMatcher(token),
        signature: new SignatureMatcher(signingSecret),
      };
    });
  }

  protected authenticate(request: HttpRequest): Account[] {
    const tokens = this.tokens(request);
    const signature = request.headers['x-aisensy-signature'];
    const body = signature === undefined ? undefined : readBody(request);
    const signed = body !== undefined && 'bytes' in body ? new SignedBody(body.bytes) : undefined;
    const shown = this.credentials.filter((own) => {
      let byToken = false;
      for (const token of tokens) byToken = own.token.matches(token) || byToken;
      return own.headers.matches(request.headers) || byToken || (signed !== undefined && own.signature.matches(signature, signed));
    });
    return shown.map(({ account }) => account);
  }

  /** The token in the URL in both readings: a `+` in a query means a space, but whoever pasted the token meant a `+`. */
  protected tokens({ url }: HttpRequest): string[] {
    if (this.last?.url !== url) this.last = { url, tokens: tokensIn(url) };
    return this.last.tokens;
  }

  protected override async refuse(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const body = readBody(request);
    // Without the body nobody can tell whether the signature is right: the caller is told what is wrong, and no guess is counted.
    if ('problem' in body && request.headers['x-aisensy-signature'] !== undefined) {
      if (body.problem === 'too-large') throw new PayloadTooLargeException({ message: 'The body is too large' });
      throw new BadRequestException({ message: 'The body is not JSON' });
    }
    return ('bytes' in body && isTestPing(body.bytes)) || super.refuse(context);
  }
}

function tokensIn(url: string): string[] {
  const token = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('token');
  return token === null ? [] : [...new Set([token, token.replaceAll(' ', '+')])];
}
