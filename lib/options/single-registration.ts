import type { ModulesContainer } from '@nestjs/core';
import { WhatsAppBridgeConfigurationError } from './configuration.error.ts';
import { RESOLVED_OPTIONS } from './resolved-options.ts';

/**
 * Refuses a second registration in one app: Nest tells dynamic modules apart by reference, so both would run, on the same
 * ledger and with every listener twice. Found by the token, so that it also holds across the two builds of the package.
 * @throws WhatsAppBridgeConfigurationError
 */
export function refuseSecondRegistration(modules: ModulesContainer): void {
  const registrations = [...modules.values()].filter((module) => module.providers.has(RESOLVED_OPTIONS));
  if (registrations.length < 2) return;
  throw new WhatsAppBridgeConfigurationError([{
    option: 'WhatsAppBridgeModule',
    text: 'is imported more than once in this app. Call forRoot or forRootAsync once, in the root module, with all accounts in one list. '
      + 'Other modules need no import; with isGlobal: false they import the module that re-exports it.',
  }]);
}
