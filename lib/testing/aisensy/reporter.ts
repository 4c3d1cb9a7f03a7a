import { randomUUID } from 'node:crypto';
import type { PostResult } from '../wire/http-client.ts';
import { Timers } from '../wire/timers.ts';
import { type CallbackForm, type CallbackFormName, type Report } from './callback-form.ts';
import type { CallbackSender } from './callback-sender.ts';
import { cleverTapForm } from './clevertap-form.ts';
import { metaForm, preferenceNotification } from './meta-form.ts';
import type { PersonMessage, PersonPreference } from './person.ts';
import { projectForm, statusOf } from './project-form.ts';
import type { ReceivedMessage } from './received-messages.ts';
import type { PlannedReport } from './report-plan.ts';

/** Where callbacks go. Nothing is posted to a URL that is not set. */
export interface CallbackTargets {
  /** With the form `clevertap`: delivery reports and inbound messages have a URL each. */
  deliveryReportUrl?: string;
  inboundMessageUrl?: string;
  /** With the forms `project` and `meta`. */
  webhookUrl?: string;
}

/** How reports share requests; one each by default. Project webhooks never share. */
export interface ReportBatching {
  /** The most reports in one request. */
  size: number;
  /** How long the first report of a request waits for others, in milliseconds. */
  waitMs: number;
}

/** What the reporter needs of its simulator. */
export interface ReporterOptions {
  sender: CallbackSender;
  form: CallbackFormName;
  targets: CallbackTargets;
  batching?: ReportBatching;
  log: (event: string, fields: Record<string, unknown>) => void;
  /** Called whenever something was settled. */
  changed: () => void;
}

const FORMS: Record<CallbackFormName, CallbackForm> = { clevertap: cleverTapForm, project: projectForm, meta: metaForm };

/** Posts reports and people's messages, each at its time. */
export class Reporter {
  /** Reports and messages that are due later, on their way, or to be posted again. */
  pending = 0;
  /** Reports and people's messages posted, repeats after a failure not counted. */
  posted = 0;
  people = 0;
  readonly form: CallbackForm;
  private readonly options: ReporterOptions;
  private readonly timers = new Timers();
  private readonly histories = new WeakMap<ReceivedMessage, Report['history']>();
  private batch: Report[] = [];

  constructor(options: ReporterOptions) {
    this.options = options;
    this.form = FORMS[options.form];
  }

  start(): void {
    this.timers.start();
    this.options.sender.start();
  }

  async stop(): Promise<void> {
    this.timers.stop();
    this.batch = [];
    this.pending = 0;
    await this.options.sender.stop();
  }

  /** Runs something later, which counts as pending until then. */
  later(ms: number, run: () => void): void {
    this.pending += 1;
    this.timers.after(ms, () => {
      run();
      this.settle(1);
    });
  }

  /** Posts a message's reports one after the other, each at its time, then calls `last`. */
  follow(message: ReceivedMessage, reports: PlannedReport[], last: () => void): void {
    const [next, ...rest] = reports;
    if (!next) return last();
    const due = (): void => {
      this.gather(this.reportOf(message, next));
      this.follow(message, rest, last);
    };
    if (next.afterMs <= 0) due();
    else this.later(next.afterMs, due);
  }

  /** Posts one report at once, alone. Resolves when it was answered. */
  async report(message: ReceivedMessage, planned: PlannedReport): Promise<void> {
    await this.postReports([this.reportOf(message, planned)]);
  }

  /** A message's present state, as the Project API tells it. */
  stateOf(message: ReceivedMessage): object {
    const history = this.histories.get(message) ?? {};
    const status = (['read', 'failed', 'delivered'] as const).find((each) => history[each] !== undefined) ?? 'sent';
    const error = status === 'failed' ? { code: 1005, metaCode: 131_026, title: 'Message undeliverable' } : undefined;
    // With what its sender called it, by which it may have been asked for.
    const sent = message.msgId === '' ? {} : { biz_opaque_callback_data: message.msgId };
    return { ...statusOf({ message, status, history: { sent: message.at, ...history }, ...(error && { error }) }), ...sent };
  }

  /** Posts a person's message. Resolves with the answer to its first attempt. */
  personSends(message: PersonMessage, wabaNumber: string, original: ReceivedMessage | undefined): Promise<PostResult> {
    const { targets, form, sender, log } = this.options;
    const url = (): string | undefined => (form === 'clevertap' ? targets.inboundMessageUrl : targets.webhookUrl);
    if (url() === undefined) {
      throw new Error(`Set the simulator's ${form === 'clevertap' ? 'inboundMessageUrl' : 'webhookUrl'} before a person sends something.`);
    }
    const inbound = { message, at: message.at ?? Date.now(), id: `wamid.SIMIN${randomUUID()}`, wabaNumber, original };
    log('person', { from: message.from, type: message.type, replyTo: message.replyTo });
    this.people += 1;
    this.pending += 1;
    return sender.post(() => url()!, (attempt) => this.form.inbound(inbound, attempt), () => this.settle(1));
  }

  /** Posts Meta's notification of a person's own switch, whatever the form of the rest. Resolves with the answer to its first attempt. */
  personPrefers(preference: PersonPreference, wabaNumber: string): Promise<PostResult> {
    const { targets, sender } = this.options;
    if (targets.webhookUrl === undefined) throw new Error("Set the simulator's webhookUrl before a person's preference changes.");
    this.pending += 1;
    return sender.post(() => targets.webhookUrl!, () => preferenceNotification(preference, wabaNumber), () => this.settle(1));
  }

  private reportOf(message: ReceivedMessage, planned: PlannedReport): Report {
    const { status, offsetMs, code = 1005, metaCode = 131_026, title = 'Message undeliverable' } = planned;
    let history = this.histories.get(message);
    if (!history) this.histories.set(message, (history = {}));
    const at = message.at + offsetMs;
    history[status] = at;
    const report: Report = { message, status, at, history };
    if (status === 'failed') report.error = { code, metaCode, title };
    if (status === 'clicked') report.url = planned.url ?? 'https://shop.example.com/cart';
    return report;
  }

  private gather(report: Report): void {
    const { size, waitMs } = this.options.batching ?? { size: 1, waitMs: 0 };
    const most = Math.min(size, this.form.maxReports);
    if (most <= 1) return void this.postReports([report]);
    this.batch.push(report);
    if (this.batch.length >= most) this.flush();
    else if (this.batch.length === 1) this.later(waitMs, () => this.flush());
  }

  private flush(): void {
    const reports = this.batch;
    this.batch = [];
    if (reports.length > 0) void this.postReports(reports);
  }

  private async postReports(reports: Report[]): Promise<void> {
    const { targets, form, sender, log } = this.options;
    const url = (): string | undefined => (form === 'clevertap' ? targets.deliveryReportUrl : targets.webhookUrl);
    const carried = reports.filter(({ status }) => this.form.carries(status));
    if (carried.length === 0 || url() === undefined) return this.options.changed();
    this.posted += carried.length;
    this.pending += carried.length;
    for (const { message, status } of carried) log('report', { msgId: message.msgId, status });
    await sender.post(() => url()!, (attempt) => this.form.reports(carried, attempt), () => this.settle(carried.length));
  }

  private settle(count: number): void {
    this.pending = Math.max(0, this.pending - count);
    this.options.changed();
  }
}
