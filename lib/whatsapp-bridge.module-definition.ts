import { ConfigurableModuleBuilder } from '@nestjs/common';
import { createAiSensyController } from './aisensy/aisensy.controller.ts';
import { createCleverTapController } from './clevertap/clevertap.controller.ts';
import { createTemplatesController } from './clevertap/templates.controller.ts';
import { createMediaController } from './media/media.controller.ts';
import { EXTRAS, extrasOf } from './options/extras.ts';
import type { WhatsAppBridgeExtras, WhatsAppBridgeOptions } from './whatsapp-bridge.options.ts';

/** The options as they were given: only the provider of the resolved options injects them. */
export const GIVEN_OPTIONS = Symbol.for('nestjs-whatsapp-bridge:given-options');

/**
 * What `forRoot` and `forRootAsync` make of the extras. Each registration gets controller classes of its own, since the path is
 * part of the class: two apps in one process may answer under two paths.
 */
export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<WhatsAppBridgeOptions>({
  moduleName: 'WhatsAppBridge',
  optionsInjectionToken: GIVEN_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createWhatsAppBridgeOptions')
  .setExtras<WhatsAppBridgeExtras>({ path: undefined, isGlobal: undefined, controllerDecorators: undefined }, (definition, given) => {
    const extras = extrasOf(given);
    return {
      ...definition,
      global: extras.isGlobal,
      controllers: [createCleverTapController, createTemplatesController, createAiSensyController, createMediaController]
        .map((create) => create(extras.path, extras.controllerDecorators)),
      providers: [...(definition.providers ?? []), { provide: EXTRAS, useValue: extras }],
    };
  })
  .build();
