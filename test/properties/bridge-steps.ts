import type { Reply } from './outside.ts';

/** What AiSensy does with a message, what it answers, and what it has to report of one that it did not take. */
export interface AtAiSensy {
  taken: boolean;
  reply: Reply;
  reports?: string[];
}

export const AT_AISENSY = {
  taken: { taken: true, reply: { status: 200, body: '{"status":"success"}' } },
  'taken, answer lost': { taken: true, reply: 'reset' as const },
  'lost before it came': { taken: false, reply: 'reset' as const },
  refused: { taken: false, reply: { status: 200, body: '{"status":"failure","error":{"code":2002,"message":"Invalid number"}}' } },
  'refused, and reported': {
    taken: false, reply: { status: 200, body: '{"status":"failure","error":{"code":2001,"message":"No such template"}}' }, reports: ['failed'],
  },
  busy: { taken: false, reply: { status: 429, body: '{"message":"Too many requests"}' } },
  'broken, taken': { taken: true, reply: { status: 500, body: '{}' } },
  broken: { taken: false, reply: { status: 500, body: '{}' } },
} satisfies Record<string, AtAiSensy>;

/** The same for CleverTap and a batch of statuses or a person's message. */
export const AT_CLEVERTAP = {
  taken: { taken: true, reply: { status: 200, body: '{}' } },
  'taken, answer lost': { taken: true, reply: 'reset' as const },
  broken: { taken: false, reply: { status: 500, body: '{}' } },
  refused: { taken: false, reply: { status: 400, body: '{}' } },
} satisfies Record<string, AtAiSensy>;

export type Step =
  /** CleverTap sends a message. */
  | { do: 'send' }
  /** The ledger's thread works off some of the calls that have come; their answers are on their way. */
  | { do: 'work'; calls: number }
  | { do: 'answer' }
  | { do: 'aisensy'; call: number; as: keyof typeof AT_AISENSY }
  | { do: 'clevertap'; call: number; as: keyof typeof AT_CLEVERTAP }
  /** A person writes something; AiSensy has it to call back with. */
  | { do: 'write'; person: number }
  /** AiSensy calls back with a status or a person's message that it has not yet; in any order. */
  | { do: 'callback'; which: number }
  /** The host has the recipient of a message forgotten, of the last one or one before it. */
  | { do: 'forget'; before: number }
  /** An operator has what AiSensy refused sent again. */
  | { do: 'replay' }
  | { do: 'pass'; ms: number }
  /** The ledger's thread dies; another one takes its place soon. */
  | { do: 'lose' }
  /** The app is closed in order, and started again. */
  | { do: 'restart' }
  /** The process dies, and another one starts on its ledger. `came`: whether what was on the wire came to those it was for. */
  | { do: 'crash'; came: boolean };

/** What the account does with messages of which nobody knows whether they were sent. */
export type Policy = 'fail' | 'resend';
