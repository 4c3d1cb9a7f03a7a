import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { AnswerHeaders, OutgoingResult } from './outgoing-call.ts';

type Answered = Extract<OutgoingResult, { kind: 'answered' }>;
type Decode = (bytes: Buffer, limits: { maxOutputLength: number }) => Buffer;

/** No answer is asked to have a coding: `*` would be allowed without this word (RFC 9110, section 12.5.3). */
export const NO_CODING = { 'accept-encoding': 'identity' } as const;

/**
 * At once instead of in zlib's threads: an answer is small, the longest that is decoded 64 KiB, and a call that has its answer must not
 * still be given up for its time.
 */
const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['', (bytes) => bytes],
  ['identity', (bytes) => bytes],
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['br', brotliDecompressSync],
  // Some servers leave out zlib's own two bytes in front, as browsers put up with.
  ['deflate', (bytes, limits) => ((bytes[0]! & 0x0f) === 8 ? inflateSync : inflateRawSync)(bytes, limits)],
]);

/**
 * The answer of a server that uses a coding although none was asked for. Decoded, it is as if it had come so. Where it cannot be (another
 * coding, several, a broken or cut body, one of more than `maxBodyBytes`) it has no body, and `content-encoding` stays in its headers:
 * it is a whole answer, whose status counts, but whoever reads bodies must know that there was something to read.
 */
export function decodedAnswer(status: number, headers: AnswerHeaders, bytes: Buffer, maxBodyBytes: number): Answered {
  const { 'content-encoding': coding, ...others } = headers;
  const body = bytes.length === 0 ? '' : decode(bytes, String(coding), maxBodyBytes);
  return body === undefined ? { kind: 'answered', status, headers, body: '' } : { kind: 'answered', status, headers: others, body };
}

function decode(bytes: Buffer, coding: string, maxBodyBytes: number): string | undefined {
  try {
    return DECODERS.get(coding.trim().toLowerCase())?.(bytes, { maxOutputLength: maxBodyBytes }).toString('utf8', 0, maxBodyBytes);
  } catch {
    return undefined;
  }
}
