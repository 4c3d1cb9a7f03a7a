import { ACCOUNT_VARIABLES, ACCOUNTS_FILE, BRIDGE_VARIABLES, ENVIRONMENT_PREFIX } from './environment-variables.ts';
import { nearest } from './nearest.ts';

const KNOWN = [...BRIDGE_VARIABLES, ...ACCOUNT_VARIABLES].map(({ name }) => name).concat(ACCOUNTS_FILE.slice(ENVIRONMENT_PREFIX.length));

/**
 * Variables that look like a misspelt one of the bridge's, a line for each. No more than a warning: Kubernetes itself sets
 * `WHATSAPP_BRIDGE_SERVICE_HOST` and the like where a service has that name.
 */
export function misspeltVariables(names: Iterable<string>): string[] {
  return [...new Set(names)].flatMap((name) => {
    const own = name.startsWith(ENVIRONMENT_PREFIX) ? name.slice(ENVIRONMENT_PREFIX.length) : undefined;
    const meant = own === undefined || KNOWN.includes(own) ? undefined : nearest(own, KNOWN);
    return meant === undefined ? [] : [`${name} is no variable of the bridge's. Did you mean ${ENVIRONMENT_PREFIX}${meant}?`];
  });
}
