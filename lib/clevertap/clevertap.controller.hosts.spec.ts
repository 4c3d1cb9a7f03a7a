import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, SetMetadata, ValidationPipe } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Reflector } from '@nestjs/core';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { sentBytes } from '../../test/support/clevertap-fixtures.ts';
import { PLATFORMS } from '../../test/support/http-hosts.ts';
import {
  CANNOT_PROCESS, GUESSED_TOO_OFTEN, NOT_JSON, ProviderEndpoint, SHOP_KEY, SUCCESS, UNAUTHORIZED, expectAnswer,
} from '../../test/support/provider-endpoint.ts';
import type { Surroundings } from '../../test/support/provider-endpoint.ts';

/** A host that wraps every answer, catches every error in a page of its own, and checks every body. */
class WrappingInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ wrapped: data })));
  }
}
class HtmlFilter {
  catch(_: unknown, host: { switchToHttp(): { getResponse(): { status(code: number): { send(body: string): void } } } }): void {
    host.switchToHttp().getResponse().status(418).send('<html>oops</html>');
  }
}
const STUBBORN_HOST: Provider[] = [
  { provide: APP_INTERCEPTOR, useClass: WrappingInterceptor },
  { provide: APP_FILTER, useClass: HtmlFilter },
  { provide: APP_PIPE, useFactory: () => new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }) },
];

@Injectable()
class OnlyPublicGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.get('public', context.getClass()) === true;
  }
}

describe.each(PLATFORMS)('the provider endpoint among what a host on %s has of its own', (platform) => {
  const open: ProviderEndpoint[] = [];

  async function start(surroundings?: Surroundings): Promise<ProviderEndpoint> {
    const endpoint = await ProviderEndpoint.start(platform, surroundings);
    open.push(endpoint);
    return endpoint;
  }

  afterEach(() => Promise.all(open.splice(0).map((endpoint) => endpoint.close())));

  it('answers alike where that wraps answers, catches errors and checks bodies', async () => {
    const endpoint = await start({ providers: STUBBORN_HOST });
    expectAnswer(await endpoint.post(sentBytes('template-carousel')), 200, SUCCESS);
    expectAnswer(await endpoint.post('no'), 403, NOT_JSON);
    expectAnswer(await endpoint.post(''), 403, NOT_JSON);
    expectAnswer(await endpoint.post(sentBytes('freeform-text'), {}), 401, UNAUTHORIZED);
    endpoint.submissions.answer = () => Promise.reject(new Error('no'));
    expectAnswer(await endpoint.post(sentBytes('freeform-text')), 500, CANNOT_PROCESS);
    for (let i = 0; i < 4; i++) await endpoint.post('', {});
    expectAnswer(await endpoint.post('', {}), 429, GUESSED_TOO_OFTEN);
  });

  it('answers in its own form what is thrown in front of it', async () => {
    class BreakingInterceptor { intercept(): never { throw new Error('secret'); } }
    const endpoint = await start({ providers: [...STUBBORN_HOST, { provide: APP_INTERCEPTOR, useClass: BreakingInterceptor }] });
    expectAnswer(await endpoint.post(sentBytes('freeform-text')), 500, CANNOT_PROCESS);
  });

  it('bears the decorators of the host', async () => {
    const guarded = { provide: APP_GUARD, inject: [Reflector], useFactory: (reflector: Reflector) => new OnlyPublicGuard(reflector) };
    const decorated = await start({ providers: [guarded], decorators: [SetMetadata('public', true)] });
    expectAnswer(await decorated.post(sentBytes('freeform-text')), 200, SUCCESS);
    const bare = await start({ providers: [guarded] });
    expect((await bare.post(sentBytes('freeform-text'))).status).toBe(403);
  });

  it('answers under the path of each registration', async () => {
    const [usual, other] = [await start(), await start({ path: 'hooks/wa' })];
    expectAnswer(await other.post(sentBytes('freeform-text'), SHOP_KEY, '/hooks/wa/clevertap/messages'), 200, SUCCESS);
    expectAnswer(await usual.post(sentBytes('freeform-text')), 200, SUCCESS);
    expect((await other.post(sentBytes('freeform-text'))).status).toBe(404);
  });
});
