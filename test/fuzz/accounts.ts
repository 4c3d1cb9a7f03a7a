import type { WhatsAppAccountOptions } from '../../lib/whatsapp-bridge.options.ts';

/** The account that CleverTap knows by headers and AiSensy by a token. */
export const FIRST = {
  mobileNumber: '+918889500122',
  cleverTapHeaders: { 'x-api-key': 'first-key-of-clevertap', 'x-tenant': 'tenant-of-first' },
  aiSensyHeaders: { authorization: 'Bearer first-key-of-aisensy' },
  token: 'first-token+of/aisensy',
};

/** The account that CleverTap knows by HTTP Basic, and AiSensy by its signature or by headers. */
export const SECOND = {
  mobileNumber: '+918889500133',
  basic: { username: 'clevertap', password: 'second-pässword:of-clevertap' },
  aiSensyHeaders: { 'x-key': 'second-key-of-aisensy' },
  callbackHeaders: { 'x-callback-key': 'second-callback-key' },
  signingSecret: 'second-signing-secret',
};

/** The most bytes that are taken, small so that larger ones are cheap. */
export const BODY_LIMITS = { messages: 128 * 1_024, callbacks: 160 * 1_024 };

/** The accounts' part in CleverTap's callback URLs. */
const URL_SECRETS = ['first-secret-of-url', 'second-secret-of-url'] as const;

/** All that may be in no line of the log. */
export const SECRETS: readonly string[] = [
  ...Object.values(FIRST.cleverTapHeaders), FIRST.aiSensyHeaders.authorization.slice('Bearer '.length), FIRST.token,
  SECOND.basic.password, ...Object.values(SECOND.aiSensyHeaders), ...Object.values(SECOND.callbackHeaders), SECOND.signingSecret, ...URL_SECRETS,
];

/** Both accounts, with AiSensy and CleverTap at these addresses. */
export function accountOptions(aiSensy: string, cleverTap: string): WhatsAppAccountOptions[] {
  const callbackUrls = (secret: string): { deliveryReportUrl: string; inboundMessageUrl: string } => ({
    deliveryReportUrl: `${cleverTap}/delivery-reports?account=${secret}`, inboundMessageUrl: `${cleverTap}/inbound-messages?account=${secret}`,
  });
  return [
    {
      nickname: 'First', mobileNumber: FIRST.mobileNumber, isDefault: true,
      cleverTap: { headers: FIRST.cleverTapHeaders, ...callbackUrls(URL_SECRETS[0]) },
      aiSensy: { endpoint: `${aiSensy}/t1/messages`, headers: FIRST.aiSensyHeaders, callbacks: { token: [FIRST.token, 'an-older-token'] } },
    },
    {
      nickname: 'Second', mobileNumber: SECOND.mobileNumber,
      cleverTap: { basic: SECOND.basic, ...callbackUrls(URL_SECRETS[1]) },
      aiSensy: {
        endpoint: `${aiSensy}/t1/messages`, headers: SECOND.aiSensyHeaders,
        callbacks: { signingSecret: SECOND.signingSecret, headers: SECOND.callbackHeaders },
      },
    },
  ];
}
