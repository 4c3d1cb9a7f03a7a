import type { DeadLetter, MessageHistory } from '../../lib/index.ts';
import type { Attempt, Evidence, Observation } from '../crash/evidence.ts';
import type { Heard } from '../crash/host.ts';
import { judge } from '../crash/verdict.ts';

/** Something that a person wrote. */
export interface Writing {
  from: string;
  text: string;
}

/** What everybody saw, and whether the promises were kept by it. */
export class Witness {
  readonly attempts: Attempt[] = [];
  readonly cleverTap: Evidence['cleverTap'] = [];
  readonly aiSensy: Evidence['aiSensy'] = [];
  readonly heard: Heard[] = [];
  readonly observed: Observation[] = [];
  /** What a listener heard that people wrote. */
  readonly wrote: Writing[] = [];
  /** Messages whose recipient is to be forgotten, each with whether that is done. What becomes of them is nobody's business any more. */
  readonly forgotten = new Map<string, boolean>();
  readonly sentOnceForgotten: string[] = [];

  constructor(private readonly unknown: Evidence['scenario']['unknown']) {}

  /** The promises that were broken, by what the ledger says in the end. */
  broken(histories: MessageHistory[], deadLetters: DeadLetter[], wrote: Writing[]): string[] {
    const isKnown = (seen: object): boolean => !('msgId' in seen && this.forgotten.has(String(seen.msgId)));
    // A message that was put back began anew: its caller may have been told of the refusal, and its state went back.
    const again = new Set(histories.filter(wasPutBack).map(({ msgId }) => msgId));
    const isRefusal = (seen: object): boolean => ('outcome' in seen && seen.outcome === 'refused') || ('taken' in seen && !seen.taken && 'status' in seen && seen.status === 200);
    const counts = (seen: object): boolean => isKnown(seen) && !('msgId' in seen && again.has(String(seen.msgId)) && ('state' in seen || isRefusal(seen)));
    const { violations } = judge({
      scenario: { unknown: this.unknown, callbackForm: 'clevertap' }, callbacksLost: 0, rejected: 0, heard: this.heard,
      cleverTap: this.cleverTap.filter(counts), aiSensy: this.aiSensy.filter(isKnown), attempts: this.attempts.filter(counts),
      histories: histories.filter(isKnown), observed: this.observed.filter(counts), deadLetters,
    });
    const broken = violations.map(({ promise, msgIds }) => `${promise}: ${msgIds.join(', ')}`);
    const lost = histories.filter(({ msgId, state }) => again.has(msgId) && state === 'dispatched' && !this.attempts.some((attempt) => attempt.msgId === msgId && attempt.taken));
    if (lost.length > 0) broken.push(`what is put back is sent until it is taken or told as failed: ${lost.map(({ msgId }) => msgId).join(', ')}`);
    if (this.sentOnceForgotten.length > 0) broken.push(`nothing is sent to whom the bridge has forgotten: ${this.sentOnceForgotten.join(', ')}`);
    return [...broken, ...this.outOfOrder(wrote)];
  }

  /** CleverTap and each listener hear all that a person wrote, in the order in which the bridge got it. */
  private outOfOrder(wrote: Writing[]): string[] {
    const heard = { CleverTap: this.cleverTap.filter(({ event }) => event === 'inbound') as unknown as Writing[], 'A listener': this.wrote };
    return [...new Set(wrote.map(({ from }) => from))].flatMap((person) => {
      const wanted = textsOf(person, wrote);
      return Object.entries(heard)
        .filter(([, writings]) => textsOf(person, writings) !== wanted)
        .map(([who, writings]) => `${who} hears in its order what a person wrote: ${textsOf(person, writings)} of ${wanted}`);
    });
  }
}

/** Whether another attempt was made after AiSensy's refusal. */
function wasPutBack({ steps }: MessageHistory): boolean {
  const attempts = steps.map(({ step }) => step).filter((step) => ['retry', 'dispatched', 'rejected', 'unknown', 'expired'].includes(step));
  return attempts.slice(0, -1).includes('rejected');
}

/** What a person wrote, each text once. */
function textsOf(person: string, writings: Writing[]): string {
  return [...new Set(writings.filter(({ from }) => from === person).map(({ text }) => text))].join();
}
