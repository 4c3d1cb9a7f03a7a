import type { Behaviour } from './aisensy/behaviour.ts';
import type { CallbackFormName } from './aisensy/callback-form.ts';
import { ColdRoutes } from './aisensy/cold-routes.ts';
import { CallbackSender } from './aisensy/callback-sender.ts';
import type { CallbackTally } from './aisensy/callback-tally.ts';
import { Doors } from './aisensy/doors/doors.ts';
import type { AiSensySimulatorOptions } from './aisensy/options.ts';
import type { PersonMessage, PersonPreference, Reply } from './aisensy/person.ts';
import type { Plan } from './aisensy/plan.ts';
import { type ApiName, ReceivedMessages, type ReceivedMessage } from './aisensy/received-messages.ts';
import { Reception } from './aisensy/reception.ts';
import type { ReportPlan } from './aisensy/report-plan.ts';
import { Reporter, type CallbackTargets } from './aisensy/reporter.ts';
import type { PostResult } from './wire/http-client.ts';
import { HttpServer } from './wire/http-server.ts';
import { latencyOf } from './wire/latency.ts';
import { Watch, type WaitOptions } from './wire/watch.ts';
import { WireLog } from './wire/wire-log.ts';

const FORMS: Record<ApiName, CallbackFormName> = { clevertap: 'clevertap', direct: 'meta', project: 'project', campaign: 'project' };

/** The number that people write to, where nobody said. */
const WABA_NUMBER = '918889500122';

/**
 * AiSensy as a bridge sees it: takes messages at its CleverTap endpoint and through its Direct, Project and Campaign APIs, with any
 * fault on demand, and posts delivery reports and people's messages in any of its three callback forms. A plain HTTP server and
 * client on real sockets.
 */
export class AiSensySimulator {
  /** Where callbacks go; may be set and changed at any time. */
  readonly targets: CallbackTargets = {};
  /** What was asked for beside messages, as `GET /project-apis/v1/project/<id>/messages/<id>`, in order; for templates and media see `cold`. */
  readonly asked: string[];
  /** Templates and media, which the Direct and the Project API tell; may be changed at any time. */
  readonly cold: ColdRoutes;
  private readonly options: AiSensySimulatorOptions;
  private readonly server = new HttpServer((exchange) => this.reception.receive(exchange));
  private readonly sender: CallbackSender;
  private readonly reporter: Reporter;
  private readonly doors: Doors;
  private readonly reception: Reception;
  private readonly messages = new ReceivedMessages();
  private readonly watch = new Watch(() => this.inWords());
  private log: WireLog | undefined;

  constructor(options: AiSensySimulatorOptions = {}) {
    const { deliveryReportUrl, inboundMessageUrl, webhookUrl } = options;
    const log = (event: string, fields: Record<string, unknown>): void => this.log?.write(event, fields);
    const changed = (): void => this.watch.changed();
    this.options = options;
    this.cold = new ColdRoutes(options);
    this.setTargets({ deliveryReportUrl, inboundMessageUrl, webhookUrl });
    this.sender = new CallbackSender(options);
    this.reporter = new Reporter({
      sender: this.sender, form: options.callbackForm ?? FORMS[options.api ?? 'clevertap'], targets: this.targets,
      ...(options.batching ? { batching: options.batching } : {}), log, changed,
    });
    this.doors = new Doors(options, options.wabaNumber ?? WABA_NUMBER, {
      answerFields: (message) => this.reporter.form.answerFields(message),
      stateOf: (name) => {
        const message = this.messages.called(name);
        return message && this.reporter.stateOf(message);
      },
      templatesOf: (api) => (api === 'direct' ? this.cold.templates : this.cold.projectTemplates) ?? [],
    });
    this.reception = new Reception(options, {
      cold: this.cold, doors: this.doors, messages: this.messages, reporter: this.reporter, log, changed,
      personSends: (message) => this.personSends(message),
    });
    this.asked = this.reception.asked;
  }

  /** Opens the endpoint. */
  async start(): Promise<this> {
    this.reception.start();
    this.reporter.start();
    await this.server.start(this.options.port);
    if (this.options.wireLog !== undefined) this.log ??= new WireLog(this.options.wireLog);
    return this;
  }

  /** Closes every connection at once, drops the reports that are due, and ends every wait. */
  async stop(): Promise<void> {
    this.reception.stop();
    this.watch.stop();
    await Promise.all([this.server.stop(), this.reporter.stop()]);
    this.log?.close();
    this.log = undefined;
  }

  /** The same as `stop()`. */
  close(): Promise<void> {
    return this.stop();
  }

  /** Closes the endpoint, which refuses connections until `comeUp()`; reports go on. */
  goDown(): Promise<void> {
    return this.server.stop();
  }

  /** Opens the endpoint again, on the same port. */
  comeUp(): Promise<void> {
    return this.server.start();
  }

  /** What belongs into the account's `aiSensy.endpoint`, by the option `api`. */
  get endpoint(): string {
    return this.endpointOf(this.options.api ?? 'clevertap');
  }

  /** What belongs into `aiSensy.endpoint` for another of its APIs. */
  endpointOf(api: ApiName): string {
    return `${this.server.origin}${this.doors.pathOf(api)}`;
  }

  /** How often a token for the Direct API was fetched. */
  get tokensFetched(): number {
    return this.doors.tokens.fetched;
  }

  /** Makes the Direct API's token wrong, as it happens where somebody else fetches one. */
  voidToken(): void {
    this.doors.tokens.void();
  }

  /** What happens to messages from now on. */
  setPlan(plan: Plan<Behaviour>): void {
    this.reception.setPlan(plan);
  }

  /** Which reports messages get from now on. */
  setReports(plan: Plan<ReportPlan>): void {
    this.reception.setReports(plan);
  }

  /** What people answer from now on. */
  setReplies(plan: Plan<Reply>): void {
    this.reception.setReplies(plan);
  }

  /** Sets or changes where callbacks go. */
  setTargets(targets: CallbackTargets): void {
    for (const url of Object.values(targets) as (string | undefined)[]) if (url !== undefined) new URL(url);
    Object.assign(this.targets, targets);
  }

  /** Lets a person write to the number. Resolves with the receiver's answer to the first attempt. */
  async personSends(message: PersonMessage): Promise<PostResult> {
    const original = message.replyTo === undefined ? undefined : this.messages.byMsgId.get(message.replyTo)?.[0];
    const wabaNumber = original?.wabaNumber || this.options.wabaNumber || WABA_NUMBER;
    return this.reporter.personSends(message, wabaNumber, original);
  }

  /** Lets a person stop or resume marketing messages, which Meta notifies. Resolves with the receiver's answer to the first attempt. */
  personPrefers(preference: PersonPreference): Promise<PostResult> {
    return this.reporter.personPrefers(preference, this.options.wabaNumber ?? WABA_NUMBER);
  }

  /** Every message received with the right credential, in order. */
  get received(): readonly ReceivedMessage[] {
    return this.messages.all;
  }

  /** The messages in `received`, by msgId. */
  get receivedByMsgId(): ReadonlyMap<string, readonly ReceivedMessage[]> {
    return this.messages.byMsgId;
  }

  /** The msgIds that came more than once, test traffic (`0|0|0|0`) apart. */
  get duplicates(): string[] {
    return this.messages.duplicates();
  }

  /** The msgIds that went to the person more than once: each repeat is a message, and a charge, too many. */
  get takenTwice(): string[] {
    return this.messages.takenTwice();
  }

  /** Messages that went to the person. */
  get taken(): ReceivedMessage[] {
    return this.messages.all.filter(({ taken }) => taken);
  }

  /** Messages with a wrong credential. */
  get unauthorized(): number {
    return this.reception.unauthorized;
  }

  /** The most requests that were open at once. */
  get maxConcurrentSeen(): number {
    return this.server.maxOpen;
  }

  /** Requests in each second since the first one. */
  get requestsPerSecond(): number[] {
    return this.messages.perSecond();
  }

  /** The callbacks posted so far. */
  get callbacks(): CallbackTally {
    const { acknowledged, lost, switchedOff, failures, durations } = this.sender;
    return { posted: this.reporter.posted, people: this.reporter.people, acknowledged, lost, switchedOff, failures, latency: latencyOf(durations) };
  }

  /** Waits until the predicate is true; it is asked whenever something was received, answered or acknowledged. */
  waitFor(predicate: (simulator: this) => boolean, options?: WaitOptions): Promise<void> {
    return this.watch.until(() => predicate(this), options);
  }

  /** Waits until so many messages came in all. */
  waitForMessages(count: number, options?: WaitOptions): Promise<void> {
    return this.watch.until(() => this.messages.all.length >= count, { what: `${count} messages`, ...options });
  }

  /** Waits until all that was received is answered, and all its reports and replies are acknowledged or lost. */
  reportsDone(options?: WaitOptions): Promise<void> {
    const done = (): boolean => this.reception.answering === 0 && this.reporter.pending === 0;
    return this.watch.until(done, { what: 'all reports and replies to be acknowledged or lost', timeoutMs: 30_000, ...options });
  }

  /** Forgets everything received. */
  reset(): void {
    this.messages.clear();
    this.reception.clear();
  }

  private inWords(): string {
    const { acknowledged, failures, lost } = this.sender;
    return [
      `${this.messages.all.length} messages received (${this.unauthorized} more with a wrong credential)`, `${this.taken.length} taken`,
      `${this.reporter.posted} reports posted, ${this.reporter.pending} pending`,
      `${acknowledged} callbacks acknowledged, ${failures.length} failed, ${lost} lost`,
    ].join(', ');
  }
}
