import { Controller, Get, Inject, Logger, Post, Req, Res, UseFilters, UseGuards, VERSION_NEUTRAL, applyDecorators } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import { isEmpty } from '../messages/callback.ts';
import { CALLBACKS } from '../callbacks/callbacks.ts';
import type { CallbacksPort } from '../callbacks/callbacks.ts';
import { writeJson } from '../http/answer.ts';
import { answerUnderWay } from '../http/answer-under-way.ts';
import { accountsOf } from '../http/credential.guard.ts';
import type { HttpRequest, HttpResponse } from '../http/http-exchange.ts';
import { JsonAnswerFilter } from '../http/json-answer.filter.ts';
import { parseJsonBody } from '../http/json-body.ts';
import { readBody } from '../http/request-body.ts';
import { LedgerFaults } from '../logging/ledger-faults.ts';
import type { Account } from '../options/resolved-options.ts';
import { AiSensyGuard } from './aisensy.guard.ts';
import { parseCallback } from './callback.parser.ts';
import { FailureReasons } from './failure-reasons.ts';
import { now } from '../clock.ts';

const ROUTES = ['delivery-reports', 'inbound-messages', 'webhook'];
const OK = '{"status":"ok"}';
const NOT_JSON = '{"message":"The body is not JSON"}';
const TOO_LARGE = '{"message":"The body is too large"}';
const TRY_AGAIN = '{"message":"The callback could not be stored, please send it again"}';

/**
 * The controller of AiSensy's callback routes. All routes take all forms, since a URL is easily pasted into the wrong field.
 *
 * The answers are chosen for what AiSensy does with them (AiSensy, "Webhooks"): it tries again once, ends a subscription on
 * 410, and switches off a webhook after 100 failures in 20 minutes. So 503 stands for a failed append only, and JSON of an
 * unknown form is taken.
 */
export function createAiSensyController(path: string, decorators: ClassDecorator[] = []): Type<unknown> {
  // Without a version, which AiSensy could not ask for. Not counted by the host's throttler, which would lose reports.
  @Controller({ path: `${path}/aisensy`, version: VERSION_NEUTRAL })
  @SkipThrottle()
  @UseFilters(JsonAnswerFilter)
  @applyDecorators(...decorators)
  class AiSensyController {
    private readonly logger = new Logger('WhatsAppBridge');
    private readonly faults = new LedgerFaults();

    constructor(@Inject(CALLBACKS) private readonly callbacks: CallbacksPort, @Inject(FailureReasons) private readonly reasons: FailureReasons) {}

    @Post(ROUTES)
    @UseGuards(AiSensyGuard)
    take(@Req() request: HttpRequest, @Res() response: HttpResponse): void | Promise<void> {
      const receivedAt = now();
      const body = readBody(request);
      if ('problem' in body && body.problem === 'too-large') return writeJson(response, 413, TOO_LARGE);
      const json = 'bytes' in body ? parseJsonBody(body.bytes) : undefined;
      if (json === undefined) return writeJson(response, 400, NOT_JSON);
      const callback = parseCallback(json, receivedAt, this.reasons);
      // AiSensy's test, and topics that the bridge has no use for.
      if (isEmpty(callback)) return writeJson(response, 200, OK);
      const accounts = accountsOf(request);
      answerUnderWay(request);
      // Not async: it would hold the parsed body until the ledger has it.
      return this.callbacks.take(callback, accounts, receivedAt).then(
        () => writeJson(response, 200, OK),
        (error: unknown) => {
          this.tellOfUnstored(error, accounts);
          writeJson(response, 503, TRY_AGAIN);
        },
      );
    }

    /** AiSensy asks for a URL once before it saves it. */
    @Get(ROUTES)
    ready(@Res() response: HttpResponse): void {
      writeJson(response, 200, OK);
    }

    private tellOfUnstored(error: unknown, accounts: Account[]): void {
      const whose = accounts.map(({ nickname }) => nickname).join(' or ');
      const fault = this.faults.next(error, whose);
      if (fault === undefined) return;
      this.logger.error(`Account ${whose}: a callback could not be stored and was answered 503, so that AiSensy sends it once more in five minutes, since ${fault.why}.`, fault.stack);
    }
  }
  return AiSensyController;
}
