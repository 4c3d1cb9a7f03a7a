import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import type { ThrottlerStorageService } from '@nestjs/throttler';
import { PLATFORMS, call, listen, testingHost } from '../../test/support/http-hosts.ts';
import type { Answer, Platform } from '../../test/support/http-hosts.ts';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import type { Account } from '../options/resolved-options.ts';
import { CredentialGuard, accountsOf } from './credential.guard.ts';
import type { HttpRequest } from './http-exchange.ts';
import { JsonAnswerFilter } from './json-answer.filter.ts';
import { KEY_GUESSES, KEY_GUESS_PROVIDERS } from './key-guess-throttler.ts';

@Injectable()
class KeyGuard extends CredentialGuard {
  protected readonly caller = 'somebody';

  protected authenticate(request: HttpRequest): Account[] {
    return request.headers['x-key'] === 'right' ? [{ nickname: 'wa' } as Account] : [];
  }
}

@Controller('edge')
@UseFilters(JsonAnswerFilter)
@UseGuards(KeyGuard)
class EdgeController {
  @Get('one')
  one(@Req() request: HttpRequest): string[] {
    return accountsOf(request).map(({ nickname }) => nickname);
  }

  @Post('two')
  two(): void {
    throw new Error('secret detail');
  }
}

@Controller()
class HostController {
  @Get('open')
  open(@Req() request: HttpRequest): unknown {
    return accountsOf(request);
  }
}

class HostsOwnFilter {
  catch(): never {
    throw new Error('the filter of the host was asked');
  }
}

describe.each(PLATFORMS)('CredentialGuard on %s', (platform: Platform) => {
  let app: INestApplication;
  let base: string;

  beforeEach(async () => {
    app = await testingHost(platform, {
      imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 1_000 }])],
      controllers: [EdgeController, HostController],
      providers: [
        ...KEY_GUESS_PROVIDERS,
        KeyGuard,
        { provide: RESOLVED_OPTIONS, useValue: { throttle: { limit: 3, ttlMs: 60_000 } } },
        { provide: APP_FILTER, useClass: HostsOwnFilter },
        { provide: APP_GUARD, useClass: ThrottlerGuard },
      ],
    });
    base = await listen(app);
  });

  afterEach(() => app.close());

  const wrong = (path = '/edge/one', method = 'GET'): Promise<Answer> => call(base, path, { method, headers: { 'X-Key': 'guess' } });
  const right = (path = '/edge/one', method = 'GET'): Promise<Answer> => call(base, path, { method, headers: { 'X-Key': 'right' } });

  it('lets the right key in, and tells whose it is', async () => {
    expect(await right()).toMatchObject({ status: 200, text: '["wa"]' });
    expect(await call(base, '/open', { method: 'GET' })).toMatchObject({ status: 200, text: '[]' });
  });

  it('answers guesses 401, then 429, over all routes, and the right key from the same address always', async () => {
    const statuses: number[] = [];
    const one = ['/edge/one', 'GET'];
    const two = ['/edge/two', 'POST'];
    for (const [path, method] of [one, two, one, two, one]) {
      statuses.push((await wrong(path, method)).status);
      for (let i = 0; i < 3; i++) expect((await right()).status).toBe(200);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('answers in JSON that says nothing', async () => {
    const first = await wrong();
    expect(first).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(first.headers['content-type']).toBe('application/json; charset=utf-8');
    for (let i = 0; i < 2; i++) await wrong();
    expect(await wrong()).toMatchObject({ status: 429, text: '{"message":"Too many requests with wrong credentials"}' });
    expect(await right('/edge/two', 'POST')).toMatchObject({ status: 500, text: '{"message":"Internal server error"}' });
  });

  it('keeps one count for the addresses beyond ten thousand', async () => {
    const guesses = app.get<ThrottlerStorageService>(KEY_GUESSES);
    for (let i = 0; i < 10_000; i++) await guesses.increment(`address ${i}`, 60_000, 3, 60_000, 'nestjs-whatsapp-bridge');
    expect((await wrong()).status).toBe(401);
    expect(guesses.storage.size).toBe(10_001);
    expect(guesses.storage.has('others')).toBe(true);
  });
});
