import { now } from '../clock.ts';
import { type ColdAnswer, type ColdHttp, ColdHttpError } from '../http/cold-http.ts';
import { fieldsOf, firstObject, firstText, parseJson } from '../messages/json-fields.ts';
import type { DirectCredentials } from '../whatsapp-bridge.options.ts';
import type { ApiCredential } from './cold-api.ts';

/** AiSensy spells it so. */
const TOKEN_PATH = 'users/regenrate-token';

/**
 * So many tokens are fetched in so many milliseconds at the most: where AiSensy refuses one after the other, the next would be refused as
 * well, and two processes with one login would void each other's tokens without end.
 */
const MOST_FETCHES = 3;
const FETCHES_WITHIN_MS = 30_000;

/** There is no token. Its text may be shown. */
export class DirectTokenError extends Error {
  /** `refused`: AiSensy does not know the login, so that trying again is of no use. */
  constructor(words: string, readonly refused: boolean) {
    super(words);
    this.name = 'DirectTokenError';
  }
}

export interface DirectTokenSource {
  credentials: DirectCredentials;
  /** The Direct API's endpoint for messages, beside which that for tokens stands. */
  endpoint: string;
  timeoutMs: number;
}

/**
 * The Direct API's token: the one that was given, or fetched for the login. Everybody shares it, since fetching another may void it
 * (AiSensy, "Regenerate token"): however many are refused at once, one renewal is made for all of them.
 */
export class DirectToken implements ApiCredential {
  private token: string | undefined;
  private fetchedAt: number[] = [];
  private renewal: Promise<string> | undefined;

  constructor(private readonly source: DirectTokenSource, private readonly http: ColdHttp) {
    this.token = source.credentials.token?.replace(/^Bearer\s+/i, '');
  }

  /** Rejects with a `DirectTokenError` where there is none and none can be had, and with a `MissingPeerError`. */
  async current(): Promise<string> {
    return this.renewal ?? this.token ?? this.renewed();
  }

  async headers(): Promise<Record<string, string>> {
    return { Authorization: bearer(await this.current()) };
  }

  /** Gets another token than the one in these headers, which AiSensy has refused. False where none can be had. Rejects like `current()`. */
  async renew({ Authorization: refused }: Record<string, string>): Promise<boolean> {
    const isCurrent = this.renewal === undefined && this.token !== undefined && bearer(this.token) === refused;
    if (!isCurrent) return bearer(await this.current()) !== refused;
    if (this.source.credentials.username === undefined || this.isFetchedTooOften()) return false;
    await this.renewed();
    return true;
  }

  /** Hidden wherever AiSensy's words are shown. */
  get secrets(): string[] {
    const { token, password } = this.source.credentials;
    return [token, password, this.token].filter((secret) => secret !== undefined);
  }

  private renewed(): Promise<string> {
    return (this.renewal ??= this.fetch().finally(() => { this.renewal = undefined; }));
  }

  private async fetch(): Promise<string> {
    const { credentials: { username, password, projectId }, endpoint, timeoutMs } = this.source;
    const login = Buffer.from(`${username}:${password}:${projectId}`).toString('base64');
    const token = tokenIn(await this.ask(new URL(TOKEN_PATH, endpoint), login, timeoutMs));
    this.token = token;
    this.fetchedAt.push(now());
    return token;
  }

  private isFetchedTooOften(): boolean {
    this.fetchedAt = this.fetchedAt.filter((at) => now() - at < FETCHES_WITHIN_MS);
    return this.fetchedAt.length >= MOST_FETCHES;
  }

  private async ask(url: URL, login: string, timeoutMs: number): Promise<ColdAnswer> {
    try {
      return await this.http.request({
        method: 'POST', url, headers: { Authorization: `Bearer ${login}` }, body: '{"direct_api":true}', timeoutMs,
      });
    } catch (error) {
      if (error instanceof ColdHttpError) throw new DirectTokenError(`AiSensy gave no token (${error.message})`, false);
      throw error;
    }
  }
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}

function tokenIn({ status, body }: ColdAnswer): string {
  // A time-out of AiSensy's own and "too many" say nothing of the login.
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    throw new DirectTokenError(`AiSensy answered ${status} when asked for a token: check username, password and projectId`, true);
  }
  const token = status >= 200 && status < 300 ? readToken(body) : undefined;
  if (token === undefined) throw new DirectTokenError(`AiSensy gave no token (it answered ${status})`, false);
  return token;
}

function readToken(body: string): string | undefined {
  const { users, token } = fieldsOf(parseJson(body));
  return firstText(firstObject(users)?.token, token);
}
