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
    const { violations } = judge({
      scenario: { unknown: this.unknown, callbackForm: 'clevertap' }, callbacksLost: 0, rejected: 0, heard: this.heard,
      cleverTap: this.cleverTap.filter(isKnown), aiSensy: this.aiSensy.filter(isKnown), attempts: this.attempts.filter(isKnown),
      histories: histories.filter(isKnown), observed: this.observed.filter(isKnown), deadLetters,
    });
    const broken = violations.map(({ promise, msgIds }) => `${promise}: ${msgIds.join(', ')}`);
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

/** What a person wrote, each text once. */
function textsOf(person: string, writings: Writing[]): string {
  return [...new Set(writings.filter(({ from }) => from === person).map(({ text }) => text))].join();
}
