import { randomInt } from 'node:crypto';
import { count, type Counts } from '../wire/counts.ts';
import { latencyOf, type Latency } from '../wire/latency.ts';
import type { SendOutcome } from './answers.ts';
import { forms, type FormName } from './forms.ts';
import type { MessageTarget } from './payloads.ts';

/** Writes the message for a target: anything that becomes JSON, forms unknown to CleverTap included. */
export type MessageForm = (target: MessageTarget) => object;

/** Options of `CleverTapSimulator.runCampaign()`. */
export interface CampaignOptions {
  /** How many. */
  messages: number;
  /** Requests at once; 1,500, CleverTap's default and the most that the simulator opens. */
  concurrency?: number;
  /** At most so many a second, evenly spread; as fast as the concurrency allows by default. */
  perSecond?: number;
  /** A form by name, several that take turns, or a function; `textFooter`. */
  form?: FormName | FormName[] | MessageForm;
  /** The people's numbers, which take turns, or the number for the n-th message; by default each message has its own Indian number. */
  recipients?: string[] | ((index: number) => string);
  /** Second part of every msgId; by default one that no other campaign has. */
  campaignId?: string;
  /** Stops the campaign: nothing more is sent, what is on its way is waited for. */
  signal?: AbortSignal;
  /** Called ten times a second and at the end. */
  onProgress?: (progress: CampaignProgress) => void;
}

/** One message and what its answer was. */
export interface SentMessage {
  msgId: string;
  to: string;
  /** When it was sent, in milliseconds since 1970. */
  at: number;
  /** Absent while the answer is waited for. */
  outcome?: SendOutcome;
  /** The HTTP status, 0 where no answer came. */
  status: number;
  /** The code of a refusal. */
  code?: number;
  /** Why no answer came. */
  error?: string;
  /** From writing the request to the answer's end, in milliseconds. */
  ms: number;
}

/** How far a campaign has come. */
export interface CampaignProgress {
  /** Asked for. */
  messages: number;
  sent: number;
  answered: number;
  success: number;
  refused: number;
  refusedByCode: Counts;
  /** Answers with a status other than 200, by status. */
  httpErrors: number;
  httpErrorsByStatus: Counts;
  /** Answers with 200 that CleverTap cannot read. */
  unreadable: number;
  /** Connections that failed before the answer, by the error's code. */
  noAnswer: number;
  noAnswerByError: Counts;
  /** Ended, in whatever way, after the deadline. */
  late: number;
}

/** What became of a campaign's requests. `success + refused + httpErrors + unreadable + noAnswer + late = sent`. */
export interface CampaignResult extends CampaignProgress {
  campaignId: string;
  elapsedMs: number;
  /** Answers a second. */
  perSecond: number;
  /** Of all requests that were answered, late ones included. */
  latency: Latency;
  /** By msgId, in the order of sending. */
  byMsgId: Map<string, SentMessage>;
}

/** What a campaign needs of its simulator: a way to send, and to know when the answer is there. */
export interface CampaignSender {
  wabaNumber: string;
  deliver(message: SentMessage, body: string): Promise<unknown>;
}

/** Sends a campaign's messages and waits for every answer. */
export async function runCampaign(sender: CampaignSender, options: CampaignOptions): Promise<CampaignResult> {
  const { messages, concurrency = 1_500, perSecond = Infinity, signal, onProgress } = options;
  const campaignId = options.campaignId ?? uniqueCampaignId();
  const write = writerOf(options.form ?? 'textFooter');
  const recipient = recipientOf(options.recipients);
  const tally = new Tally(messages);
  const byMsgId = new Map<string, SentMessage>();
  const startedAt = performance.now();
  let next = 0;

  const work = async (): Promise<void> => {
    while (next < messages && !signal?.aborted) {
      const index = next++;
      const early = startedAt + (index * 1_000) / perSecond - performance.now();
      if (early > 0) await pause(early, signal);
      if (signal?.aborted) return;
      const msgId = msgIdOf(index, campaignId);
      const message: SentMessage = { msgId, to: recipient(index), at: Date.now(), status: 0, ms: 0 };
      byMsgId.set(msgId, message);
      tally.sent += 1;
      await sender.deliver(message, JSON.stringify(write({ to: message.to, wabaNumber: sender.wabaNumber, msgId, index })));
      tally.add(message);
    }
  };

  const progress = onProgress && setInterval(() => onProgress({ ...tally }), 100);
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, messages) }, work));
  } finally {
    clearInterval(progress);
  }
  onProgress?.({ ...tally });

  const elapsedMs = performance.now() - startedAt;
  const answered = [...byMsgId.values()].filter(({ status }) => status !== 0);
  return {
    ...tally, campaignId, elapsedMs: Math.round(elapsedMs), perSecond: Math.round((answered.length * 1_000) / elapsedMs),
    latency: latencyOf(answered.map(({ ms }) => ms)), byMsgId,
  };
}

/** `i|campaignId|batchId|j`, the parts of CleverTap's msgIds. */
export function msgIdOf(index: number, campaignId: string, batchId = '20260922'): string {
  return `${index + 1}|${campaignId}|${batchId}|${index + 1}`;
}

/** A number for each index: Indian mobile numbers, in digits. */
export function defaultRecipient(index: number): string {
  return `9198${String(index % 100_000_000).padStart(8, '0')}`;
}

/** Unique among the simulators of all processes, well enough. */
function uniqueCampaignId(): string {
  return `${Date.now()}${String(randomInt(1_000_000)).padStart(6, '0')}`;
}

function writerOf(form: NonNullable<CampaignOptions['form']>): MessageForm {
  if (typeof form === 'function') return form;
  const writers = [form].flat().map((name) => {
    const writer = forms[name] as MessageForm | undefined;
    if (!writer) throw new Error(`There is no form "${name}". Forms: ${Object.keys(forms).join(', ')}.`);
    return writer;
  });
  return (target) => writers[target.index % writers.length]!(target);
}

function recipientOf(recipients: CampaignOptions['recipients']): (index: number) => string {
  if (recipients === undefined) return defaultRecipient;
  return typeof recipients === 'function' ? recipients : (index) => recipients[index % recipients.length] ?? defaultRecipient(index);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}

class Tally implements CampaignProgress {
  readonly messages: number;
  sent = 0;
  answered = 0;
  success = 0;
  refused = 0;
  readonly refusedByCode: Counts = {};
  httpErrors = 0;
  readonly httpErrorsByStatus: Counts = {};
  unreadable = 0;
  noAnswer = 0;
  readonly noAnswerByError: Counts = {};
  late = 0;

  constructor(messages: number) {
    this.messages = messages;
  }

  add({ outcome, status, code, error }: SentMessage): void {
    if (status !== 0) this.answered += 1;
    if (outcome === 'success') this.success += 1;
    else if (outcome === 'late') this.late += 1;
    else if (outcome === 'unreadable') this.unreadable += 1;
    else if (outcome === 'refused') {
      this.refused += 1;
      count(this.refusedByCode, code ?? 'none');
    } else if (outcome === 'http-error') {
      this.httpErrors += 1;
      count(this.httpErrorsByStatus, status);
    } else {
      this.noAnswer += 1;
      count(this.noAnswerByError, error ?? 'none');
    }
  }
}
