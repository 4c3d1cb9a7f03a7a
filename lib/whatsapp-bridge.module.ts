import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { AiSensyGuard } from './aisensy/aisensy.guard.ts';
import { CleverTapGuard } from './clevertap/clevertap.guard.ts';
import { DeadLetters } from './operations/dead-letters.service.ts';
import { DispatchService } from './dispatch/dispatch.service.ts';
import { KEY_GUESSES, KeyGuessThrottler } from './http/key-guess-throttler.ts';
import { isObject } from './messages/json-fields.ts';
import { Accounts } from './options/accounts.ts';
import { environmentOptions } from './options/environment.ts';
import { WhatsAppBridgeConfigurationError } from './options/configuration.error.ts';
import { EXTRAS, isExtrasAlone } from './options/extras.ts';
import { resolveOptions } from './options/resolve-options.ts';
import { RESOLVED_OPTIONS } from './options/resolved-options.ts';
import type { ResolvedOptions } from './options/resolved-options.ts';
import { refuseSecondRegistration } from './options/single-registration.ts';
import { ConfigurableModuleClass, GIVEN_OPTIONS } from './whatsapp-bridge.module-definition.ts';
import { BRIDGE_PROVIDERS } from './whatsapp-bridge.providers.ts';
import { WhatsAppBridge } from './whatsapp-bridge.service.ts';
import type { WhatsAppBridgeAsyncOptions, WhatsAppBridgeExtras, WhatsAppBridgeOptions } from './whatsapp-bridge.options.ts';

/** Everything else injects these, so nothing starts before the options are known to be right. */
const RESOLVED_OPTIONS_PROVIDER: Provider = {
  provide: RESOLVED_OPTIONS,
  // Optional, so that a bare `imports: [WhatsAppBridgeModule]` meets our error and not Nest's.
  inject: [ModulesContainer, { token: GIVEN_OPTIONS, optional: true }, { token: EXTRAS, optional: true }],
  useFactory: (modules: ModulesContainer, options?: WhatsAppBridgeOptions, extras?: WhatsAppBridgeExtras): ResolvedOptions => {
    refuseSecondRegistration(modules);
    if (extras === undefined) throw new WhatsAppBridgeConfigurationError([{ option: 'WhatsAppBridgeModule', text: NOT_CONFIGURED }]);
    return resolveOptions(options as WhatsAppBridgeOptions, extras);
  },
};

const NOT_CONFIGURED = 'is imported bare. Import WhatsAppBridgeModule.forRoot() or forRootAsync() in the root module.';

/** What modules of the host may inject, and what the guards need: a guard that the host uses is made in the host's module. */
const EXPORTS: NonNullable<DynamicModule['exports']> = [
  RESOLVED_OPTIONS, Accounts, WhatsAppBridge, DeadLetters, DispatchService, CleverTapGuard, AiSensyGuard, KEY_GUESSES, KeyGuessThrottler,
];

/** The middleware between CleverTap and AiSensy. Import it once, in the root module. */
@Module({ imports: [DiscoveryModule], providers: [RESOLVED_OPTIONS_PROVIDER, ...BRIDGE_PROVIDERS], exports: EXPORTS })
export class WhatsAppBridgeModule extends ConfigurableModuleClass {
  /**
   * Options in code; without any, or with extras alone, everything else comes from environment variables (`WHATSAPP_BRIDGE_…`) through
   * `@nestjs/config`. Boot fails with a `WhatsAppBridgeConfigurationError` that lists every problem.
   */
  static override forRoot(extras?: WhatsAppBridgeExtras): DynamicModule;
  static override forRoot(options: WhatsAppBridgeOptions): DynamicModule;
  static override forRoot(options: WhatsAppBridgeOptions | WhatsAppBridgeExtras = {}): DynamicModule {
    return isObject(options) && isExtrasAlone(options) ? super.forRootAsync(environmentOptions(options)) : super.forRoot(options as WhatsAppBridgeOptions);
  }

  /** Options from a factory, a class or an existing provider; with extras alone, from the environment, as in `forRoot()`. */
  static override forRootAsync(options: WhatsAppBridgeAsyncOptions): DynamicModule {
    if (isExtrasAlone(options)) return super.forRootAsync(environmentOptions(options));
    if (options.useFactory ?? options.useClass ?? options.useExisting) return super.forRootAsync(options);
    const text = 'has no source of options. Give useFactory, useClass or useExisting.';
    throw new WhatsAppBridgeConfigurationError([{ option: 'forRootAsync', text }]);
  }
}
