import type { FailureReason } from './failure-reason.ts';

/** What a person wants: no more marketing messages from the number, or to get them again. */
export type PreferenceChange = 'stop' | 'resume';

/** A person's word on marketing messages, as Meta tells it: by a notification, or by refusing a message for it (error 131050). */
export interface Preference {
  /** The person's number, E.164. Absent for a person who hides it (Meta, since 2026). */
  from?: string;
  /** Meta's id of a person, where it came. */
  userId?: string;
  /** The account's number as the form says it, E.164. */
  wabaNumber?: string;
  /** Milliseconds since 1970. */
  at: number;
  change: PreferenceChange;
  /** What it is about: `marketing_messages` is all that Meta knows so far. */
  category: string;
  /** Meta's words for it. */
  detail?: string;
  /** The names of the message that was refused for it, CleverTap's msgId or the provider's; absent for a notification. */
  refused?: string[];
}

/** Whether a message failed because the person has stopped marketing messages from the number: Meta's error 131050. */
export function saysStop({ title }: FailureReason): boolean {
  return /^131050\b/.test(title);
}

/** A person whose phone number and whose id of Meta's came together: later the id may come alone. */
export interface Acquaintance {
  userId: string;
  /** E.164. */
  phoneNumber: string;
}
