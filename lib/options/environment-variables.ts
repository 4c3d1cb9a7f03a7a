export const ENVIRONMENT_PREFIX = 'WHATSAPP_BRIDGE_';

/**
 * How a variable's text becomes an option: `headers` is a JSON object, or lines of `Name: value` in which a name that repeats
 * makes a list; `secrets` is one text as it is, or a JSON list of the old and the new one; `names` is a JSON object of texts, or
 * lines of `name: other name`.
 */
export type VariableForm = 'text' | 'number' | 'boolean' | 'headers' | 'secrets' | 'names';

export interface EnvironmentVariable {
  /** Without `ENVIRONMENT_PREFIX`. */
  name: string;
  /** The path of the option that it sets. */
  option: string;
  form: VariableForm;
}

/** A variable's value by its whole name; `undefined` where it is not set or empty. */
export type Variables = (name: string) => unknown;

/** A JSON file with the list of accounts, instead of `ACCOUNT_VARIABLES`. */
export const ACCOUNTS_FILE = `${ENVIRONMENT_PREFIX}ACCOUNTS_FILE`;

/** Read when the module is imported, since the routes are made then. */
export const PATH_PREFIX = `${ENVIRONMENT_PREFIX}PATH_PREFIX`;

export const BRIDGE_VARIABLES: readonly EnvironmentVariable[] = [
  { name: 'PATH_PREFIX', option: 'path', form: 'text' },
  { name: 'PUBLIC_URL', option: 'publicUrl', form: 'text' },
  { name: 'ANSWER_WITHIN_MS', option: 'answerWithinMs', form: 'number' },
  { name: 'ALLOW_INSECURE_URLS', option: 'allowInsecureUrls', form: 'boolean' },
  { name: 'ALLOW_PRIVATE_ADDRESSES', option: 'allowPrivateAddresses', form: 'boolean' },
  { name: 'LEDGER_ENGINE', option: 'ledger.engine', form: 'text' },
  { name: 'LEDGER_FILE', option: 'ledger.file', form: 'text' },
  { name: 'THROTTLE_LIMIT', option: 'throttle.limit', form: 'number' },
  { name: 'THROTTLE_TTL_MS', option: 'throttle.ttlMs', form: 'number' },
  { name: 'BODY_LIMIT_MESSAGES', option: 'bodyLimits.messages', form: 'number' },
  { name: 'BODY_LIMIT_CALLBACKS', option: 'bodyLimits.callbacks', form: 'number' },
  { name: 'RELAY_BATCH_SIZE', option: 'relay.batchSize', form: 'number' },
  { name: 'RELAY_BATCH_WAIT_MS', option: 'relay.batchWaitMs', form: 'number' },
  { name: 'BACKLOG_MAX_MESSAGES', option: 'backlog.maxMessages', form: 'number' },
  { name: 'BACKLOG_MAX_BYTES', option: 'backlog.maxBytes', form: 'number' },
  { name: 'BACKLOG_MIN_FREE_DISK_BYTES', option: 'backlog.minFreeDiskBytes', form: 'number' },
  { name: 'MEDIA_SECRET', option: 'media.secret', form: 'text' },
  { name: 'MEDIA_LINK_VALID_MS', option: 'media.linkValidMs', form: 'number' },
  { name: 'MEDIA_MAX_BYTES', option: 'media.maxBytes', form: 'number' },
  { name: 'MEDIA_TIMEOUT_MS', option: 'media.timeoutMs', form: 'number' },
  { name: 'TEMPLATE_REFRESH_MS', option: 'templateRefreshMs', form: 'number' },
  { name: 'PARK_REPORTS_FOR_MS', option: 'parkReportsForMs', form: 'number' },
  { name: 'RETENTION_DAYS', option: 'retentionDays', form: 'number' },
  { name: 'LOOP_DELAY_LIMIT_MS', option: 'loopDelayLimitMs', form: 'number' },
  { name: 'SHUTDOWN_TIMEOUT_MS', option: 'shutdownTimeoutMs', form: 'number' },
];

export const ACCOUNT_VARIABLES: readonly EnvironmentVariable[] = [
  { name: 'NICKNAME', option: 'accounts[0].nickname', form: 'text' },
  { name: 'MOBILE_NUMBER', option: 'accounts[0].mobileNumber', form: 'text' },
  { name: 'IS_DEFAULT', option: 'accounts[0].isDefault', form: 'boolean' },
  { name: 'MAX_CONCURRENT_REQUESTS', option: 'accounts[0].maxConcurrentRequests', form: 'number' },
  { name: 'MAX_REQUESTS_PER_SECOND', option: 'accounts[0].maxRequestsPerSecond', form: 'number' },
  { name: 'SEND_WITHIN_MS', option: 'accounts[0].sendWithinMs', form: 'number' },
  { name: 'UNKNOWN_OUTCOME_WAIT_MS', option: 'accounts[0].unknownOutcome.waitMs', form: 'number' },
  { name: 'UNKNOWN_OUTCOME_POLICY', option: 'accounts[0].unknownOutcome.policy', form: 'text' },
  { name: 'PREFLIGHT', option: 'accounts[0].preflight', form: 'boolean' },
  { name: 'CLEVERTAP_HEADERS', option: 'accounts[0].cleverTap.headers', form: 'headers' },
  { name: 'CLEVERTAP_BASIC_USERNAME', option: 'accounts[0].cleverTap.basic.username', form: 'text' },
  { name: 'CLEVERTAP_BASIC_PASSWORD', option: 'accounts[0].cleverTap.basic.password', form: 'text' },
  { name: 'CLEVERTAP_DELIVERY_REPORT_URL', option: 'accounts[0].cleverTap.deliveryReportUrl', form: 'text' },
  { name: 'CLEVERTAP_INBOUND_MESSAGE_URL', option: 'accounts[0].cleverTap.inboundMessageUrl', form: 'text' },
  { name: 'AISENSY_TRANSPORT', option: 'accounts[0].aiSensy.transport', form: 'text' },
  { name: 'AISENSY_ENDPOINT', option: 'accounts[0].aiSensy.endpoint', form: 'text' },
  { name: 'AISENSY_HEADERS', option: 'accounts[0].aiSensy.headers', form: 'headers' },
  { name: 'AISENSY_TOKEN', option: 'accounts[0].aiSensy.token', form: 'text' },
  { name: 'AISENSY_USERNAME', option: 'accounts[0].aiSensy.username', form: 'text' },
  { name: 'AISENSY_PASSWORD', option: 'accounts[0].aiSensy.password', form: 'text' },
  { name: 'AISENSY_PROJECT_ID', option: 'accounts[0].aiSensy.projectId', form: 'text' },
  { name: 'AISENSY_API_KEY', option: 'accounts[0].aiSensy.apiKey', form: 'text' },
  { name: 'AISENSY_CAMPAIGNS', option: 'accounts[0].aiSensy.campaigns', form: 'names' },
  { name: 'AISENSY_USER_NAME', option: 'accounts[0].aiSensy.userName', form: 'text' },
  { name: 'AISENSY_SOURCE', option: 'accounts[0].aiSensy.source', form: 'text' },
  { name: 'AISENSY_TEMPLATES_SOURCE', option: 'accounts[0].aiSensy.templates.source', form: 'text' },
  { name: 'AISENSY_TEMPLATES_ENDPOINT', option: 'accounts[0].aiSensy.templates.endpoint', form: 'text' },
  { name: 'AISENSY_TEMPLATES_TOKEN', option: 'accounts[0].aiSensy.templates.token', form: 'text' },
  { name: 'AISENSY_TEMPLATES_USERNAME', option: 'accounts[0].aiSensy.templates.username', form: 'text' },
  { name: 'AISENSY_TEMPLATES_PASSWORD', option: 'accounts[0].aiSensy.templates.password', form: 'text' },
  { name: 'AISENSY_TEMPLATES_PROJECT_ID', option: 'accounts[0].aiSensy.templates.projectId', form: 'text' },
  { name: 'AISENSY_TIMEOUT_MS', option: 'accounts[0].aiSensy.timeoutMs', form: 'number' },
  { name: 'AISENSY_CALLBACK_HEADERS', option: 'accounts[0].aiSensy.callbacks.headers', form: 'headers' },
  { name: 'AISENSY_CALLBACK_TOKEN', option: 'accounts[0].aiSensy.callbacks.token', form: 'secrets' },
  { name: 'AISENSY_CALLBACK_SIGNING_SECRET', option: 'accounts[0].aiSensy.callbacks.signingSecret', form: 'secrets' },
];

/** The variable behind an option; `WHATSAPP_BRIDGE_CLEVERTAP_*` for a group of options; none for what no variable sets. */
export function variableOf(option: string): string | undefined {
  const all = [...BRIDGE_VARIABLES, ...ACCOUNT_VARIABLES];
  const exact = all.find((variable) => variable.option === option);
  if (exact !== undefined) return ENVIRONMENT_PREFIX + exact.name;
  const names = all.filter((variable) => variable.option.startsWith(`${option}.`)).map(({ name }) => name);
  return names.length === 0 ? undefined : `${ENVIRONMENT_PREFIX}${names.reduce(commonStart)}*`;
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}
