import type { AxiosAdapter } from 'axios';
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import type { HttpDispatcher } from './http-sender.ts';
import { collectBody } from './request-body.ts';

/** Lets axios call through a dispatcher of undici's, as the bridge's hot calls do. Redirects are not followed. */
export function adapterOver(dispatcher: HttpDispatcher): AxiosAdapter {
  return async (config) => {
    const { statusCode, headers, body } = await request(config.url!, {
      dispatcher: dispatcher as Dispatcher, // of which it uses dispatch() alone
      method: config.method?.toUpperCase() as Dispatcher.HttpMethod,
      // A stream is handed on as it comes.
      headers: { ...(config.headers.toJSON() as Record<string, string>), 'accept-encoding': 'identity' },
      body: config.data as string | undefined,
      signal: config.signal as AbortSignal | undefined,
      headersTimeout: 0, // the caller's signal limits the time
      bodyTimeout: 0,
    });
    // Readers get its errors by themselves. undici also emits one where the body is destroyed unread, which concerns nobody.
    body.on('error', () => undefined);
    const data = config.responseType === 'stream' ? body : await textOf(body, headers['content-encoding'], config.maxContentLength);
    return { data, status: statusCode, statusText: '', headers: headers as Record<string, string>, config };
  };
}

async function textOf(body: Readable, encoding: string | string[] | undefined, limit = Infinity): Promise<string> {
  const read = await collectBody(body, encoding?.toString(), limit);
  if ('problem' in read) throw new Error(`The answer is ${read.problem}.`);
  return read.bytes.toString();
}
