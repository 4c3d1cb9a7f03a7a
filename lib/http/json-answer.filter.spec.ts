import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type ArgumentsHost, Logger, UnauthorizedException } from '@nestjs/common';
import type { HttpRequest } from './http-exchange.ts';
import { JsonAnswerFilter } from './json-answer.filter.ts';
import { answerUnderWay } from './answer-under-way.ts';

/** What the filter does to a response. */
class Response {
  statusCode = 0;
  headersSent = false;
  text: string | undefined;
  socket = null;
  setHeader(): void {
    // not looked at
  }

  end(text: string): void {
    this.headersSent = true;
    this.text = text;
  }
}

describe('JsonAnswerFilter', () => {
  let lines: string[];
  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    lines = [];
    for (const level of ['warn', 'error'] as const) jest.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => void lines.push(String(line)));
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const requestTo = (url: string): HttpRequest => ({ method: 'POST', url, headers: {} });
  const meet = (filter: JsonAnswerFilter, error: unknown, request = requestTo('/whatsapp/aisensy/webhook?token=t')): Response => {
    const response = new Response();
    filter.catch(error, { switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }) } as unknown as ArgumentsHost);
    return response;
  };

  it("tells of the host's refusals once a minute, with their count", () => {
    const filter = new JsonAnswerFilter();
    for (let times = 0; times < 3; times += 1) expect(meet(filter, new UnauthorizedException()).statusCode).toBe(401);
    jest.advanceTimersByTime(60_000);
    meet(filter, new UnauthorizedException());
    const line = "A guard of the host's refused a request of AiSensy's (401): see the option controllerDecorators";
    expect(lines).toEqual([line, `${line} (and 2 more like it before)`]);
  });

  it('tells of unforeseen errors once a minute each', () => {
    const filter = new JsonAnswerFilter();
    for (const error of [new TypeError('secret'), new TypeError('secret'), new RangeError('secret')]) expect(meet(filter, error).statusCode).toBe(500);
    expect(lines).toEqual(['A request could not be answered: TypeError', 'A request could not be answered: RangeError']);
  });

  it('leaves the answer to a handler that has work in hand, but not for longer than CleverTap waits', () => {
    const filter = new JsonAnswerFilter();
    const answered = requestTo('/a');
    const forgotten = requestTo('/b');
    for (const request of [answered, forgotten]) answerUnderWay(request);
    const [first, second] = [answered, forgotten].map((request) => meet(filter, new Error('gave up'), request));
    first!.end('by the handler');
    expect(second!.text).toBeUndefined();
    jest.advanceTimersByTime(1_000);
    expect([first!.text, second!.text]).toEqual(['by the handler', '{"message":"Internal server error"}']);
  });
});
