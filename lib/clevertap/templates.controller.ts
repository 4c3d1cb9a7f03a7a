import { applyDecorators, Controller, Get, Inject, Logger, Req, Res, type Type, UseFilters, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import { now } from '../clock.ts';
import { writeJson } from '../http/answer.ts';
import { accountsOf } from '../http/credential.guard.ts';
import { addressOf, type HttpRequest, type HttpResponse } from '../http/http-exchange.ts';
import { GroupedLines } from '../logging/grouped-lines.ts';
import { type Account, RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { type AccountTemplates, TemplateCatalogues } from '../templates/template-catalogues.ts';
import { badRequest, type CleverTapAnswer, NO_TEMPLATES } from './answers.ts';
import { CleverTapAnswerFilter } from './clevertap-answer.filter.ts';
import { CleverTapGuard } from './clevertap.guard.ts';
import { writeTemplatePage } from './template-list.writer.ts';
import { pageOf, readCursor, readLimit, UnknownCursorError } from './template-paging.ts';

/** One line about an account without templates in this time: an import asks for page after page. */
const QUIET_MS = 60_000;

const BAD_LIMIT = badRequest('limit must be a whole number from 1 to 500');
const UNKNOWN_CURSOR = badRequest('after is no cursor of this list: start again without it');

/**
 * The controller of CleverTap's template import. Several accounts that share their credentials are listed one after the other;
 * one whose templates AiSensy cannot be asked for has none.
 */
export function createTemplatesController(path: string, decorators: ClassDecorator[] = []): Type<unknown> {
  @Controller({ path: `${path}/clevertap/templates`, version: VERSION_NEUTRAL })
  @SkipThrottle()
  @UseGuards(CleverTapGuard)
  @UseFilters(CleverTapAnswerFilter)
  @applyDecorators(...decorators)
  class TemplatesController {
    private readonly logger = new Logger('WhatsAppBridge');
    private readonly lines = new GroupedLines(QUIET_MS);

    constructor(
      @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
      @Inject(TemplateCatalogues) private readonly catalogues: TemplateCatalogues,
    ) {}

    @Get()
    async list(@Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
      const { status, body } = await this.answer(request);
      writeJson(response, status, body);
    }

    private async answer(request: HttpRequest): Promise<CleverTapAnswer> {
      const accounts = accountsOf(request);
      this.tellOfSourceless(accounts);
      let lists: AccountTemplates[];
      try {
        lists = await this.catalogues.list(accounts);
      } catch (error) {
        this.logger.warn(`CleverTap's import got no templates: ${(error as Error).message}`);
        return NO_TEMPLATES;
      }
      return this.page(request, lists);
    }

    private page(request: HttpRequest, lists: AccountTemplates[]): CleverTapAnswer {
      const asked = new URL(request.url, 'http://localhost').searchParams;
      const limit = readLimit(asked.get('limit'));
      if (limit === undefined) return BAD_LIMIT;
      try {
        const { page, last } = pageOf(lists, limit, readCursor(asked.get('after')));
        const after = page.at(-1)?.cursor;
        const next = last ? undefined : this.addressOf(request, limit, after!);
        return { status: 200, body: writeTemplatePage({ templates: page.map(({ template }) => template), before: page[0]?.cursor, after, next }) };
      } catch (error) {
        if (error instanceof UnknownCursorError) return UNKNOWN_CURSOR;
        throw error;
      }
    }

    /** CleverTap shows an empty list and no reason. */
    private tellOfSourceless(accounts: readonly Account[]): void {
      for (const { nickname, mobileNumber } of accounts) {
        if (this.catalogues.of(mobileNumber) !== undefined) continue;
        const more = this.lines.next(mobileNumber, now());
        if (more === undefined) continue;
        this.logger.warn(`Account ${nickname}: CleverTap asked for its templates and got none, since AiSensy cannot be asked for them. Set aiSensy.templates, or transport 'direct' or 'project'${more}`);
      }
    }

    private addressOf(request: HttpRequest, limit: number, after: string): string {
      const { publicUrl, path } = this.options;
      const own = publicUrl === undefined ? addressOf(request) : `${publicUrl}/${path}/clevertap/templates`;
      return `${own}?limit=${limit}&after=${encodeURIComponent(after)}`;
    }
  }
  return TemplatesController;
}
