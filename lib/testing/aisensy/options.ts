import type { Behaviour } from './behaviour.ts';
import type { ColdContents } from './cold-routes.ts';
import type { CallbackFormName } from './callback-form.ts';
import type { CallbackDeliveryOptions } from './callback-sender.ts';
import type { ApiName } from './received-messages.ts';
import type { Reply } from './person.ts';
import type { Plan } from './plan.ts';
import type { ReceivedMessage } from './received-messages.ts';
import type { ReportPlan } from './report-plan.ts';
import type { CallbackTargets, ReportBatching } from './reporter.ts';

/** What the simulated Direct API wants; any token by default. */
export interface DirectApiOptions {
  /** The right token, until another is fetched. */
  token?: string;
  /** For whom a token can be fetched. */
  username?: string;
  password?: string;
  projectId?: string;
}

/** What the simulated Project API wants; any password by default. */
export interface ProjectApiOptions {
  projectId: string;
  password: string;
}

/** What the simulated Campaign API wants; any key by default. */
export interface CampaignApiOptions {
  apiKey?: string;
  /** The campaigns that there are, by name; every one by default. */
  campaigns?: Record<string, SimulatedCampaign>;
}

/** A campaign of the simulated Campaign API. */
export interface SimulatedCampaign {
  /** True. */
  live?: boolean;
  /** How many `templateParams` its template takes; any number by default. */
  params?: number;
  /** Whether its template's header takes a medium; false. */
  media?: boolean;
}

/** Options of `AiSensySimulator`; all may be left out. */
export interface AiSensySimulatorOptions extends CallbackTargets, CallbackDeliveryOptions, ColdContents {
  /** 0: any free port. */
  port?: number;
  /** The API that `endpoint` and the form of the callbacks are meant for; `clevertap`. All of them are there. */
  api?: ApiName;
  /** What every request to the CleverTap endpoint must carry; otherwise 401. */
  headers?: Record<string, string>;
  /** Whom the Direct API lets in. */
  direct?: DirectApiOptions;
  /** Whom the Project API lets in. */
  project?: ProjectApiOptions;
  /** Whom the Campaign API lets in, and what there is to be sent. */
  campaign?: CampaignApiOptions;
  /** The number that people write to, for messages that answer nothing; `918889500122`. */
  wabaNumber?: string;
  /** How long each answer takes, in milliseconds; 5. */
  delayMs?: number | ((message: ReceivedMessage, index: number) => number);
  /** What happens to which message; all are accepted. */
  plan?: Plan<Behaviour>;
  /** Which reports a message gets that was taken: `sent`, `delivered` and `read`, 5 ms apart. */
  reports?: Plan<ReportPlan>;
  /** What people answer by themselves to which message; nothing. */
  replies?: Plan<Reply>;
  /** The form of the callbacks: the API's own (`clevertap`; `meta` for `direct`; `project` for `project` and `campaign`). */
  callbackForm?: CallbackFormName;
  /** How reports share requests; one each by default. */
  batching?: ReportBatching;
  /** For everything drawn by chance; 1. The same seed and the same order of requests give the same run. */
  seed?: number;
  /** Whether bodies and headers are kept; true. */
  keepBodies?: boolean;
  /** An append-only file with a JSON line for everything received and posted, safe against a kill of this process. */
  wireLog?: string;
}
