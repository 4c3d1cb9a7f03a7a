import { Inject, Injectable } from '@nestjs/common';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { type LaneKind, readLaneName } from '../ledger/ledger.ts';
import { maskPhoneNumber } from '../messages/phone-number.ts';

const WORDS: Record<Exclude<LaneKind, 'listener'>, string> = {
  dispatch: 'messages for AiSensy',
  settle: 'messages of unknown outcome',
  'look-up': 'messages to ask AiSensy after',
  'relay-reports': 'delivery reports for CleverTap',
  'relay-inbound': 'people\'s messages for CleverTap',
};

/**
 * Work that waits in the ledger and that nothing takes: its listener has another name now, or its account is configured no more. It is kept,
 * since a forgotten `name` or account can come back.
 */
@Injectable()
export class StrandedWork {
  private found: string[] = [];

  constructor(@Inject(LaneRegistry) private readonly lanes: LaneRegistry) {}

  /** In words, a line each. */
  get problems(): readonly string[] {
    return this.found;
  }

  /**
   * To be called when every lane is known; none gets such work later on.
   *
   * @param waiting jobs by lane, as the ledger held them when it opened
   */
  find(waiting: Record<string, number>): void {
    this.found = Object.entries(waiting).filter(([lane]) => !this.lanes.has(lane)).map(([lane, jobs]) => inWords(lane, jobs));
  }
}

function inWords(lane: string, jobs: number): string {
  const { kind, whose } = readLaneName(lane);
  if (kind === 'listener') return `${jobs} calls wait for listener ${whose}, which there is not (any more): a listener of that name would get them`;
  return `${jobs} ${WORDS[kind]} wait for account ${maskPhoneNumber(whose)}, which is configured no more`;
}
