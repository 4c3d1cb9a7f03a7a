import { promisify } from 'node:util';
import type { Readable } from 'node:stream';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { rawRequest } from './http-exchange.ts';
import type { HttpRequest } from './http-exchange.ts';

/** A request's body as it came, decompressed; or why there is none. */
export type RequestBody = { bytes: Buffer } | { problem: 'too-large' | 'unreadable' };

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
  return { problem: 'unreadable' };
}

/**
 * Reads a stream to its end and keeps at most `limit` bytes, compressed and decompressed. What is beyond is still taken off
 * the wire, since a client in the middle of writing would take a closed connection for a fault of the network. Never rejects.
 */
export async function collectBody(stream: Readable, encoding: string | undefined, limit: number): Promise<RequestBody> {
  const body = await collect(stream, limit);
  const name = encoding?.trim().toLowerCase() || 'identity';
  if (name === 'identity' || 'problem' in body) return body;
  const decode = DECODERS.get(name);
  if (decode === undefined) return { problem: 'unreadable' };
  try {
    return { bytes: await decode(body.bytes, { maxOutputLength: limit }) };
  } catch (error) {
    return { problem: (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'unreadable' };
  }
}

function collect(stream: Readable, limit: number): Promise<RequestBody> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks = [];
    });
    stream.on('end', () => resolve(size <= limit ? { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size) } : { problem: 'too-large' }));
    // An aborted request ends with an error, or closes without an end; a second resolve() does nothing.
    stream.on('error', () => resolve({ problem: 'unreadable' }));
    stream.on('close', () => resolve({ problem: 'unreadable' }));
    if (stream.destroyed) resolve({ problem: 'unreadable' });
  });
}

