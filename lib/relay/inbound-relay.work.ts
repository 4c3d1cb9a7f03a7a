import { Logger } from '@nestjs/common';
import { writeInboundMessage } from '../clevertap/callback-form.ts';
import type { HttpSender } from '../http/http-sender.ts';
import { recordEventOutcomes } from '../lanes/event-outcomes.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../lanes/lane-work.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ClaimedJob, RecordedEvent } from '../ledger/message-records.ts';
import type { MediaLinks } from '../media/media-links.ts';
import type { InboundMedia, InboundMessage } from '../messages/inbound-message.ts';
import type { Account } from '../options/resolved-options.ts';
import { CALLBACK_TIMEOUT_MS, relayOutcome } from './callback-answer.ts';
import { now } from '../clock.ts';

/** Carries inbound messages to CleverTap, one in a request ("Generic WhatsApp", inbound message callback). */
export class InboundRelayWork implements LaneWork {
  private readonly logger = new Logger('WhatsAppBridge');

  constructor(
    private readonly account: Account,
    private readonly sender: HttpSender,
    private readonly ledger: Ledger,
    private readonly links: MediaLinks,
  ) {}

  async run([job]: ClaimedJob[], signal: AbortSignal): Promise<LaneOutcome[]> {
    if (job!.event === undefined) return [{ kind: 'done' }];
    const body = this.write(job!.event);
    if (body === undefined) return [{ kind: 'dead', reason: 'CleverTap has no form for this message' }];
    const result = await this.sender.post({
      url: this.account.cleverTap.inboundMessageUrl, headers: { 'content-type': 'application/json' }, body, timeoutMs: CALLBACK_TIMEOUT_MS, signal,
    });
    return [relayOutcome(result, false)];
  }

  record(settled: SettledJob[]): Promise<void> {
    return recordEventOutcomes(this.ledger, 'relay', settled, now());
  }

  paused(reason: string, until: Date): void {
    this.logger.warn(`Account ${this.account.nickname}: CleverTap takes no inbound messages (${reason}). They wait; next try at ${until.toISOString()}.`);
  }

  unrecorded(why: string, stack?: string): void {
    this.logger.error(`Account ${this.account.nickname}: what became of relayed messages could not be written down yet and is held, since ${why}.`, stack);
  }

  private write({ payload, replyTo }: RecordedEvent): string | undefined {
    const message = payload as InboundMessage;
    return writeInboundMessage({
      ...message, wabaNumber: this.account.mobileNumber, replyTo: contextFor(message.replyTo, replyTo), media: this.withLink(message.media),
    });
  }

  /** A medium that AiSensy only names by an id is served by the bridge itself; the link's time runs from now. */
  private withLink(media: InboundMedia | undefined): InboundMedia | undefined {
    return media === undefined || media.url !== undefined ? media : { ...media, url: this.links.linkTo(media, this.account) };
  }
}

/**
 * The msgId under which CleverTap knows the message replied to. There is none for a message of the host's own, nor for Meta's id
 * of a message that the bridge never saw. Any other id may be CleverTap's own, from before the bridge.
 */
function contextFor(asItCame: string | undefined, known: RecordedEvent['replyTo']): string | undefined {
  if (known !== undefined) return known.origin === 'clevertap' ? known.msgId : undefined;
  return asItCame?.startsWith('wamid.') ? undefined : asItCame;
}
