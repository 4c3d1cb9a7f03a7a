import { Inject, Injectable } from '@nestjs/common';
import { now } from '../clock.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { OutboundMessage, TemplateContent } from '../messages/outbound-message.ts';
import { Accounts } from '../options/accounts.ts';
import type { TemplateCatalogue } from './template-catalogue.ts';
import { TemplateCatalogues } from './template-catalogues.ts';
import type { TemplateList } from './template-list.ts';

/** How long a message waits for a new list of templates, in milliseconds: CleverTap's patience is one second in all. */
const PATIENCE_MS = 400;

/**
 * How long a problem that a new list has shown again counts without another look at AiSensy's list, in milliseconds: not at all the first
 * time, since somebody may be mending the template right now, and then twice as long each time, since a campaign makes the same mistake
 * thousands of times.
 */
const FIRST_STAND_MS = 500;
const LONGEST_STAND_MS = 30_000;
const MOST_PROBLEMS = 1_000;

/** A problem that a list has shown. */
interface KnownProblem {
  /** The reading of the list that has shown it last, and when that was. */
  reading: number;
  listedAt: number;
  standsForMs: number;
}

/**
 * Checks a message before it is kept or sent: one that WhatsApp is sure to refuse (an unknown template or language, a wrong number of
 * values, a header without its medium) is refused at once, so that whoever tests a template sees it.
 *
 * A list that may be out of date refuses nothing: AiSensy is asked once more for each new problem, and a message for which no answer
 * comes in time is taken.
 */
@Injectable()
export class Preflight {
  /** How many messages were refused since the start. */
  refusals = 0;
  /** By account and words. */
  private readonly problems = new Map<string, KnownProblem>();

  constructor(
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(TemplateCatalogues) private readonly catalogues: TemplateCatalogues,
  ) {}

  /** Why the message is not to be sent; nothing where it may. At once where its template is known and fits. */
  check(message: Pick<OutboundMessage, 'account' | 'content'>, arrivedAt: number): FailureReason | undefined | Promise<FailureReason | undefined> {
    const { account, content } = message;
    if (content.type !== 'template' || this.accounts.byNumber(account)?.preflight !== true) return undefined;
    const catalogue = this.catalogues.of(account);
    if (catalogue === undefined) return undefined;
    const before = catalogue.readings;
    const list = catalogue.current;
    return list !== undefined && list.problemOf(content) === undefined ? undefined : this.lookAgain(account, content, catalogue, before, arrivedAt);
  }

  /** `before` is the last reading that began before the message came. */
  private async lookAgain(
    account: string, content: TemplateContent, catalogue: TemplateCatalogue, before: number, arrivedAt: number,
  ): Promise<FailureReason | undefined> {
    for (;;) {
      const list = catalogue.current;
      const problem = list?.problemOf(content);
      if (list !== undefined && problem === undefined) return undefined;
      if (list !== undefined && problem !== undefined && (list.reading > before || this.stands(account, problem))) {
        return this.refuse(account, problem, list);
      }
      const reading = catalogue.refresh();
      // From the reading's own start: however long AiSensy takes, only the first messages wait for it.
      const until = Math.min(arrivedAt, catalogue.readingSince ?? arrivedAt) + PATIENCE_MS;
      if (!(await inTime(reading, until - now()))) return undefined;
    }
  }

  private stands(account: string, problem: string): boolean {
    const known = this.problems.get(`${account} ${problem}`);
    return known !== undefined && now() - known.listedAt < known.standsForMs;
  }

  private refuse(account: string, problem: string, { reading, askedAt: listedAt }: TemplateList): FailureReason {
    const key = `${account} ${problem}`;
    const known = this.problems.get(key);
    if (known?.reading !== reading) {
      if (this.problems.size >= MOST_PROBLEMS) this.problems.clear();
      this.problems.set(key, { reading, listedAt, standsForMs: known === undefined ? 0 : standFor(known, listedAt) });
    }
    this.refusals += 1;
    return { code: 1001, title: problem };
  }
}

/** Twice as long as the last time; a problem of long ago counts as new. */
function standFor({ listedAt: before, standsForMs }: KnownProblem, listedAt: number): number {
  return listedAt - before < 2 * LONGEST_STAND_MS ? Math.min(Math.max(2 * standsForMs, FIRST_STAND_MS), LONGEST_STAND_MS) : 0;
}

/** Whether it came out well, before the time was over. */
async function inTime(reading: Promise<boolean>, withinMs: number): Promise<boolean> {
  if (withinMs <= 0) return false;
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<boolean>((resolve) => { timer = setTimeout(() => resolve(false), withinMs); });
  const well = await Promise.race([reading, overdue]);
  clearTimeout(timer);
  return well;
}
