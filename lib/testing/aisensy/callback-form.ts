import type { PersonMessage } from './person.ts';
import type { ReceivedMessage } from './received-messages.ts';
import type { ReportedStatus } from './report-plan.ts';

/** A report that is due. */
export interface Report {
  message: ReceivedMessage;
  status: ReportedStatus;
  /** When it happened, in milliseconds since 1970. */
  at: number;
  /** With `failed`. */
  error?: { code: number; metaCode: number; title: string };
  /** With `clicked`. */
  url?: string;
  /** When each status of this message happened, as far as it was reported already, this one included. */
  history: Partial<Record<ReportedStatus, number>>;
}

/** A person's message that is due, and what the form needs to know beside it. */
export interface Inbound {
  message: PersonMessage;
  at: number;
  /** Its own id. */
  id: string;
  wabaNumber: string;
  /** The message replied to, where it was received here. */
  original?: ReceivedMessage;
}

/** One of the forms in which AiSensy posts to a webhook. */
export interface CallbackForm {
  /** Statuses that the form has a word for. */
  carries(status: ReportedStatus): boolean;
  /** The most reports in one request. */
  maxReports: number;
  /** What the answer to a send adds, so that the form's reports can be matched to it. */
  answerFields(message: ReceivedMessage): object;
  /** The body; `attempt` counts from 1. */
  reports(reports: Report[], attempt: number): object;
  inbound(inbound: Inbound, attempt: number): object;
}

/** The callback forms that AiSensy speaks: that of its CleverTap integration, of its project webhook, and Meta's. */
export type CallbackFormName = 'clevertap' | 'project' | 'meta';

/** Seconds since 1970, as a string. */
export function seconds(at: number): string {
  return String(Math.floor(at / 1_000));
}
