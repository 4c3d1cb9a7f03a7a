/** What a host prints when its one message has gone all the way round. */
export const ROUND = {
  outcome: 'success',
  statuses: ['sent', 'delivered', 'read'],
  replies: 1,
  heard: ['dispatched', 'read', 'tapped Good'],
  state: 'dispatched',
  status: 'read',
};

/** The names that host apps may count on: one that goes or comes must be meant. */
export const EXPORTS: Record<string, string[]> = {
  'nestjs-whatsapp-bridge': [
    'AiSensyGuard', 'CleverTapGuard', 'DeadLetters', 'DispatchService', 'LedgerError', 'ListenerSetupError', 'ListenerTimeoutError', 'MissingPeerError',
    'OnDeliveryReport', 'OnDispatch', 'OnInboundMessage', 'OnPreference', 'PermanentError', 'RetryLaterError', 'SendError',
    'WhatsAppBridge', 'WhatsAppBridgeConfigurationError', 'WhatsAppBridgeModule', 'accountsOf', 'maskPhoneNumber', 'normalizePhoneNumber',
  ],
  'nestjs-whatsapp-bridge/testing': [
    'AiSensySimulator', 'CleverTapSimulator', 'TEST_MSG_ID', 'VALIDATION_TEMPLATE', 'behaviours', 'components', 'defaultRecipient',
    'forkSimulator', 'forms', 'freeformMessage', 'freeforms', 'msgIdOf', 'readWireLog', 'templateMessage', 'templates', 'validationMessage',
  ],
};
