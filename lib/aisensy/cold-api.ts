import type { ColdHead, ColdHttp, ColdRequest } from '../http/cold-http.ts';
import { parseJson } from '../messages/json-fields.ts';

/** How long AiSensy may take for an answer that nobody waits for, in milliseconds. */
const TIMEOUT_MS = 15_000;

/** AiSensy did not give what it was asked for. Its text may be shown: it holds nothing of AiSensy's but the status. */
export class AiSensyApiError extends Error {
  constructor(words: string, readonly status?: number) {
    super(words);
    this.name = 'AiSensyApiError';
  }
}

/** How a call proves whose it is. */
export interface ApiCredential {
  headers(): Promise<Record<string, string>>;
  /** After a refusal of these: gets new ones, where that can help. False where it cannot. */
  renew?(refused: Record<string, string>): Promise<boolean>;
}

/** A call's own part. */
export type ApiCall = Pick<ColdRequest, 'method' | 'body'> & {
  /** Beside the API's endpoint for messages: `get-templates`. */
  path: string;
  query?: Record<string, string>;
  timeoutMs?: number;
};

/** One of AiSensy's APIs beside its endpoint for messages: for lists, media and states, never for a send. */
export class ColdApi {
  constructor(private readonly endpoint: string, private readonly credential: ApiCredential, private readonly http: ColdHttp) {}

  /** The answer's JSON. Rejects with an `AiSensyApiError` where the answer is none of success, and where none came. */
  async json(call: ApiCall): Promise<unknown> {
    const { body } = await this.proven(call, (request) => this.http.request(request));
    const answer = parseJson(body);
    if (answer === undefined) throw new AiSensyApiError('AiSensy answered something that is no JSON');
    return answer;
  }

  /** The answer as it comes. */
  stream(call: ApiCall): ReturnType<ColdHttp['stream']> {
    return this.proven(call, (request) => this.http.stream(request));
  }

  private async proven<T extends ColdHead & { body: unknown }>(call: ApiCall, make: (request: ColdRequest) => Promise<T>): Promise<T> {
    const { method, path, query = {}, body, timeoutMs = TIMEOUT_MS } = call;
    const url = new URL(path, this.endpoint);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const callWith = (headers: Record<string, string>): Promise<T> => make({ method, url, body, timeoutMs, headers: { Accept: '*/*', ...headers } });
    const headers = await this.credential.headers();
    let answer = await callWith(headers);
    if (isRefusal(answer) && (await this.credential.renew?.(headers))) {
      discard(answer);
      answer = await callWith(await this.credential.headers());
    }
    if (answer.status >= 200 && answer.status < 300) return answer;
    discard(answer);
    throw new AiSensyApiError(`AiSensy answered ${answer.status}`, answer.status);
  }
}

/** A wrong token is answered 422, perhaps 401 (AiSensy's Direct API). */
function isRefusal({ status }: ColdHead): boolean {
  return status === 401 || status === 403 || status === 422;
}

function discard({ body }: { body: unknown }): void {
  if (typeof body === 'object' && body !== null && 'destroy' in body) (body as { destroy(): void }).destroy();
}
