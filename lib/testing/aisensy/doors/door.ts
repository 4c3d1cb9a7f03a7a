import type { Exchange } from '../../wire/http-server.ts';
import type { AnswerBehaviour } from '../behaviour.ts';
import type { ApiName, ReadMessage, ReceivedMessage } from '../received-messages.ts';

/** A JSON body of which nothing is known yet. */
export type Json = Record<string, unknown>;

/** One of AiSensy's endpoints for messages. */
export interface Door {
  readonly name: ApiName;
  /** The path that messages are posted to. */
  readonly path: string;
  /** What is answered to a caller with a wrong credential; nothing to one with the right one. */
  refuses(exchange: Exchange, body: Json): AnswerBehaviour | undefined;
  /** Empty texts where the body does not say. */
  read(body: Json): ReadMessage;
  /** What this API itself answers to a message that is not as it must be. */
  problem(body: Json): AnswerBehaviour | undefined;
  /** The body that says that a message was taken. */
  accepted(message: ReceivedMessage): object;
}

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An error of AiSensy's own. */
export function ownError(status: number, message: string): AnswerBehaviour {
  const aisTraceId = '00000000-0000-4000-8000-000000000000';
  return { kind: 'answer', status, body: { message, name: `ERR${status}`, errorCode: status, errorMessage: message, aisTraceId } };
}
