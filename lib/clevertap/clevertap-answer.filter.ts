import { Catch, HttpException } from '@nestjs/common';
import { JsonAnswerFilter } from '../http/json-answer.filter.ts';
import { CANNOT_PROCESS, UNAUTHORIZED } from './answers.ts';

/** In CleverTap's list of answers these two are no failure of a message. */
const PLAIN = [403, 429];

/** Answers in CleverTap's form whatever is thrown on the way to the provider endpoint. */
@Catch()
export class CleverTapAnswerFilter extends JsonAnswerFilter {
  /** What the host refuses with is in the host's form, which CleverTap cannot read. */
  protected override answer(error: unknown): [status: number, body: object] {
    if (!(error instanceof HttpException) || this.isOwn(error)) return super.answer(error);
    const status = error.getStatus();
    const { message } = error;
    return [status, PLAIN.includes(status) ? { message } : { status: 'failure', error: { message } }];
  }

  protected override unexpected(error: unknown): object {
    super.unexpected(error);
    return JSON.parse(CANNOT_PROCESS.body) as object;
  }

  protected override isOwn(error: HttpException): boolean {
    return JSON.stringify(error.getResponse()) === UNAUTHORIZED.body || super.isOwn(error);
  }

  protected override callerOf(): string {
    return "CleverTap's";
  }
}
