import { Inject, Injectable, UnsupportedMediaTypeException } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import type { ResolvedOptions } from '../options/resolved-options.ts';
import type { HttpRequest } from './http-exchange.ts';
import { Arrivals } from './arrivals.ts';
import { keepBody, receiveBody, type RequestBody } from './request-body.ts';

/** The content type that leads a request to the bridge's own parser on Fastify. It never leaves the process. */
const FASTIFY_TYPE = 'application/x-nestjs-whatsapp-bridge';
/** On a request for that parser: the content type that it came with, and the limit of its route. */
const EXPECTED = Symbol('expected body');

/** Both sides call a handful of URLs again and again. */
const URLS_REMEMBERED = 64;

type Done = (error: Error | null, value?: unknown) => void;
type ExpressRequest = IncomingMessage & HttpRequest;
interface ExpressInstance {
  router?: { stack?: unknown[] };
}
interface FastifyRequest extends HttpRequest {
  raw: IncomingMessage & { [EXPECTED]?: { contentType: string | undefined; limit: number } };
}
interface FastifyInstance {
  addHook(name: 'preParsing', hook: (request: FastifyRequest, reply: unknown, payload: Readable, done: Done) => void): void;
  addContentTypeParser(type: string, parser: (request: FastifyRequest, payload: Readable, done: Done) => void): void;
}

/**
 * Reads the bodies of the bridge's own routes, before and in place of the host's parsers: as bytes, up to the bridge's own
 * limits, whatever their content type. So the host's `rawBody`, `bodyParser` and size limit do not matter, and a body that
 * is no JSON meets the bridge's answer instead of the host's error page. `readBody()` gives the body later on; the host's
 * own code finds `{}` as the parsed body of these requests.
 */
@Injectable()
export class BodyReader implements OnModuleInit {
  private readonly messages: RegExp;
  private readonly callbacks: RegExp;
  private readonly limits: ResolvedOptions['bodyLimits'];
  private readonly remembered = new Map<string, number>();

  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(Arrivals) private readonly arrivals: Arrivals,
    @Inject(RESOLVED_OPTIONS) { path, bodyLimits }: ResolvedOptions,
  ) {
    this.messages = endOfPath(path, 'clevertap/messages');
    this.callbacks = endOfPath(path, 'aisensy/(?:delivery-reports|inbound-messages|webhook)');
    this.limits = bodyLimits;
  }

  onModuleInit(): void {
    // Not in the constructor: a testing module gets its adapter after its providers. None in an application context.
    const adapter = this.adapterHost.httpAdapter;
    if (adapter?.getType() === 'express') this.readOnExpress(adapter.getInstance<ExpressInstance>(), adapter);
    if (adapter?.getType() === 'fastify') this.readOnFastify(adapter.getInstance<FastifyInstance>());
  }

  private readOnExpress(app: ExpressInstance, adapter: HttpAdapterHost['httpAdapter']): void {
    adapter.use((request: ExpressRequest, _response: unknown, next: () => void) => {
      const limit = this.limitFor(request);
      // The body was read in front of this app: readBody() takes what was left on the request.
      if (limit === undefined || request.readableDidRead) return next();
      // Stream events run in the connection's async context. This goes back to the request's, so that the host's AsyncLocalStorage
      // works. Fastify does that by itself.
      const context = new AsyncResource('nestjs-whatsapp-bridge:body');
      this.read(request, request.headers['content-encoding'], limit, (body) => {
        keepBody(request, body);
        request.body = {};
        context.runInAsyncScope(next);
      });
    });
    // Nest adds its body parsers before it initialises any module, and Express runs middleware in the order of its stack: so this
    // layer is moved to the front. The parsers then find the request read to its end, and leave it alone.
    const stack = app.router?.stack;
    const layer = stack?.pop();
    if (layer !== undefined) stack?.unshift(layer);
  }

  /**
   * Fastify chooses a parser by content type, and refuses a type that it does not know. So the bridge's requests get a type
   * of their own until the parser is chosen. The parser takes the stream, since with `parseAs` Fastify would answer a large
   * body itself.
   */
  private readOnFastify(app: FastifyInstance): void {
    app.addHook('preParsing', ({ raw }, _reply, payload, done) => {
      const limit = this.limitFor(raw);
      if (limit !== undefined) {
        raw[EXPECTED] = { contentType: raw.headers['content-type'], limit };
        raw.headers['content-type'] = FASTIFY_TYPE;
      }
      done(null, payload);
    });
    app.addContentTypeParser(FASTIFY_TYPE, (request, payload, done) => {
      const { headers, [EXPECTED]: expected } = request.raw;
      // A client that sends this type to a route of the host's own.
      if (expected === undefined) return done(new UnsupportedMediaTypeException());
      if (expected.contentType === undefined) delete headers['content-type'];
      else headers['content-type'] = expected.contentType;
      this.read(payload, headers['content-encoding'], expected.limit, (body) => {
        keepBody(request, body);
        done(null, {});
      });
    });
  }

  private read(stream: Readable, encoding: string | undefined, limit: number, done: (body: RequestBody) => void): void {
    receiveBody(stream, encoding, limit, (body) => {
      const turn = this.arrivals.turn();
      if (turn === undefined) done(body);
      else void turn.then(() => done(body));
    });
  }

  /** The limit for a request to one of the bridge's routes, whatever prefix and version stand in front of its path. */
  private limitFor({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): number | undefined {
    if (method !== 'POST') return undefined;
    const remembered = this.remembered.get(url);
    if (remembered !== undefined) return remembered;
    const limit = this.findLimit(url);
    if (limit !== undefined && this.remembered.size < URLS_REMEMBERED) this.remembered.set(url, limit);
    return limit;
  }

  private findLimit(url: string): number | undefined {
    if (this.messages.test(url)) return this.limits.messages;
    return this.callbacks.test(url) ? this.limits.callbacks : undefined;
  }
}

/**
 * Matches URLs whose path ends with `path` and one of the routes, as Express does by default: in any case, and with one slash at the end.
 *
 * @param routes one pattern for all routes: every POST that the host gets is matched against it
 */
function endOfPath(path: string, routes: string): RegExp {
  const prefix = `/${path}/`.replace(/\/+/g, '/').replace(/[^\w/]/g, '\\$&');
  return new RegExp(`^[^?#]*${prefix}${routes}/?(?:[?#]|$)`, 'i');
}
