import { MissingPeerError } from '../http/optional-peer.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { Verdict } from '../messages/verdict.ts';
import { AiSensyApiError, type ColdApi } from './cold-api.ts';
import { DirectTokenError } from './direct-token.ts';

const REFUSALS: ReadonlyMap<number, FailureReason['code']> = new Map([[401, 1000], [402, 1009], [403, 1000], [422, 1000]]);

/** Tries an account's credentials out on an address that only reads. Only a clear refusal counts against them. */
export async function checkCredential(api: ColdApi, path: string): Promise<Verdict> {
  try {
    await api.json({ method: 'GET', path });
    return { kind: 'taken', names: [] };
  } catch (error) {
    const { message: title } = error as Error;
    const code = error instanceof AiSensyApiError ? REFUSALS.get(error.status ?? 0) : refusesLogin(error) ? 1000 : undefined;
    if (code !== undefined) return { kind: 'refused', scope: 'account', reason: { code, title } };
    return { kind: 'retryable', scope: 'account', reason: { code: 1009, title } };
  }
}

function refusesLogin(error: unknown): boolean {
  return error instanceof MissingPeerError || (error instanceof DirectTokenError && error.refused);
}
