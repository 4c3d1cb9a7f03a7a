import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** What the bridge needs of a request, on Express (where it is node's own message) and on Fastify (which carries that as `raw`). */
export interface HttpRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** The client's address, as the host's proxy settings make it out. */
  ip?: string;
  /** `http` or `https`, as the host's proxy settings make it out. */
  protocol?: string;
  query?: unknown;
  /** What the host's own parsers made of the body, where one of them came before the bridge's. */
  body?: unknown;
  rawBody?: unknown;
  raw?: IncomingMessage;
}

/** What the bridge needs of Fastify's reply. */
export interface FastifyReply {
  raw: ServerResponse;
  sent: boolean;
  code(status: number): FastifyReply;
  header(name: string, value: string): FastifyReply;
  send(body: string | Readable): unknown;
}

/** A response: node's own on Express, Fastify's reply on Fastify. */
export type HttpResponse = ServerResponse | FastifyReply;

/** The absolute address that was asked for, without its query. */
export function addressOf({ protocol = 'http', headers, url }: HttpRequest): string {
  return `${protocol}://${headers.host ?? 'localhost'}${url.replace(/[?#].*$/s, '')}`;
}

/** Node's own request message, which is one and the same object in middleware, guards and controllers. */
export function rawRequest(request: HttpRequest): object {
  return request.raw ?? request;
}
