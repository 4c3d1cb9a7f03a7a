import type { HttpResponse } from './http-exchange.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Answers with exactly these bytes of JSON, on Express and on Fastify. For handlers that take `@Res()`: the host's
 * interceptors then cannot reshape the answer. An exchange that has been answered already is left alone.
 */
export function writeJson(response: HttpResponse, status: number, body: string): void {
  if ('raw' in response) {
    if (!response.sent) response.code(status).header('content-type', JSON_TYPE).send(body);
    return;
  }
  if (response.headersSent) return;
  // Not Express's own send(): it computes an ETag, which nobody asks a POST for.
  response.statusCode = status;
  response.setHeader('Content-Type', JSON_TYPE);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
