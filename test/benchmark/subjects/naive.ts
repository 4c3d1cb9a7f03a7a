import 'reflect-metadata';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Body, Controller, Headers, HttpCode, Inject, Module, Post, Query, UnauthorizedException, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { ACCOUNT } from '../peers/message.ts';
import { setupOf } from '../processes/serve.ts';
import { adapterOf } from './adapter.ts';
import { MessageDto, ReportsDto } from './naive.dto.ts';
import { serveSubject, type SubjectSetup } from './subject.ts';

const SETUP = Symbol('setup');

/** What is written in an afternoon: DTO classes, a call to AiSensy within the request, every report passed on as it comes. Nothing is kept. */
@Controller('whatsapp')
class NaiveController {
  constructor(@Inject(HttpService) private readonly http: HttpService, @Inject(SETUP) private readonly setup: SubjectSetup) {}

  @Post('clevertap/messages')
  @HttpCode(200)
  async send(
    @Headers('x-bridge-key') key: string, @Body(new ValidationPipe({ transform: true, expectedType: MessageDto })) message: MessageDto,
  ): Promise<object> {
    if (key !== ACCOUNT.key['x-bridge-key']) throw new UnauthorizedException();
    await firstValueFrom(this.http.post(this.setup.endpoint, message));
    return { status: 'success' };
  }

  @Post('aisensy/delivery-reports')
  @HttpCode(200)
  async report(
    @Query('token') token: string, @Body(new ValidationPipe({ transform: true, expectedType: ReportsDto })) reports: ReportsDto,
  ): Promise<object> {
    if (token !== ACCOUNT.token) throw new UnauthorizedException();
    await firstValueFrom(this.http.post(this.setup.deliveryReportUrl, reports));
    return { status: 'ok' };
  }
}

async function run(setup: SubjectSetup): Promise<void> {
  @Module({ imports: [HttpModule], controllers: [NaiveController], providers: [{ provide: SETUP, useValue: setup }] })
  class HostModule {}

  const app = await NestFactory.create(HostModule, await adapterOf(setup.adapter), { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  serveSubject(await app.getUrl(), () => app.close());
}

void run(setupOf<SubjectSetup>());
