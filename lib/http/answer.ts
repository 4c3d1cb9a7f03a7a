import type { Server, Socket } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import type { HttpResponse } from './http-exchange.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Answers with exactly these bytes of JSON, on Express and on Fastify. For handlers that take `@Res()`: the host's
 * interceptors then cannot reshape the answer. An exchange that has been answered already is left alone.
 */
export function writeJson(response: HttpResponse, status: number, body: string): void {
  const raw = 'raw' in response ? response.raw : response;
  if (raw.headersSent) return;
  if (isClosing(raw)) raw.setHeader('Connection', 'close');
  if ('raw' in response) {
    if (!response.sent) response.code(status).header('content-type', JSON_TYPE).send(body);
    return;
  }
  // Not Express's own send(): it computes an ETag, which nobody asks a POST for.
  response.statusCode = status;
  response.setHeader('Content-Type', JSON_TYPE);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

/**
 * Whether the app is stopping. Node then closes the connections that are idle at that moment. This one becomes idle only with its
 * answer, and would delay the stop until its keep-alive time ends.
 */
function isClosing({ socket }: { socket: (Socket & { server?: Server }) | null }): boolean {
  return socket?.server?.listening === false;
}

/** Answers 200 with a stream. Where the client leaves, the stream is destroyed; where the stream breaks off, so does the answer. */
export function writeStream(response: HttpResponse, headers: Record<string, string>, stream: Readable): void {
  if ('raw' in response) {
    response.code(200);
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
    response.send(stream);
    return;
  }
  response.writeHead(200, headers);
  pipeline(stream, response, () => undefined);
}
