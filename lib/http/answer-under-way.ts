import { type HttpRequest, rawRequest } from './http-exchange.ts';

/** Set on node's own request message. */
const UNDER_WAY = Symbol.for('nestjs-whatsapp-bridge:answer-under-way');

/** Says that a handler has work in hand and answers when that has ended, whatever the host's interceptors make of the time. */
export function answerUnderWay(request: HttpRequest): void {
  (rawRequest(request) as { [UNDER_WAY]?: true })[UNDER_WAY] = true;
}

/** Whether the handler is about to answer. */
export function isAnswerUnderWay(request: HttpRequest): boolean {
  return (rawRequest(request) as { [UNDER_WAY]?: true })[UNDER_WAY] === true;
}
