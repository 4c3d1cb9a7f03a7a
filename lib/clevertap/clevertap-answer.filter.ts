import { Catch } from '@nestjs/common';
import { JsonAnswerFilter } from '../http/json-answer.filter.ts';
import { CANNOT_PROCESS } from './answers.ts';

/** Answers in CleverTap's form whatever is thrown on the way to the provider endpoint. */
@Catch()
export class CleverTapAnswerFilter extends JsonAnswerFilter {
  protected override unexpected(error: unknown): object {
    super.unexpected(error);
    return JSON.parse(CANNOT_PROCESS.body) as object;
  }
}
