import { contentDigest } from './content-digest.ts';

/** AiSensy sends a callback again soon after the first, or not at all. */
const SENT_AGAIN_WITHIN_MS = 3_600_000;

/**
 * A name for an inbound message whose form has none: the same message delivered twice has the same. One that has no time of its own either
 * counts as another in another hour, or a person's next "yes" would be dropped months later as the same.
 *
 * @param content all that tells the message apart
 * @param at when it was written, where the form says so; in milliseconds since 1970, as is `receivedAt`
 */
export function derivedInboundId(content: unknown, at: number | undefined, receivedAt: number): string {
  return contentDigest([content, at ?? Math.floor(receivedAt / SENT_AGAIN_WITHIN_MS)]);
}
