import type { SubmissionAnswer } from './submission.ts';

/** The answer to a caller who waits for AiSensy's verdict, but not longer than its time. Given once. */
export class PendingAnswer {
  readonly given: Promise<SubmissionAnswer>;
  private open = true;
  private resolve!: (answer: SubmissionAnswer) => void;
  private reject!: (error: Error) => void;
  private readonly timer: NodeJS.Timeout;

  constructor(withinMs: number) {
    this.given = new Promise((resolve, reject) => { [this.resolve, this.reject] = [resolve, reject]; });
    this.timer = setTimeout(() => this.give({ kind: 'accepted' }), withinMs);
  }

  /** False where the caller has already been answered: what there is to say must then travel as a report. */
  give(answer: SubmissionAnswer): boolean {
    if (!this.reserve()) return false;
    this.tell(answer);
    return true;
  }

  /** Reserves the answer: whoever has it must call `tell` or `fail` soon. False where it was given or reserved before. */
  reserve(): boolean {
    if (!this.open) return false;
    this.open = false;
    clearTimeout(this.timer);
    return true;
  }

  tell(answer: SubmissionAnswer): void {
    this.resolve(answer);
  }

  /** Rejects: the refusal could not be recorded, so no answer can be given. */
  fail(error: Error): void {
    this.reject(error);
  }
}
