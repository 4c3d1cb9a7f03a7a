import { Logger } from '@nestjs/common';
import { DAY_MS } from '../clock.ts';
import { messageSummary } from '../events/event.factory.ts';
import type { StoredMessage } from '../ledger/message-records.ts';
import { LONGEST_TO_SEND_MS } from '../options/account.dto.ts';
import type { Account } from '../options/resolved-options.ts';

/** When a message that was taken at a time may no longer be sent, by its account's `sendWithinMs`. */
export function deadlineOf(account: Account, message: StoredMessage, takenAt: number): number {
  const { sendWithinMs } = account;
  if (typeof sendWithinMs === 'number') return takenAt + sendWithinMs;
  try {
    return takenAt + wholeTime(sendWithinMs(messageSummary(message)));
  } catch (error) {
    // The host's function must not lose a message.
    const name = error instanceof Error ? error.name : typeof error;
    new Logger('WhatsAppBridge').error(`Account ${account.nickname}: sendWithinMs failed (${name}); the message may be sent for a day.`);
    return takenAt + DAY_MS;
  }
}

/** What the host's function answered, as the option itself would have to say it: the ledger keeps whole numbers only. */
function wholeTime(within: unknown): number {
  if (typeof within === 'number' && within > 0) return Math.min(Math.ceil(within), LONGEST_TO_SEND_MS);
  throw new RangeError('no number above 0');
}
