import { Logger } from '@nestjs/common';
import { messageSummary } from '../events/event.factory.ts';
import type { StoredMessage } from '../ledger/message-records.ts';
import type { Account } from '../options/resolved-options.ts';

const DAY_MS = 86_400_000;

/** When a message that was taken at a time may no longer be sent, by its account's `sendWithinMs`. */
export function deadlineOf(account: Account, message: StoredMessage, takenAt: number): number {
  const { sendWithinMs } = account;
  if (typeof sendWithinMs === 'number') return takenAt + sendWithinMs;
  try {
    const within = sendWithinMs(messageSummary(message));
    // Whole milliseconds are all that the ledger keeps.
    if (within > 0 && Number.isFinite(within)) return takenAt + Math.ceil(within);
    throw new RangeError('no time above 0');
  } catch (error) {
    // The host's function must not lose a message.
    new Logger('WhatsAppBridge').error(`Account ${account.nickname}: sendWithinMs failed (${(error as Error).name}); the message may be sent for a day.`);
    return takenAt + DAY_MS;
  }
}
