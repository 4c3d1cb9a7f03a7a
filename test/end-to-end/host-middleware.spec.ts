import { describe, expect, it } from '@jest/globals';
import { Controller, type INestApplication, Injectable, type MiddlewareConsumer, Module, type NestMiddleware, type NestModule, Post, Req } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { hostsOn } from '../support/bridge-host.ts';
import { call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

type Read = IncomingMessage & { text?: string };

/** Reads the request as a stream, as hosts do that check a signature of somebody else's. */
function readText(request: Read, _: unknown, next: () => void): void {
  let text = '';
  request.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  request.on('end', () => {
    request.text = text;
    next();
  });
}

@Injectable()
class ReadText implements NestMiddleware {
  use(request: Read, response: unknown, next: () => void): void {
    readText(request, response, next);
  }
}

@Controller('own')
class OwnRoute {
  @Post()
  echo(@Req() request: Read): string {
    return `read ${request.text}`;
  }
}

@Module({ controllers: [OwnRoute] })
class InAModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ReadText).exclude('whatsapp/{*path}').forRoutes('{*path}');
  }
}

@Module({ controllers: [OwnRoute] })
class InMain {}

describe('a middleware of the host that reads the request as a stream, on express,', () => {
  const start = hostsOn('express');

  const inMain = (app: INestApplication): void => void app.use((request: Read, response: unknown, next: () => void) => {
    if (request.url!.startsWith('/whatsapp/')) next();
    else readText(request, response, next);
  });

  it.each<[string, Parameters<typeof start>[0]]>([
    ['in a module', { imports: [InAModule] }],
    ['in main.ts', { imports: [InMain], prepare: inMain }],
  ])('reads the host\'s own routes and leaves the bridge\'s out: %s', async (_, setup) => {
    const host = await start({ ...setup, aiSensy: { reports: { statuses: ['sent'] } } });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'success' });
    await host.cleverTap.waitForStatuses(1);
    expect(await call(await host.app.getUrl(), '/own', { headers: { 'content-type': 'text/plain' }, body: 'hello' })).toMatchObject({ status: 201, text: 'read hello' });
  });
});
