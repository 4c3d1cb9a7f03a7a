import type { WhatsAppBridgeExtras } from '../whatsapp-bridge.options.ts';

/** What the module was built with; a factory's options are held against it. */
export const EXTRAS = Symbol.for('nestjs-whatsapp-bridge:extras');

export const DEFAULT_EXTRAS: Readonly<Required<WhatsAppBridgeExtras>> = { path: 'whatsapp', isGlobal: true, controllerDecorators: [] };

/** The extras among options given to `forRoot` or `forRootAsync`, defaults filled in. */
export function extrasOf(given: WhatsAppBridgeExtras): Required<WhatsAppBridgeExtras> {
  return {
    path: normalizePath(given.path ?? DEFAULT_EXTRAS.path),
    isGlobal: given.isGlobal ?? DEFAULT_EXTRAS.isGlobal,
    controllerDecorators: given.controllerDecorators ?? DEFAULT_EXTRAS.controllerDecorators,
  };
}

/** Whether nothing is given beside extras, so that all options come from the environment. */
export function isExtrasAlone(given: object): boolean {
  return Object.keys(given).every((name) => Object.hasOwn(DEFAULT_EXTRAS, name));
}

/** `/whatsapp/` is `whatsapp`. What is no string is left for validation to name. */
export function normalizePath(path: string): string {
  return typeof path === 'string' ? path.replace(/^\/+|\/+$/g, '') : path;
}
