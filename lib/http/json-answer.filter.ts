import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { stackFrames } from '../logging/stack-frames.ts';
import { writeJson } from './answer.ts';
import type { HttpResponse } from './http-exchange.ts';

/**
 * Turns whatever is thrown on the way to one of the bridge's handlers into a short JSON answer. It is bound to the bridge's
 * controllers, so that it comes before the host's own filters: neither side of the bridge can read an HTML page or the
 * host's error format.
 */
@Catch()
export class JsonAnswerFilter implements ExceptionFilter {
  private readonly logger = new Logger('WhatsAppBridge');

  catch(error: unknown, host: ArgumentsHost): void {
    const [status, body] = this.answer(error);
    writeJson(host.switchToHttp().getResponse<HttpResponse>(), status, JSON.stringify(body));
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
    const name = error instanceof Error ? error.name : typeof error;
    this.logger.error(`A request could not be answered: ${name}`, stackFrames(error));
    return { message: 'Internal server error' };
  }
}
