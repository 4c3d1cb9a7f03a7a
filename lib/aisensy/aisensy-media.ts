import { Readable } from 'node:stream';
import { collectBody } from '../http/request-body.ts';
import type { MediaSource, MediaStream } from '../media/media-source.ts';
import { bareType } from '../media/media-types.ts';
import { fieldsOf, firstText, parseJson } from '../messages/json-fields.ts';
import { AiSensyApiError, type ColdApi } from './cold-api.ts';

/** The longest answer in JSON that is taken: every byte of the medium is written out as a number in it. */
const LONGEST_JSON = 64 * 1024 * 1024;

/**
 * Fetches media from AiSensy's Direct or Project API, which know each by the id that Meta gave it. The id is all that goes there from a
 * message, and no address that AiSensy answers is opened.
 */
export class AiSensyMedia implements MediaSource {
  constructor(private readonly api: ColdApi) {}

  async open(id: string, { timeoutMs, maxBytes }: { timeoutMs: number; maxBytes: number }): Promise<MediaStream> {
    // Both ways to ask for the bytes themselves are in use; without them AiSensy writes them out in JSON.
    const { headers, body } = await this.api.stream({
      method: 'POST', path: 'get-media', query: { responseType: 'stream' }, body: JSON.stringify({ id, response_type: 'stream' }), timeoutMs,
    });
    const mimeType = firstText(headers['content-type']);
    if (bareType(mimeType) === 'application/json') return { body: Readable.from([fitting(await unpacked(body), maxBytes)]) };
    if (Number(headers['content-length']) > maxBytes) {
      body.destroy();
      throw tooLarge();
    }
    return { mimeType, body };
  }
}

/** The bytes of `{"type":"Buffer","data":[…]}`, as Node writes a buffer out. */
async function unpacked(body: Readable): Promise<Buffer> {
  const read = await collectBody(body, undefined, LONGEST_JSON);
  const answer = fieldsOf('bytes' in read ? parseJson(read.bytes.toString()) : undefined);
  const written = [answer, fieldsOf(answer.data)].find(({ type }) => type === 'Buffer');
  if (!Array.isArray(written?.data)) throw new AiSensyApiError('AiSensy answered no medium');
  return Buffer.from(written.data as number[]);
}

function fitting(medium: Buffer, maxBytes: number): Buffer {
  if (medium.length > maxBytes) throw tooLarge();
  return medium;
}

function tooLarge(): AiSensyApiError {
  return new AiSensyApiError('the medium is larger than media.maxBytes');
}
