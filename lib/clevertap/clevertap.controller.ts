import { Controller, Inject, Post, Req, Res, UseFilters, UseGuards, VERSION_NEUTRAL, applyDecorators } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import { SUBMISSIONS } from '../dispatch/submission.ts';
import type { SubmissionAnswer, SubmissionPort } from '../dispatch/submission.ts';
import { writeJson } from '../http/answer.ts';
import { answerUnderWay } from '../http/answer-under-way.ts';
import { accountsOf } from '../http/credential.guard.ts';
import type { HttpRequest, HttpResponse } from '../http/http-exchange.ts';
import { readBody } from '../http/request-body.ts';
import type { RequestBody } from '../http/request-body.ts';
import { Backlog } from '../lanes/backlog.ts';
import { ledgerFaultInWords } from '../ledger/ledger.errors.ts';
import { loggableReason } from '../messages/failure-reason.ts';
import type { OutboundMessage } from '../messages/outbound-message.ts';
import { Accounts } from '../options/accounts.ts';
import type { Account } from '../options/resolved-options.ts';
import {
  CANNOT_PROCESS, NO_ACCOUNT, TOO_LARGE, UNAUTHORIZED, UNREADABLE, answerToProblem, answerToSubmission,
} from './answers.ts';
import type { CleverTapAnswer } from './answers.ts';
import { CleverTapAnswerFilter } from './clevertap-answer.filter.ts';
import { CleverTapGuard } from './clevertap.guard.ts';
import { parseOutbound } from './outbound.parser.ts';
import type { ReadOutbound } from './outbound.parser.ts';
import { RefusalLog } from './refusal-log.ts';
import { now } from '../clock.ts';

/** What the log says of a message that was handed in and not taken. */
const REFUSALS = {
  refused: 'AiSensy refused it',
  conflict: 'its msgId came before with another message',
};

/** What it says of one that found no room, where there is some again by now. */
const NO_ROOM = 'the backlog is full';

const MISFIT = "it is none that AiSensy's templates allow";

/**
 * The controller of the provider endpoint. CleverTap waits one second for an answer and never tries again, so a message is answered
 * as soon as it is durable, or as soon as AiSensy's verdict is known.
 */
export function createCleverTapController(path: string, decorators: ClassDecorator[] = []): Type<unknown> {
  // Without a version, which CleverTap could not ask for. Not counted by the host's throttler, which would lose messages.
  @Controller({ path: `${path}/clevertap`, version: VERSION_NEUTRAL })
  @SkipThrottle()
  @UseGuards(CleverTapGuard)
  @UseFilters(CleverTapAnswerFilter)
  @applyDecorators(...decorators)
  class CleverTapController {
    private readonly refusals = new RefusalLog();

    constructor(
      @Inject(SUBMISSIONS) private readonly submissions: SubmissionPort,
      @Inject(Accounts) private readonly accounts: Accounts,
      @Inject(Backlog) private readonly backlog: Backlog,
    ) {}

    @Post('messages')
    send(@Req() request: HttpRequest, @Res() response: HttpResponse): void | Promise<void> {
      const answer = this.answer(readBody(request), accountsOf(request), now());
      if ('body' in answer) return write(response, answer);
      answerUnderWay(request);
      return answer.then((later) => write(response, later));
    }

    /** Not async: it would hold the parsed body until the ledger has the message. */
    private answer(body: RequestBody, shown: Account[], arrivedAt: number): CleverTapAnswer | Promise<CleverTapAnswer> {
      if ('problem' in body) {
        this.refusals.warn(`its body is ${body.problem}`, arrivedAt);
        return body.problem === 'too-large' ? TOO_LARGE : UNREADABLE;
      }
      const parsed = parseOutbound(body.bytes);
      if (!parsed.ok) {
        this.refusals.warn(parsed.detail, arrivedAt);
        return answerToProblem(parsed);
      }
      const account = this.accounts.find(parsed.message.wabaNumber);
      if (account === undefined) {
        this.refusals.warn('no account has its wabaNumber, and no account is the default', arrivedAt);
        return NO_ACCOUNT;
      }
      if (!shown.some(({ mobileNumber }) => mobileNumber === account.mobileNumber)) {
        this.refusals.warn(`it is for account ${account.nickname}, and came with the credentials of another`, arrivedAt);
        return UNAUTHORIZED;
      }
      return this.handIn(parsed, account, arrivedAt);
    }

    private handIn({ message, validation }: ReadOutbound, account: Account, arrivedAt: number): Promise<CleverTapAnswer> {
      const { msgId, origin, to, content, wire } = message;
      const outbound: OutboundMessage = { msgId, origin, account: account.mobileNumber, to, content, wire };
      const answered = validation ? this.submissions.validate(outbound, arrivedAt) : this.submissions.submit(outbound, arrivedAt);
      const { length } = wire; // the text itself is not held until the answer
      return answered.then((answer) => {
        if (answer.kind === 'overloaded') this.tellOfNoRoom(account, length, arrivedAt);
        else if (answer.kind !== 'accepted') this.refusals.warn(whyNotTaken(answer, account), arrivedAt);
        return answerToSubmission(answer);
      }, (error: unknown) => {
        this.refusals.error(`it, or AiSensy's refusal of it, could not be recorded (account ${account.nickname}), since ${ledgerFaultInWords(error)}`, arrivedAt);
        return CANNOT_PROCESS;
      });
    }

    private tellOfNoRoom({ mobileNumber, nickname }: Account, size: number, at: number): void {
      const shortage = this.backlog.shortage(mobileNumber, size);
      this.refusals.warn(`${shortage?.what ?? NO_ROOM} (account ${nickname})`, at, shortage && `: ${shortage.numbers}`);
    }
  }
  return CleverTapController;
}

function whyNotTaken(answer: Extract<SubmissionAnswer, { kind: 'refused' | 'conflict' }>, { nickname }: Account): string {
  if (answer.kind !== 'refused') return `${REFUSALS[answer.kind]} (account ${nickname})`;
  return `${answer.unkept ? MISFIT : REFUSALS.refused} (account ${nickname}: ${loggableReason(answer.reason)})`;
}

function write(response: HttpResponse, { status, body }: CleverTapAnswer): void {
  writeJson(response, status, body);
}
