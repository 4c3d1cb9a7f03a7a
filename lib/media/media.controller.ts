import {
  applyDecorators, BadGatewayException, Controller, Get, Inject, Logger, Req, Res, type Type, UseFilters, UseGuards, VERSION_NEUTRAL,
} from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import { pipeline } from 'node:stream';
import { writeStream } from '../http/answer.ts';
import type { HttpRequest, HttpResponse } from '../http/http-exchange.ts';
import { JsonAnswerFilter } from '../http/json-answer.filter.ts';
import { Accounts } from '../options/accounts.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { grantOf, MediaLinkGuard } from './media-link.guard.ts';
import type { MediaGrant } from './media-links.ts';
import { MEDIA_SOURCES, type MediaSource, type MediaStream } from './media-source.ts';
import { bareType, isHarmless } from './media-types.ts';
import { MeteredStream } from './metered-stream.ts';

const UNTYPED = 'application/octet-stream';

/**
 * The controller of the media route. Whatever a link opens comes from AiSensy's own address, by the id in the signed link: no
 * address that a request or a message names is ever opened.
 */
export function createMediaController(path: string, decorators: ClassDecorator[] = []): Type<unknown> {
  @Controller({ path: `${path}/media`, version: VERSION_NEUTRAL })
  @SkipThrottle()
  @UseGuards(MediaLinkGuard)
  @UseFilters(JsonAnswerFilter)
  @applyDecorators(...decorators)
  class MediaController {
    private readonly logger = new Logger('WhatsAppBridge');

    constructor(
      @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
      @Inject(MEDIA_SOURCES) private readonly sources: ReadonlyMap<string, MediaSource>,
      @Inject(Accounts) private readonly accounts: Accounts,
    ) {}

    @Get(':token')
    async open(@Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
      const grant = grantOf(request)!;
      const { maxBytes, timeoutMs } = this.options.media;
      const { mimeType, body } = await this.fetch(grant);
      // No callback: the answer ends as the stream does, so the reader sees where it broke off.
      const metered = pipeline(body, new MeteredStream(maxBytes, timeoutMs), () => undefined);
      writeStream(response, headersFor(mimeType, grant.mimeType), metered);
    }

    private async fetch({ account, id }: MediaGrant): Promise<MediaStream> {
      try {
        return await this.sources.get(account)!.open(id, this.options.media);
      } catch (error) {
        this.logger.warn(`Account ${this.accounts.nickname(account)}: a medium could not be fetched (${(error as Error).message}).`);
        throw new BadGatewayException({ message: 'The medium could not be fetched from AiSensy' });
      }
    }
  }
  return MediaController;
}

/** A person may send a page with scripts: what is not plainly a medium is saved, never shown under the host's own name. */
function headersFor(told: string | undefined, expected: string | undefined): Record<string, string> {
  const type = told !== undefined && bareType(told) !== UNTYPED ? told : expected ?? UNTYPED;
  return {
    'content-type': type,
    'content-disposition': isHarmless(bareType(type)) ? 'inline' : 'attachment',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=3600',
  };
}
