import type { TransportName } from 'nestjs-whatsapp-bridge';
import { type AiSensySimulatorOptions, behaviours } from 'nestjs-whatsapp-bridge/testing';

const UNDELIVERABLE = { status: 'failed' as const, code: 1005, metaCode: 131_026, title: 'Message undeliverable' };
const TOO_MANY_PROMOTIONS = { status: 'failed' as const, code: 1010, metaCode: 131_049, title: 'Too many promotions for this person' };

/** How each of AiSensy's APIs refuses a number. */
const BAD_NUMBER = {
  clevertap: behaviours.refuse(2002, 'Invalid phone number'),
  direct: behaviours.metaError(131_030, 'Recipient phone number not in allowed list'),
  project: behaviours.metaError(131_030, 'Recipient phone number not in allowed list'),
  campaign: behaviours.badRequest('Invalid Number'),
};

/** The campaign's template, as the Direct API lists it in Meta's form, and the Project API in AiSensy's own. */
const IN_COMMON = { id: '1000000000000001', name: 'feedback', language: 'en_GB', category: 'UTILITY', status: 'APPROVED' };
const LABELS = ['Good', 'Bad', 'Stop promotions'];
const TEMPLATES = [{
  ...IN_COMMON,
  components: [
    { type: 'BODY', text: 'How was it, {{1}}?', example: { body_text: [['Asha']] } },
    { type: 'BUTTONS', buttons: LABELS.map((text) => ({ type: 'QUICK_REPLY', text })) },
  ],
}];
const PROJECT_TEMPLATES = [{
  ...IN_COMMON, type: 'TEXT', total_parameters: 1, quick_replies: LABELS, text: `How was it, {{1}}?${LABELS.map((label) => ` | [${label}]`).join('')}`,
}];

/** What AiSensy does on an ordinary day, and what goes wrong on one. */
export function ordinaryDay(transport: TransportName): AiSensySimulatorOptions {
  return {
    templates: TEMPLATES,
    projectTemplates: PROJECT_TEMPLATES,
    delayMs: (_, index) => 20 + ((index * 37) % 100),
    // The answer that is dropped leaves the bridge in doubt until the message's reports come, or AiSensy is asked, or the doubt has lasted too long.
    plan: [
      { use: BAD_NUMBER[transport], share: 0.01 },
      { use: behaviours.tooMany(), every: 700 },
      { use: behaviours.dropAnswer(), every: 500 },
    ],
    reports: [
      { use: { statuses: ['sent', UNDELIVERABLE], everyMs: 400 }, share: 0.02 },
      { use: { statuses: [TOO_MANY_PROMOTIONS] }, share: 0.01 },
      { use: { statuses: ['sent', 'delivered'], afterMs: 50, everyMs: 300 }, share: 0.2 },
      { use: { afterMs: 50, everyMs: 300, copies: 2 }, share: 0.02 },
      { use: { afterMs: 50, everyMs: 300, shuffle: true }, share: 0.05 },
      { use: { afterMs: 50, everyMs: 300 } },
    ],
    replies: [
      { use: { tap: 'Good', afterMs: 500 }, template: 'feedback', share: 0.1 },
      { use: { tap: 'Stop promotions', afterMs: 500 }, template: 'feedback', share: 0.01 },
      { use: { text: 'STOP', afterMs: 500 }, template: 'feedback', share: 0.01 },
      { use: { text: 'Where is my order?', afterMs: 500 }, template: 'feedback', share: 0.02 },
    ],
  };
}
