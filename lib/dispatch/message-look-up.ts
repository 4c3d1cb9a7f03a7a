import type { Transport } from '../aisensy/transport.ts';
import type { CallbacksPort } from '../callbacks/callbacks.ts';
import { now } from '../clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { TEST_MSG_ID } from '../messages/outbound-message.ts';
import type { Account } from '../options/resolved-options.ts';

/** How long after a lost answer AiSensy is asked about the message, in milliseconds: it may still be working on it. */
const LOOK_UP_AFTER_MS = 5_000;

/**
 * When AiSensy is asked about a message, in milliseconds after its attempt: soon where the outcome is unknown; where the message was taken,
 * after `unknownOutcome.waitMs`, unless a report has come by then. Never where the transport cannot ask.
 */
export function lookUpAfterMs(transport: Transport, { unknownOutcome }: Account, outcome: 'unknown' | 'dispatched'): number | undefined {
  if (transport.lookUp === undefined) return undefined;
  const { waitMs } = unknownOutcome;
  return outcome === 'unknown' ? Math.min(Math.floor(waitMs / 2), LOOK_UP_AFTER_MS) : waitMs;
}

/** Asks AiSensy what became of messages that no report tells of, where the account's transport can. */
export class MessageLookUp {
  constructor(
    private readonly account: Account,
    private readonly transport: Transport,
    private readonly ledger: Ledger,
    private readonly callbacks: CallbacksPort,
  ) {}

  /**
   * Takes AiSensy's answer as it takes any report, so that it settles the message, tells CleverTap and the listeners. False where
   * AiSensy did not say. Rejects with a `LedgerError`.
   */
  async ask(msgId: string): Promise<boolean> {
    // The id that all tests share says nothing of which one is meant.
    if (this.transport.lookUp === undefined || msgId === TEST_MSG_ID) return false;
    const history = await this.ledger.message(this.account.mobileNumber, msgId);
    const report = await this.transport.lookUp({ msgId, names: history?.names ?? [] });
    if (report === undefined) return false;
    await this.callbacks.take({ reports: [report], inbound: [], unreadable: [] }, [this.account], now());
    return true;
  }
}
