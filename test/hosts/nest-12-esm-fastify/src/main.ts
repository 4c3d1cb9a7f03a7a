import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WhatsAppBridgeModule } from 'nestjs-whatsapp-bridge';
import { Journey } from './journey.js';
import { round } from './round.js';

await round(async (options) => {
  @Module({ imports: [WhatsAppBridgeModule.forRootAsync({ useFactory: async () => options })], providers: [Journey] })
  class AppModule {}

  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { rawBody: true });
  return app.enableShutdownHooks();
});
