import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { now } from '../clock.ts';
import { GroupedLines } from '../logging/grouped-lines.ts';
import { stackFrames } from '../logging/stack-frames.ts';
import { writeJson } from './answer.ts';
import { accountsOf } from './credential.guard.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import { isAnswerUnderWay } from './answer-under-way.ts';

/** One line of a kind in this time: what a guard of the host's refuses, it refuses a whole campaign long. */
const QUIET_MS = 60_000;

/** How long a handler that has work in hand may answer after an interceptor gave up, in milliseconds: CleverTap waits no longer either. */
const PATIENCE_MS = 1_000;

/** What the bridge's own guards and handlers refuse with, which they log themselves where that is worth a line. */
const OWN_REFUSALS: ReadonlySet<string> = new Set([
  'Unauthorized', 'Too many requests with wrong credentials', 'The body is too large', 'The body is not JSON',
  'There is no such medium', 'The link has ended', 'The medium could not be fetched from AiSensy',
]);

/**
 * Turns whatever is thrown on the way to one of the bridge's handlers into a short JSON answer. It is bound to the bridge's
 * controllers, so that it comes before the host's own filters: neither side of the bridge can read an HTML page or the
 * host's error format.
 */
@Catch()
export class JsonAnswerFilter implements ExceptionFilter {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly lines = new GroupedLines(QUIET_MS);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const response = http.getResponse<HttpResponse>();
    if (isAnswerUnderWay(request)) return this.leaveToHandler(error, request, response);
    const [status, body] = this.answer(error);
    if (error instanceof HttpException && !this.isOwn(error)) this.tellOfHost(status, request);
    writeJson(response, status, JSON.stringify(body));
  }

  /** The status and the body for an error; an edge with a form of its own overrides this. */
  protected answer(error: unknown): [status: number, body: object] {
    if (!(error instanceof HttpException)) return [500, this.unexpected(error)];
    const response = error.getResponse();
    return [error.getStatus(), typeof response === 'string' ? { message: response } : response];
  }

  /**
   * The body for an error that nobody foresaw. The log gets the kind of error and where it happened; its message may quote
   * the request, and goes nowhere.
   */
  protected unexpected(error: unknown): object {
    const name = nameOf(error);
    const more = this.lines.next(name, now());
    if (more !== undefined) this.logger.error(`A request could not be answered: ${name}${more}`, stackFrames(error));
    return { message: 'Internal server error' };
  }

  /** Whether the bridge itself refused. */
  protected isOwn(error: HttpException): boolean {
    const response: unknown = error.getResponse();
    if (typeof response === 'string') return OWN_REFUSALS.has(response);
    const { message, ...more } = response as { message?: unknown };
    // What Nest makes of a bare text has a status code beside it.
    return Object.keys(more).length === 0 && OWN_REFUSALS.has(message as string);
  }

  /** Whose request it is, for the log. */
  protected callerOf({ url }: HttpRequest): string {
    return /\/aisensy\//i.test(url) ? "AiSensy's" : 'for a medium';
  }

  /** The work is done whatever an interceptor thinks of it, a `timeout()` of the host's say: so its own outcome is the answer, if it comes in time. */
  private leaveToHandler(error: unknown, request: HttpRequest, response: HttpResponse): void {
    const name = nameOf(error);
    const more = this.lines.next(`left ${name}`, now());
    if (more !== undefined) {
      this.logger.warn(`An interceptor of the host's gave up a request of ${this.callerOf(request)} (${name}) that the bridge had in hand: the bridge answers it all the same${more}`);
    }
    setTimeout(() => {
      const raw = 'raw' in response ? response.raw : response;
      if (raw.headersSent) return;
      const [status, body] = this.answer(error);
      writeJson(response, status, JSON.stringify(body));
    }, PATIENCE_MS).unref();
  }

  /** A guard of the host's is asked before the bridge's, its interceptors after it. */
  private tellOfHost(status: number, request: HttpRequest): void {
    const who = accountsOf(request).length > 0 ? 'An interceptor' : 'A guard';
    const more = this.lines.next(`${who} ${status}`, now());
    if (more === undefined) return;
    const remedy = who === 'A guard' ? ': see the option controllerDecorators' : '. Let it leave the bridge\'s routes out';
    this.logger.warn(`${who} of the host's refused a request of ${this.callerOf(request)} (${status})${remedy}${more}`);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
