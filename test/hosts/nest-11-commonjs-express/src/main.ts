import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WhatsAppBridgeModule } from 'nestjs-whatsapp-bridge';
import { Journey } from './journey.js';
import { round } from './round.js';

void round(async (options) => {
  @Module({ imports: [WhatsAppBridgeModule.forRoot(options)], providers: [Journey] })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { rawBody: true });
  return app.enableShutdownHooks();
});
