import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { call, factoryHost, listen, type Platform, PLATFORMS } from '../../test/support/http-hosts.ts';
import { CALLBACKS } from '../callbacks/callbacks.ts';
import { Arrivals } from '../http/arrivals.ts';
import { BodyReader } from '../http/body-reader.ts';
import { KEY_GUESS_PROVIDERS } from '../http/key-guess-throttler.ts';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import { createAiSensyController } from './aisensy.controller.ts';
import { AiSensyGuard } from './aisensy.guard.ts';
import { FailureReasons } from './failure-reasons.ts';

const SECRET = 'test-shared-secret';
const ACCOUNT = { nickname: 'one', mobileNumber: '+918889500122', aiSensy: { callbacks: { signingSecret: SECRET } } };

describe.each(PLATFORMS)('a signed callback whose body is not there to be checked, on %s', (platform: Platform) => {
  let app: INestApplication;
  afterEach(() => app.close());

  async function start(): Promise<string> {
    app = await factoryHost(platform, {
      controllers: [createAiSensyController('whatsapp')],
      providers: [
        ...KEY_GUESS_PROVIDERS, Arrivals, BodyReader, AiSensyGuard, { provide: FailureReasons, useValue: new FailureReasons() },
        { provide: CALLBACKS, useValue: { take: () => Promise.reject(new Error('nothing may be taken')) } },
        {
          provide: RESOLVED_OPTIONS,
          useValue: { path: 'whatsapp', accounts: [ACCOUNT], bodyLimits: { messages: 10, callbacks: 1_000 }, throttle: { limit: 2, ttlMs: 60_000 } },
        },
      ],
    });
    return listen(app);
  }

  it('is told what is wrong with it, and is no guess at a key', async () => {
    const base = await start();
    const large = `{"topic":"contact.created","data":"${'x'.repeat(1_000)}"}`;
    const post = (body: string, coding?: string) => call(base, '/whatsapp/aisensy/webhook', {
      headers: { 'X-AiSensy-Signature': createHmac('sha256', SECRET).update(body).digest('hex'), ...(coding && { 'Content-Encoding': coding }) }, body,
    });
    for (let i = 0; i < 4; i++) {
      expect(await post(large)).toMatchObject({ status: 413, text: '{"message":"The body is too large"}' });
      expect(await post('{}', 'zstd')).toMatchObject({ status: 400, text: '{"message":"The body is not JSON"}' });
    }
    expect(await call(base, '/whatsapp/aisensy/webhook', { body: large })).toMatchObject({ status: 401 });
  });
});
