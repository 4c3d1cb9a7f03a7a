import type { SubmissionAnswer } from '../dispatch/submission.ts';
import { answerCode } from '../messages/failure-reason.ts';
import type { AnswerCode } from '../messages/failure-reason.ts';
import type { OutboundProblem } from './outbound.parser.ts';

/** An answer to CleverTap, ready to write. CleverTap reads the body where the status is 200 ("Generic WhatsApp", API response). */
export interface CleverTapAnswer {
  status: number;
  /** JSON. */
  body: string;
}

export const SUCCESS: CleverTapAnswer = { status: 200, body: '{"status":"success"}' };

/** The fault is ours: the ledger did not confirm the message, or AiSensy's refusal of it. */
export const CANNOT_PROCESS: CleverTapAnswer = {
  status: 500, body: '{"status":"failure","error":{"message":"The message could not be recorded: it may or may not be sent"}}',
};

/** AiSensy did not give its templates, and there are none from before. */
export const NO_TEMPLATES: CleverTapAnswer = {
  status: 500, body: '{"status":"failure","error":{"message":"AiSensy did not give its list of templates, please try again"}}',
};

/** The backlog is full: nothing of the message was kept. */
export const TOO_MANY: CleverTapAnswer = { status: 429, body: '{"message":"Too many messages are waiting, this one was not taken"}' };

/** Wrong credentials: 401, as CleverTap's provider form expects of any endpoint, with the failure that its campaign report shows. */
export const UNAUTHORIZED: CleverTapAnswer = { ...failure(2000, 'Invalid credentials'), status: 401 };

export const TOO_LARGE = badRequest('The body is too large');
export const UNREADABLE = badRequest('The body could not be read');

export const CONFLICT = failure(2004, 'Conflict: this msgId came before with another message, and this one was not sent');

export const NO_ACCOUNT = failure(
  2004, 'No account has the wabaNumber of this message: add its number to the accounts of the bridge, or make one account the default',
);

/** A refusal of the message itself, in CleverTap's form. */
export function failure(code: AnswerCode, message: string): CleverTapAnswer {
  return { status: 200, body: JSON.stringify({ status: 'failure', error: { code, message } }) };
}

/** What came is no message at all. */
export function badRequest(message: string): CleverTapAnswer {
  return { status: 403, body: JSON.stringify({ message }) };
}

/** The answer to a body that could not be taken as a message. */
export function answerToProblem({ problem, detail }: OutboundProblem): CleverTapAnswer {
  return problem === 'phone-number' ? failure(2002, `Invalid phone number: ${detail}`) : badRequest(detail);
}

/** The answer to what became of a message that was handed in. */
export function answerToSubmission(answer: SubmissionAnswer): CleverTapAnswer {
  switch (answer.kind) {
    case 'accepted':
      return SUCCESS;
    case 'refused':
      return failure(answerCode(answer.reason), answer.reason.title);
    case 'conflict':
      return CONFLICT;
    case 'overloaded':
      return TOO_MANY;
  }
}
