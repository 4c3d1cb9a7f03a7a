import type { Behaviour } from './behaviour.ts';
import type { CallbackFormName } from './callback-form.ts';
import type { CallbackDeliveryOptions } from './callback-sender.ts';
import type { Reply } from './person.ts';
import type { Plan } from './plan.ts';
import type { ReceivedMessage } from './received-messages.ts';
import type { ReportPlan } from './report-plan.ts';
import type { CallbackTargets, ReportBatching } from './reporter.ts';

/** Options of `AiSensySimulator`; all may be left out. */
export interface AiSensySimulatorOptions extends CallbackTargets, CallbackDeliveryOptions {
  /** 0: any free port. */
  port?: number;
  /** What every request must carry; otherwise 401. */
  headers?: Record<string, string>;
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
  /** The form of the callbacks, `clevertap`. */
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
