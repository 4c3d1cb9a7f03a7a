import 'reflect-metadata';
import { Body, Controller, HttpCode, Injectable, Module, Post, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { setupOf } from '../processes/serve.ts';
import { PlainPipeline } from './plain/plain-pipeline.ts';
import { serveSubject, type SubjectSetup } from './subject.ts';

// The plain pipeline as controller and guards of a host app, which claims each message before it sends it: the least that what the bridge
// promises costs in Nest. Bodies come as bytes.

const pipeline = new PlainPipeline(setupOf<SubjectSetup>(), true);

const requestOf = (context: ExecutionContext): { headers: IncomingHttpHeaders; url: string } => context.switchToHttp().getRequest();

@Injectable()
class CleverTapKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return pipeline.isCleverTap(requestOf(context).headers['x-bridge-key']);
  }
}

@Injectable()
class AiSensyTokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return pipeline.isAiSensy(requestOf(context).url);
  }
}

@Controller('whatsapp')
class PlainController {
  @Post('clevertap/messages')
  @UseGuards(CleverTapKeyGuard)
  @HttpCode(200)
  async send(@Body() body: Buffer): Promise<object> {
    return { status: (await pipeline.accept(body)) ? 'success' : 'failure' };
  }

  @Post('aisensy/delivery-reports')
  @UseGuards(AiSensyTokenGuard)
  @HttpCode(200)
  async report(@Body() body: Buffer): Promise<object> {
    await pipeline.report(body);
    return { status: 'ok' };
  }
}

@Module({ controllers: [PlainController] })
class HostModule {}

const app = await NestFactory.create<NestFastifyApplication>(HostModule, new FastifyAdapter(), { logger: ['error', 'warn'], bodyParser: false });
app.getHttpAdapter().getInstance().addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
serveSubject(await app.getUrl(), () => app.close());
