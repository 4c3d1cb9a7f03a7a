import { promisify } from 'node:util';
import type { Readable } from 'node:stream';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { rawRequest } from './http-exchange.ts';
import type { HttpRequest } from './http-exchange.ts';

/** A request's body as it came, decompressed; or why there is none. */
export type RequestBody = { bytes: Buffer } | { problem: 'too-large' | 'unreadable' };

/** No literal: see `message-records.ts`. */
class WholeBody {
  constructor(readonly bytes: Buffer) {}
}

const TOO_LARGE: RequestBody = { problem: 'too-large' };
const UNREADABLE: RequestBody = { problem: 'unreadable' };

/** Set on node's own request message. */
const BODY = Symbol.for('nestjs-whatsapp-bridge:body');

const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** Leaves the body on the request. */
export function keepBody(request: HttpRequest, body: RequestBody): void {
  (rawRequest(request) as { [BODY]?: RequestBody })[BODY] = body;
}

/**
 * The body that `BodyReader` left on the request. Where something read the request before it (a server in front of Nest's
 * own, a serverless adapter), what that left there: its raw body, or the parsed one written out again.
 */
export function readBody(request: HttpRequest): RequestBody {
  const kept = (rawRequest(request) as { [BODY]?: RequestBody })[BODY];
  if (kept !== undefined) return kept;
  for (const body of [request.rawBody, request.body]) {
    if (Buffer.isBuffer(body)) return { bytes: body };
    if (typeof body === 'string') return { bytes: Buffer.from(body) };
  }
  if (typeof request.body === 'object' && request.body !== null) return { bytes: Buffer.from(JSON.stringify(request.body)) };
  return UNREADABLE;
}

/** Like `receiveBody()`, for whoever would rather wait. Never rejects. */
export function collectBody(stream: Readable, encoding: string | undefined, limit: number): Promise<RequestBody> {
  return new Promise((resolve) => receiveBody(stream, encoding, limit, resolve));
}

/**
 * Reads a stream to its end and keeps at most `limit` bytes, compressed and decompressed. What is beyond is still taken off
 * the wire, since a client in the middle of writing would take a closed connection for a fault of the network.
 *
 * @param done called once, in the stream's last event: a promise would cost more than all the rest of it
 */
export function receiveBody(stream: Readable, encoding: string | undefined, limit: number, done: (body: RequestBody) => void): void {
  const name = encoding?.trim().toLowerCase() || 'identity';
  if (name === 'identity') return collect(stream, limit, done);
  collect(stream, limit, (body) => {
    if ('problem' in body) done(body);
    else void decompress(body.bytes, name, limit).then(done);
  });
}

async function decompress(bytes: Buffer, encoding: string, limit: number): Promise<RequestBody> {
  const decode = DECODERS.get(encoding);
  if (decode === undefined) return UNREADABLE;
  try {
    return { bytes: await decode(bytes, { maxOutputLength: limit }) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : UNREADABLE;
  }
}

function collect(stream: Readable, limit: number, done: (body: RequestBody) => void): void {
  let first: Buffer | undefined;
  let all: Buffer[] | undefined;
  let size = 0;
  let waiting: typeof done | undefined = done;
  const finish = (body: RequestBody): void => {
    const tell = waiting;
    // The stream's listeners may live much longer: they must keep neither the body nor its waiter reachable.
    waiting = first = all = undefined;
    tell?.(body);
  };
  const breakOff = (): void => finish(UNREADABLE);
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) first = all = undefined;
    else if (first === undefined) first = chunk;
    else (all ??= [first]).push(chunk);
  });
  stream.on('end', () => {
    if (size > limit) finish(TOO_LARGE);
    else finish(new WholeBody(all === undefined ? first ?? Buffer.alloc(0) : Buffer.concat(all, size)));
  });
  // An aborted request ends with an error, or closes without an end.
  stream.on('error', breakOff);
  stream.on('close', breakOff);
  if (stream.destroyed) breakOff();
}
