import { describe, expect, it } from '@jest/globals';
import {
  type CallHandler, type CanActivate, type ExecutionContext, HttpException, type NestInterceptor, RequestTimeoutException, ServiceUnavailableException, UnauthorizedException,
} from '@nestjs/common';
import { ThrottlerException } from '@nestjs/throttler';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { catchError, type Observable, of, throwError, timeout } from 'rxjs';
import { type BridgeHost, type BridgeHostSetup, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { type Answer, call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

const post = (host: BridgeHost, headers = host.sides[0]!.key): Promise<Answer> => call(`${host.url}/`, 'clevertap/messages', { headers, body: JSON.stringify(message()) });

const refusing = (error: Error | undefined): CanActivate => ({
  canActivate: () => {
    if (error) throw error;
    return false;
  },
});

/** A line of the log that speaks of the host's own. */
const told = ({ lines }: CapturedLogs): string[] => lines.filter((line) => line.includes("of the host's"));

describe.each(PLATFORMS)("what the host's own guards and interceptors refuse on %s", (platform) => {
  const hosts = hostsOn(platform);
  const start = async (setup: BridgeHostSetup): Promise<{ host: BridgeHost; logs: CapturedLogs }> => {
    const logs = new CapturedLogs();
    return { host: await hosts({ logger: logs, ...setup }), logs };
  };

  it.each<[string, Error | undefined, number, object]>([
    ['401', new UnauthorizedException(), 401, { status: 'failure', error: { message: 'Unauthorized' } }],
    ['401 with a body of its own', new UnauthorizedException({ message: 'No token' }), 401, { status: 'failure', error: { message: 'No token' } }],
    ['403', undefined, 403, { message: 'Forbidden resource' }],
    ['429', new ThrottlerException(), 429, { message: 'ThrottlerException: Too Many Requests' }],
  ])('is told once, with the option that helps: a guard with %s', async (_, error, status, body) => {
    const { host, logs } = await start({ prepare: (app) => void app.useGlobalGuards(refusing(error)) });
    for (let asked = 0; asked < 5; asked += 1) {
      const answer = await post(host);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([status, body]);
      expect((await host.callback('webhook', {})).status).toBe(status);
    }
    expect(told(logs)).toEqual(["CleverTap's", "AiSensy's"].map((caller) => expect.stringContaining(
      `warn A guard of the host's refused a request of ${caller} (${status}): see the option controllerDecorators`,
    )));
    expect(logs.lines.join('\n')).not.toMatch(/\+?91\d{10}|No token/);
  });

  it("says nothing of the host where the bridge's own guards refuse", async () => {
    const { host, logs } = await start({ options: { throttle: { limit: 2 } } });
    for (let asked = 0; asked < 4; asked += 1) {
      await post(host, {});
      await host.callback('webhook', { a: 1 }, { token: 'wrong' });
      await host.callback('webhook', '{', { token: null, headers: { 'x-aisensy-signature': 'sha256=0' } });
      await call(`${host.url}/`, 'media/none', { method: 'GET' });
    }
    expect(await host.callback('webhook', { a: 1 }, { token: 'wrong' })).toMatchObject({ status: 429 });
    expect(told(logs)).toEqual([]);
  });

  const throwing = (error: () => Error): NestInterceptor => ({ intercept: () => throwError(error) });

  it.each<[string, () => Error, number, object]>([
    ['an error', () => new TypeError('of +919800000001'), 500, { status: 'failure', error: { message: expect.any(String) } }],
    ['a 503', () => new ServiceUnavailableException(), 503, { status: 'failure', error: { message: 'Service Unavailable' } }],
    ['an answer of success', () => new HttpException({ status: 'success' }, 200), 200, { status: 'failure', error: { message: expect.any(String) } }],
  ])("answers in CleverTap's form where an interceptor throws %s", async (_, error, status, body) => {
    const { host, logs } = await start({ prepare: (app) => void app.useGlobalInterceptors(throwing(error)) });
    for (let asked = 0; asked < 3; asked += 1) {
      const answer = await post(host);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([status, body]);
    }
    const lines = logs.lines.filter((line) => /of the host's|could not be answered/.test(line));
    expect(lines).toHaveLength(1);
    expect(logs.lines.join('\n')).not.toContain('9800000001');
    expect(host.aiSensy.received).toEqual([]);
  });

  it.each<[string, (next: Observable<unknown>) => Observable<unknown>, number]>([
    ['throws', (next) => next.pipe(timeout(50)), 1],
    ['throws an answer of its own', (next) => next.pipe(timeout(50), catchError(() => throwError(() => new RequestTimeoutException()))), 1],
    ['goes on without it', (next) => next.pipe(timeout({ each: 50, with: () => of('too late') })), 0],
  ])('leaves the answer to the handler that has the message in hand: an interceptor gives up, and %s', async (_, giveUp, lines) => {
    const { host, logs } = await start({
      aiSensy: { plan: [{ use: behaviours.slow(300) }] },
      prepare: (app) => void app.useGlobalInterceptors({ intercept: (_context: ExecutionContext, next: CallHandler) => giveUp(next.handle()) }),
    });
    expect(await post(host)).toMatchObject({ status: 200, text: '{"status":"success"}' });
    expect(host.aiSensy.received).toHaveLength(1);
    expect(told(logs)).toHaveLength(lines);
  });
});
