import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WhatsAppBridge } from 'nestjs-whatsapp-bridge';
import { Journey } from './journey.js';
import { round } from './round.js';

/**
 * The module comes from the ES module build, the decorators on `Journey` from the CommonJS build: both copies are loaded, and
 * know each other's listeners. Their classes are two, so the one that a host injects is named as the other.
 */
void round(async (options) => {
  const esm = await import('nestjs-whatsapp-bridge');

  @Module({
    imports: [esm.WhatsAppBridgeModule.forRoot(options)],
    providers: [Journey, { provide: WhatsAppBridge, useExisting: esm.WhatsAppBridge }],
  })
  class AppModule {}

  return NestFactory.create(AppModule, { rawBody: true });
});
