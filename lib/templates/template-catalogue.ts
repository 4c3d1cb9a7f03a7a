import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import { TemplateList } from './template-list.ts';
import type { TemplateSource } from './template-source.ts';

/** How long after a failure AiSensy is not asked again by itself, in milliseconds. */
const REST_MS = 30_000;

/** How long from its beginning the first reading is waited for by what does without it if need be, in milliseconds. */
const FIRST_PATIENCE_MS = 2_000;

/** AiSensy's templates of one account: kept, read anew from time to time, and kept all the same where that fails. */
export class TemplateCatalogue {
  private readonly logger = new Logger('WhatsAppBridge');
  /** How many readings have begun. */
  readings = 0;
  private list: TemplateList | undefined;
  private reading: { since: number; done: Promise<boolean> } | undefined;
  private failure: { at: number; error: Error } | undefined;

  /** `refreshMs` is how old the list may grow before it is read anew. */
  constructor(private readonly nickname: string, private readonly source: TemplateSource, private readonly refreshMs: number) {}

  /** The last list that was read; none before the first. Where it is old, a new one is read meanwhile. */
  get current(): TemplateList | undefined {
    const old = this.list === undefined || now() - this.list.askedAt >= this.refreshMs;
    if (old && !this.isResting()) void this.read();
    return this.list;
  }

  /**
   * The list for whoever does without it if need be: at once, but while the first reading is under way, which is waited for a moment.
   * Asks AiSensy for nothing itself, and never rejects.
   */
  get soon(): TemplateList | undefined | Promise<TemplateList | undefined> {
    if (this.list !== undefined || this.reading === undefined) return this.list;
    const left = this.reading.since + FIRST_PATIENCE_MS - now();
    return left <= 0 ? undefined : Promise.race([this.reading.done, delay(left, undefined, { ref: false })]).then(() => this.list);
  }

  /** When the reading that is under way began. */
  get readingSince(): number | undefined {
    return this.reading?.since;
  }

  /** The last list; waits for the first one. Rejects where there is none and AiSensy does not give one. */
  async known(): Promise<TemplateList> {
    if (this.current === undefined) await this.read();
    if (this.list === undefined) throw this.failure!.error;
    return this.list;
  }

  /** Reads the list anew, or waits for a reading under way. False where there is no newer list, because reading failed now or a moment ago. Never rejects. */
  async refresh(): Promise<boolean> {
    return this.reading === undefined && this.isResting() ? false : this.read();
  }

  private read(): Promise<boolean> {
    if (this.reading === undefined) {
      const since = now();
      this.readings += 1;
      const done = this.load(since, this.readings).finally(() => { this.reading = undefined; });
      this.reading = { since, done };
    }
    return this.reading.done;
  }

  private async load(askedAt: number, reading: number): Promise<boolean> {
    try {
      this.list = new TemplateList(await this.source.load(), askedAt, reading);
      this.failure = undefined;
      return true;
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const kept = this.list === undefined ? '' : `; the ${this.list.templates.length} from before are kept`;
      this.logger.warn(`Account ${this.nickname}: AiSensy's templates could not be read (${error.message})${kept}.`);
      this.failure = { at: now(), error };
      return false;
    }
  }

  private isResting(): boolean {
    return this.failure !== undefined && now() - this.failure.at < REST_MS;
  }
}
