import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_VARIABLES, BRIDGE_VARIABLES, ENVIRONMENT_PREFIX } from './environment-variables.ts';
import { misspeltVariables } from './misspelt-variables.ts';

describe('variables that look like a misspelt one', () => {
  it.each([
    ['MAX_REQUESTS_PER_SEC', 'MAX_REQUESTS_PER_SECOND'],
    ['MOBILE_NUMBR', 'MOBILE_NUMBER'],
    ['ANSWERWITHINMS', 'ANSWER_WITHIN_MS'],
    ['ACCOUNT_FILE', 'ACCOUNTS_FILE'],
    ['AISENSY_CALLBACKS_TOKEN', 'AISENSY_CALLBACK_TOKEN'],
  ])('are named with what may be meant: %s', (name, meant) => {
    expect(misspeltVariables([ENVIRONMENT_PREFIX + name])).toEqual([
      `${ENVIRONMENT_PREFIX}${name} is no variable of the bridge's. Did you mean ${ENVIRONMENT_PREFIX}${meant}?`,
    ]);
  });

  it('are none of those that a cluster sets for a service of the name whatsapp-bridge', () => {
    const set = ['SERVICE_HOST', 'SERVICE_PORT', 'SERVICE_PORT_HTTP', 'PORT', 'PORT_80_TCP', 'PORT_80_TCP_ADDR', 'PORT_80_TCP_PORT', 'PORT_80_TCP_PROTO', 'PORT_443_TCP', 'PORT_3000_TCP_ADDR'];
    expect(misspeltVariables(set.map((name) => ENVIRONMENT_PREFIX + name))).toEqual([]);
  });

  it('are none of the known ones, nor others\'', () => {
    const known = [...BRIDGE_VARIABLES, ...ACCOUNT_VARIABLES].map(({ name }) => ENVIRONMENT_PREFIX + name);
    expect(misspeltVariables([...known, 'WHATSAPP_BRIDGE_ACCOUNTS_FILE', 'MAX_REQUESTS_PER_SEC', 'PATH', 'WHATSAPP_BRIDGE_LOG_COLOUR'])).toEqual([]);
  });
});
