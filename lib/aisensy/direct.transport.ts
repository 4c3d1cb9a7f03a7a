import type { OutgoingResult } from '../http/outgoing-call.ts';
import { MissingPeerError } from '../http/optional-peer.ts';
import type { Verdict } from '../messages/verdict.ts';
import type { DirectTransportSettings } from '../options/resolved-options.ts';
import type { TransportSetup, WrittenRequest } from './aisensy.transport.ts';
import { readAnswer } from './answer-body.ts';
import type { ColdApi } from './cold-api.ts';
import { checkCredential } from './credential-check.ts';
import { type DirectToken, DirectTokenError } from './direct-token.ts';
import { type FindVariableNames, MetaTransport } from './meta.transport.ts';
import type { Transport, TransportMessage } from './transport.ts';

/** Hands messages in Meta's form to AiSensy's Direct API, with a token that it sees to itself. */
export class DirectTransport extends MetaTransport<DirectTransportSettings> implements Transport {
  readonly name = 'direct';

  /** `token` is shared with whoever else calls the account's Direct API; `api` is its way to lists, which shows whether it is right. */
  constructor(setup: TransportSetup<DirectTransportSettings>, findNames: FindVariableNames, private readonly token: DirectToken, private readonly api: ColdApi) {
    super(setup, findNames);
  }

  verify(): Promise<Verdict> {
    return checkCredential(this.api, 'get-templates');
  }

  protected get secrets(): readonly string[] {
    return this.token.secrets;
  }

  /** The token is added for each attempt. */
  protected get headers(): WrittenRequest['headers'] {
    return {};
  }

  protected override async post(written: WrittenRequest, message: TransportMessage, signal?: AbortSignal): Promise<Verdict> {
    try {
      const headers = await unlessAborted(this.token.headers(), signal);
      const result = await this.call({ ...written, headers }, signal);
      // Nothing was sent with a token that AiSensy refuses, so the message may go out with another.
      if (!refusesToken(result) || !(await unlessAborted(this.token.renew(headers), signal))) return this.judge(result, message);
      return this.judge(await this.call({ ...written, headers: await unlessAborted(this.token.headers(), signal) }, signal), message);
    } catch (error) {
      return withoutToken(error as Error);
    }
  }
}

/** 422 with "Invalid Token!", perhaps 401; a 422 of another meaning is about the message. */
function refusesToken(result: OutgoingResult): boolean {
  if (result.kind !== 'answered') return false;
  const { status, body } = result;
  if (status === 401) return true;
  return status >= 400 && status < 500 && /\b(?:invalid|expired|malformed)\b.*\b(?:token|jwt)\b/i.test(readAnswer(body).text ?? '');
}

function withoutToken(error: Error): Verdict {
  const refused = error instanceof MissingPeerError || (error instanceof DirectTokenError && error.refused);
  if (refused) return { kind: 'refused', scope: 'account', reason: { code: 1000, title: error.message } };
  return { kind: 'retryable', scope: 'account', reason: { code: 1009, title: error.message } };
}

/** Stops waiting when the signal is aborted; the renewal itself goes on for the others. */
async function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return waiting;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new DirectTokenError('AiSensy gave no token (aborted)', false));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([waiting, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort!);
  }
}
