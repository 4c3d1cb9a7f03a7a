/**
 * What an attempt to hand a message to AiSensy came to. `unknown` may be followed by another outcome; the others are final unless
 * somebody replays the message.
 */
export type DispatchOutcome = 'dispatched' | 'rejected' | 'unknown' | 'expired';
