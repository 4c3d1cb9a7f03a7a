import { Logger } from '@nestjs/common';
import type { HttpSender } from '../http/http-sender.ts';
import type { OutgoingCall, OutgoingResult } from '../http/outgoing-call.ts';
import type { Verdict } from '../messages/verdict.ts';
import { answerReader } from './answer-body.ts';
import { FailureReasons } from './failure-reasons.ts';
import type { TransportMessage } from './transport.ts';
import { verdictOf } from './transport-verdict.ts';
import { UnsendableError } from './unsendable.error.ts';

/** What a transport makes of a message. */
export type WrittenRequest = Pick<OutgoingCall, 'headers' | 'body'>;

/** What every transport is made with. */
export interface TransportSetup<Settings> {
  /** The account's, for the log. */
  nickname: string;
  settings: Settings;
  /** The account's own; it is closed with the transport. */
  sender: HttpSender;
  reasons?: FailureReasons;
}

/** A shorter value is no key, and hiding it would only garble AiSensy's words. */
const SHORTEST_SECRET = 6;

/** So many digits at its end tell one phone number from another. */
const OWN_DIGITS = 8;

/** What the ways to AiSensy have in common: one POST, and what its answer shows. */
export abstract class AiSensyTransport<Settings extends { endpoint: string; timeoutMs: number }, Message extends Sendable = TransportMessage> {
  /** Whether AiSensy passes Meta's own errors on. */
  protected readonly passesMetaOn: boolean = false;
  protected readonly settings: Settings;
  protected readonly nickname: string;
  private readonly sender: HttpSender;
  private readonly reasons: FailureReasons;
  private readonly read = answerReader();
  private readonly logger = new Logger('WhatsAppBridge');
  /** The headers that were written last, with what is added to them: nearly always the same. */
  private last: { own: WrittenRequest['headers']; all: WrittenRequest['headers'] } | undefined;

  constructor({ nickname, settings, sender, reasons = new FailureReasons() }: TransportSetup<Settings>) {
    this.nickname = nickname;
    this.settings = settings;
    this.sender = sender;
    this.reasons = reasons;
  }

  send(message: Message, signal?: AbortSignal): Promise<Verdict> {
    let written: WrittenRequest | Promise<WrittenRequest>;
    try {
      written = this.write(message);
    } catch (error) {
      return Promise.resolve(this.unsendable(error));
    }
    if (!(written instanceof Promise)) return this.post(written, message, signal);
    return written.then((request) => this.post(request, message, signal), (error) => this.unsendable(error));
  }

  close(): Promise<void> {
    return this.sender.close();
  }

  /** @throws UnsendableError where this transport cannot carry the message; a later request may be rejected with it */
  protected abstract write(message: Message): WrittenRequest | Promise<WrittenRequest>;

  /** Hidden wherever AiSensy's words are shown. */
  protected abstract get secrets(): readonly string[];

  protected post(written: WrittenRequest, message: Message, signal?: AbortSignal): Promise<Verdict> {
    return this.call(written, signal).then((result) => this.judge(result, message));
  }

  protected call({ headers, body }: WrittenRequest, signal?: AbortSignal, url: string | URL = this.settings.endpoint): Promise<OutgoingResult> {
    const { timeoutMs } = this.settings;
    return this.sender.post({ url, headers: this.withType(headers), body, timeoutMs, signal });
  }

  protected judge(result: OutgoingResult, message: Addressed): Verdict {
    const secrets = this.secrets.filter(({ length }) => length >= SHORTEST_SECRET);
    const verdict = verdictOf(result, message, { secrets, reasons: this.reasons, read: this.read, passesMetaOn: this.passesMetaOn });
    if (verdict.kind !== 'taken') this.logTrace(result, message, secrets);
    return verdict;
  }

  private withType(own: WrittenRequest['headers']): WrittenRequest['headers'] {
    if (this.last?.own !== own) this.last = { own, all: { ...own, 'Content-Type': 'application/json' } };
    return this.last.all;
  }

  private unsendable(error: unknown): Verdict {
    return { kind: 'refused', reason: this.whyUnsendable(error) };
  }

  private whyUnsendable(error: unknown): UnsendableError['reason'] {
    if (error instanceof UnsendableError) return error.reason;
    this.logger.error(`Account ${this.nickname}: a message could not be written for AiSensy: ${error instanceof Error ? error.name : typeof error}`);
    return { code: 1009, title: 'The message could not be written for AiSensy' };
  }

  /** Logs AiSensy's name for the call, which its support asks for. */
  private logTrace(result: OutgoingResult, message: Addressed, secrets: readonly string[]): void {
    if (result.kind !== 'answered') return;
    const { traceId } = this.read(result.body);
    if (traceId === undefined || !/^[\w-]{1,80}$/.test(traceId) || repeats(traceId, message, secrets)) return;
    this.logger.debug(`Account ${this.nickname}: AiSensy answered ${result.status}, its trace id is ${traceId}`);
  }
}

/** What a transport needs of a message at the least. */
type Sendable = Omit<TransportMessage, 'content'>;

/** What an answer is judged by. */
type Addressed = Omit<Sendable, 'wire'>;

/** Whether it holds a phone number, written in any way, or a key of what it was sent. */
function repeats(traceId: string, { to, account }: Addressed, secrets: readonly string[]): boolean {
  const plain = traceId.replace(/[\W_]/g, '');
  return [to, account].some((number) => number !== '' && plain.includes(number.slice(-OWN_DIGITS))) || secrets.some((secret) => traceId.includes(secret));
}
