import { type CanActivate, type ExecutionContext, GoneException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { rawRequest } from '../http/http-exchange.ts';
import type { HttpRequest } from '../http/http-exchange.ts';
import { KeyGuessThrottler } from '../http/key-guess-throttler.ts';
import { type MediaGrant, MediaLinks } from './media-links.ts';

/** Set on node's own request message. */
const GRANT = Symbol.for('nestjs-whatsapp-bridge:media-grant');

/** What the request's link opens, as the guard found it. */
export function grantOf(request: HttpRequest): MediaGrant | undefined {
  return (rawRequest(request) as { [GRANT]?: MediaGrant })[GRANT];
}

/** Lets in whoever has a link that the bridge made; one that keeps inventing links is answered 429. */
@Injectable()
export class MediaLinkGuard implements CanActivate {
  constructor(
    @Inject(MediaLinks) private readonly links: MediaLinks,
    @Inject(KeyGuessThrottler) private readonly guesses: KeyGuessThrottler,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest & { params?: { token?: string } }>();
    const grant = this.links.read(request.params?.token ?? '');
    if (grant === undefined) {
      await this.guesses.canActivate(context);
      throw new NotFoundException({ message: 'There is no such medium' });
    }
    if (grant === 'expired') throw new GoneException({ message: 'The link has ended' });
    (rawRequest(request) as { [GRANT]?: MediaGrant })[GRANT] = grant;
    return true;
  }
}
