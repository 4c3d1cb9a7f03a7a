import { createHmac } from 'node:crypto';
import { HttpClient, type PostResult } from '../wire/http-client.ts';
import { Timers } from '../wire/timers.ts';

/** How the callbacks are posted. */
export interface CallbackDeliveryOptions {
  /** Headers of every callback. */
  callbackHeaders?: Record<string, string>;
  /** Appended to the URL as `?token=`, since AiSensy's CleverTap integration sends no header. */
  token?: string;
  /** Signs every body: `X-AiSensy-Signature`, lower-case hex HMAC-SHA256. */
  signingSecret?: string;
  /** Connections at once; 50. */
  callbackConnections?: number;
  /** A callback without an answer counts as failed after so many milliseconds; 5,000, as AiSensy's. */
  callbackTimeoutMs?: number;
  /** How often a failed callback is posted again; 1, as AiSensy's. */
  retries?: number;
  /** How long before it is posted again, in milliseconds; 300,000, as AiSensy's. */
  retryAfterMs?: number;
  /** Whether a 410, or more than 100 failures, end all callbacks, as they do for AiSensy's project webhook; false. */
  switchesOff?: boolean;
}

/** A callback that failed. */
export interface CallbackFailure {
  /** When, in milliseconds since 1970. */
  at: number;
  attempt: number;
  /** The HTTP status, 0 where no answer came. */
  status: number;
  error?: string;
}

const MAX_FAILURES = 100;

/** Posts callbacks through keep-alive connections, and again after a failure. */
export class CallbackSender {
  /** How long each answered callback took, in milliseconds. */
  readonly durations: number[] = [];
  readonly failures: CallbackFailure[] = [];
  /** Requests answered with 2xx. */
  acknowledged = 0;
  /** Callbacks that failed at every attempt. */
  lost = 0;
  /** Whether the receiver was given up, see `switchesOff`. */
  switchedOff = false;
  private readonly options: CallbackDeliveryOptions;
  private readonly timers = new Timers();
  private client: HttpClient;

  constructor(options: CallbackDeliveryOptions) {
    this.options = options;
    this.client = this.openClient();
  }

  /**
   * Posts until the receiver acknowledges or all attempts have failed, and calls `settled` then. Resolves with the outcome of
   * the first attempt. The URL and the body are asked for at each attempt.
   */
  async post(url: () => string, body: (attempt: number) => object, settled: () => void): Promise<PostResult> {
    const first = await this.attempt(url, body, 1);
    if (isSuccess(first)) settled();
    else this.tryAgain(url, body, 2, settled);
    return first;
  }

  start(): void {
    this.timers.start();
  }

  async stop(): Promise<void> {
    this.timers.stop();
    await this.client.stop();
    this.client = this.openClient();
  }

  private openClient(): HttpClient {
    return new HttpClient({ connections: this.options.callbackConnections ?? 50, giveUpMs: this.options.callbackTimeoutMs ?? 5_000 });
  }

  private tryAgain(url: () => string, body: (attempt: number) => object, attempt: number, settled: () => void): void {
    const { retries = 1, retryAfterMs = 300_000 } = this.options;
    if (attempt > retries + 1 || this.switchedOff) {
      this.lost += 1;
      return settled();
    }
    this.timers.after(retryAfterMs, () => {
      void this.attempt(url, body, attempt).then((result) => {
        if (isSuccess(result)) settled();
        else this.tryAgain(url, body, attempt + 1, settled);
      });
    });
  }

  private async attempt(url: () => string, body: (attempt: number) => object, attempt: number): Promise<PostResult> {
    if (this.switchedOff) return { status: 0, headers: {}, text: '', ms: 0, error: 'the webhook is switched off' };
    const text = JSON.stringify(body(attempt));
    const result = await this.client.post(this.withToken(url()), text, this.headersFor(text, attempt));
    if (result.status !== 0) this.durations.push(result.ms);
    if (isSuccess(result)) this.acknowledged += 1;
    else this.fail(result, attempt);
    return result;
  }

  private fail({ status, error }: PostResult, attempt: number): void {
    this.failures.push({ at: Date.now(), attempt, status, ...(error === undefined ? {} : { error }) });
    if (this.options.switchesOff && (status === 410 || this.failures.length > MAX_FAILURES)) this.switchedOff = true;
  }

  private withToken(url: string): string {
    const { token } = this.options;
    if (token === undefined) return url;
    return `${url}${url.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}`;
  }

  private headersFor(text: string, attempt: number): Record<string, string> {
    const { callbackHeaders, signingSecret } = this.options;
    const headers: Record<string, string> = { 'content-type': 'application/json', ...callbackHeaders };
    if (signingSecret !== undefined) headers['x-aisensy-signature'] = createHmac('sha256', signingSecret).update(text).digest('hex');
    if (attempt > 1) headers['x-retry-count'] = String(attempt - 1);
    return headers;
  }
}

function isSuccess({ status }: PostResult): boolean {
  return status >= 200 && status < 300;
}
