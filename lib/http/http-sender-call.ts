import type { Dispatcher } from 'undici';
import { decodedAnswer } from './http-sender-coding.ts';
import { describeError } from './http-sender-error.ts';
import type { AnswerHeaders, OutgoingCall, OutgoingResult } from './outgoing-call.ts';

type Controller = Dispatcher.DispatchController;

/**
 * One call, as undici's handler. undici calls `onRequestStart` right before it writes the request, and not at all for a request
 * that it never wrote: so bytes may have left only where there is a controller.
 */
export class HttpCall implements Dispatcher.DispatchHandler {
  readonly result: Promise<OutgoingResult>;
  /** Called once undici is done with the call, which may be later than its result; `answered`: a whole answer was read. */
  onRelease?: (answered: boolean) => void;
  private settle!: (result: OutgoingResult) => void;
  private settled = false;
  private controller?: Controller;
  private status?: number;
  private headers?: AnswerHeaders;
  /** The part of the answer's body that has come, nearly always all at once. */
  private body?: Buffer;
  private readonly timer: NodeJS.Timeout;
  /** Aborts the call; undefined where nobody can. */
  readonly signal: AbortSignal | undefined;
  /** Its place among the calls under way. */
  place = 0;

  constructor(
    { timeoutMs, signal }: Pick<OutgoingCall, 'timeoutMs' | 'signal'>, private readonly maxBodyBytes: number,
    private readonly onOver: (call: HttpCall) => void = () => undefined,
  ) {
    this.signal = signal;
    this.result = new Promise((resolve) => (this.settle = resolve));
    // One turn later, so that an answer that came while the process was busy is read before it is given up.
    this.timer = setTimeout(() => setImmediate(() => this.cancel(`no answer within ${timeoutMs} ms`)), timeoutMs);
  }

  /** Whether the call has its result already, and need not begin. */
  get isOver(): boolean {
    return this.settled;
  }

  /** Gives the call up, wherever it stands. One that waits for a connection is dropped when its turn comes. */
  cancel(error: string): void {
    this.fail(error);
    this.controller?.abort(new Error(error));
  }

  onRequestStart(controller: Controller): void {
    // A throw drops the request unwritten and keeps the connection; `abort` would close it. A second start would be undici's
    // own retry after a broken connection, but only the lane decides about retries.
    if (this.settled || this.controller) throw new Error('not to be sent');
    this.controller = controller;
  }

  onResponseStart(_controller: Controller, status: number, headers: AnswerHeaders): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.settled) return;
    this.body = this.body === undefined ? chunk : Buffer.concat([this.body, chunk]);
    if (this.body.length <= this.maxBodyBytes) return;
    this.answer();
    controller.abort(new Error('answer too long'));
  }

  onResponseEnd(): void {
    this.answer();
    this.onRelease?.(true);
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.fail(describeError(error));
    this.onRelease?.(false);
  }

  private answer(): void {
    const { status = 0, headers = {}, body } = this;
    if (headers['content-encoding'] !== undefined) {
      if (!this.settled) this.finish(decodedAnswer(status, headers, body ?? Buffer.alloc(0), this.maxBodyBytes));
      return;
    }
    this.finish({ kind: 'answered', status, headers, body: body?.toString('utf8', 0, this.maxBodyBytes) ?? '' });
  }

  private fail(error: string): void {
    if (!this.controller) return this.finish({ kind: 'not-sent', error });
    this.finish(this.status === undefined ? { kind: 'lost', error } : { kind: 'lost', error, status: this.status });
  }

  private finish(result: OutgoingResult): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.timer);
    this.settle(result);
    this.onOver(this);
  }
}
