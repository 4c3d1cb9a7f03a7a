import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Logger } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import type { WhatsAppBridgeAsyncOptions, WhatsAppBridgeExtras } from '../whatsapp-bridge.options.ts';
import { PATH_PREFIX } from './environment-variables.ts';
import { extrasOf } from './extras.ts';
import { misspeltVariables } from './misspelt-variables.ts';
import { present, readEnvironment } from './read-environment.ts';

/**
 * `forRoot()` without options, or with nothing but extras, as options for `forRootAsync`. The route prefix alone is read at once, from the process's
 * environment and `.env` where the extras have none, since the routes are made before anything can be injected; all else comes through
 * `ConfigService`.
 *
 * `ConfigModule` is imported bare: its `forRoot()` would load `.env` into `process.env`, for every variable of the host, ahead
 * of the host's own call with other files or `ignoreEnvFile`. Bare, it gives the service that the host's call feeds, wherever
 * in the app that stands; and for a host without such a call `.env` is read below, for the bridge alone.
 */
export function environmentOptions(given: WhatsAppBridgeExtras = {}): WhatsAppBridgeAsyncOptions {
  const { path } = extrasOf({ path: given.path ?? present(process.env[PATH_PREFIX] ?? dotEnv()[PATH_PREFIX]) });
  return {
    ...given,
    imports: [ConfigModule],
    inject: [ConfigService],
    path,
    useFactory: (config: ConfigService) => {
      const file = dotEnv();
      for (const line of misspeltVariables([...Object.keys(process.env), ...Object.keys(file)])) new Logger('WhatsAppBridge').warn(line);
      // What the code says of the path goes before the variable.
      const isRead = (name: string): boolean => name !== PATH_PREFIX || given.path === undefined;
      return readEnvironment((name) => (isRead(name) ? config.get<unknown>(name) ?? file[name] : undefined), path);
    },
  };
}

/** `.env` in the working directory. What stands in the environment itself wins over it. */
function dotEnv(): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(resolve('.env'), 'utf8'));
  } catch {
    return {};
  }
}
