import type { HttpService } from '@nestjs/axios';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { lastValueFrom } from 'rxjs';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { AddressFence, PrivateAddressError } from './address-fence.ts';
import { adapterOver } from './dispatcher-adapter.ts';
import { describeError } from './http-sender-error.ts';
import { loadPeer } from './optional-peer.ts';

/** A call that is made seldom: for a token, a list of templates, a medium. */
export interface ColdRequest {
  method: 'GET' | 'POST';
  url: string | URL;
  headers: Record<string, string>;
  /** JSON. */
  body?: string;
  /** Milliseconds until the answer is there: whole, or for a stream its headers. */
  timeoutMs: number;
  /** The longest answer that is taken whole, in bytes; 16 MiB. A stream's reader counts for itself. */
  maxBytes?: number;
}

/** The answer's status, and its headers by their names in lower case. */
export interface ColdHead {
  status: number;
  headers: Readonly<Record<string, unknown>>;
}

export interface ColdAnswer extends ColdHead {
  body: string;
}

export interface ColdStream extends ColdHead {
  /** To be read, or destroyed. */
  body: Readable;
}

/** A call without an answer. Its text is a code and short words: no address, no header, nothing of a body. */
export class ColdHttpError extends Error {
  constructor(words: string) {
    super(words);
    this.name = 'ColdHttpError';
  }
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Makes the bridge's cold calls, through `HttpService` of `@nestjs/axios`, which is loaded at the first of them: whoever needs none
 * need not install it. An answer of any status is an answer. Redirects are never followed, and private addresses stay out of reach.
 * A proxy of the environment is not used, since behind it nobody could tell what address is called. A host that needs a proxy gives a
 * `dispatcher`, which then makes these calls too.
 */
@Injectable()
export class ColdHttp implements OnApplicationShutdown {
  private http: Promise<HttpService> | undefined;
  private readonly end = new AbortController();

  constructor(
    @Inject(AddressFence) private readonly fence: AddressFence,
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedOptions, 'dispatcher'>,
  ) {}

  /** Rejects with a `ColdHttpError` where no whole answer came, and with a `MissingPeerError` without `@nestjs/axios`. */
  async request(request: ColdRequest): Promise<ColdAnswer> {
    return this.call<string>(request, 'text');
  }

  /** The same, with the answer's body as it comes. */
  async stream(request: ColdRequest): Promise<ColdStream> {
    return this.call<Readable>(request, 'stream');
  }

  /** Loads what the calls need, so that a missing package is told before the first of them. */
  async ready(): Promise<void> {
    await (this.http ??= this.load());
  }

  /** Breaks off what is under way. */
  onApplicationShutdown(): void {
    this.end.abort();
  }

  private async call<T>(request: ColdRequest, responseType: 'text' | 'stream'): Promise<ColdHead & { body: T }> {
    const { method, url, headers, body, timeoutMs, maxBytes = MAX_BODY_BYTES } = request;
    const http = await (this.http ??= this.load());
    const target = new URL(url);
    // Not AbortSignal.timeout(), which would also end a stream after its headers: its pace is its reader's to watch.
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), timeoutMs);
    try {
      if (this.fence.refusesHost(target.hostname)) throw new PrivateAddressError();
      const { status, headers: answered, data } = await lastValueFrom(http.request<T>({
        method, url: target.href, data: body, responseType, signal: AbortSignal.any([patience.signal, this.end.signal]),
        headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        maxContentLength: responseType === 'stream' ? -1 : maxBytes,
      }));
      return { status, headers: { ...answered }, body: data };
    } catch (error) {
      throw new ColdHttpError(this.inWords(error as Error, patience.signal, timeoutMs));
    } finally {
      clearTimeout(timer);
    }
  }

  private inWords(error: Error, { aborted }: AbortSignal, timeoutMs: number): string {
    if (this.end.signal.aborted) return 'the app is stopping';
    return aborted ? `no answer within ${timeoutMs} ms` : describeError(error);
  }

  private async load(): Promise<HttpService> {
    try {
      const { HttpService } = await loadPeer(() => import('@nestjs/axios'), 'Templates, media and tokens of AiSensy', '@nestjs/axios axios');
      const { lookup } = this.fence;
      const { dispatcher } = this.options;
      // An instance of its own: interceptors that the host puts on axios itself must not see the account's keys.
      return new HttpService(new HttpService().axiosRef.create({
        maxRedirects: 0, proxy: false, validateStatus: () => true, transformResponse: (data: unknown) => data,
        ...(dispatcher === undefined
          ? { httpAgent: new HttpAgent({ lookup }), httpsAgent: new HttpsAgent({ lookup }) }
          : { adapter: adapterOver(dispatcher) }),
      }));
    } catch (error) {
      this.http = undefined;
      throw error;
    }
  }
}
