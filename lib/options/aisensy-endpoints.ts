import type { TransportName } from './aisensy.options.ts';

/** Where AiSensy takes messages; `{projectId}` stands for the project's id. The other addresses of each API stand beside. */
export const AISENSY_ENDPOINTS: Readonly<Record<TransportName, string>> = {
  clevertap: 'https://backend.aisensy.com/clever-tap/t1/messages',
  direct: 'https://backend.aisensy.com/direct-apis/t1/messages',
  project: 'https://apis.aisensy.com/project-apis/v1/project/{projectId}/messages',
  campaign: 'https://backend.aisensy.com/campaign/t1/api/v2',
};
