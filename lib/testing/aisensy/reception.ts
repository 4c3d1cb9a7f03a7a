import { parseJson } from '../clevertap/answers.ts';
import { VALIDATION_TEMPLATE } from '../clevertap/forms.ts';
import { digits } from '../digits.ts';
import type { Exchange } from '../wire/http-server.ts';
import { Timers } from '../wire/timers.ts';
import { behaviours, isTaken, type AnswerBehaviour, type Behaviour } from './behaviour.ts';
import type { ColdRoutes } from './cold-routes.ts';
import { object, type Door, type Json } from './doors/door.ts';
import type { Doors } from './doors/doors.ts';
import type { AiSensySimulatorOptions } from './options.ts';
import { replyContent, type PersonMessage, type Reply } from './person.ts';
import { chooserOf, type Plan } from './plan.ts';
import { randomFrom } from './random.ts';
import type { ReceivedMessage, ReceivedMessages } from './received-messages.ts';
import { layOut, type ReportPlan } from './report-plan.ts';
import type { Reporter } from './reporter.ts';

/** What the reception needs of its simulator. */
export interface ReceptionHost {
  cold: ColdRoutes;
  doors: Doors;
  messages: ReceivedMessages;
  reporter: Reporter;
  personSends: (message: PersonMessage) => Promise<unknown>;
  log: (event: string, fields: Record<string, unknown>) => void;
  /** Called whenever something was received or answered. */
  changed: () => void;
}

/** Receives every request: finds its door, decides by the plans what becomes of a message, answers, and sets its reports and replies going. */
export class Reception {
  /** What was asked for beside messages, templates and media apart. */
  readonly asked: string[] = [];
  /** Messages with a wrong credential. */
  unauthorized = 0;
  /** Messages that have no answer yet. */
  answering = 0;
  private readonly options: AiSensySimulatorOptions;
  private readonly host: ReceptionHost;
  private readonly timers = new Timers();
  private readonly random: () => number;
  private behaviourOf!: (message: ReceivedMessage) => Behaviour | undefined;
  private reportsOf!: (message: ReceivedMessage) => ReportPlan | undefined;
  private replyOf!: (message: ReceivedMessage) => Reply | undefined;

  constructor(options: AiSensySimulatorOptions, host: ReceptionHost) {
    const { plan = [], reports = [], replies = [], seed = 1 } = options;
    this.options = options;
    this.host = host;
    this.random = randomFrom(seed);
    this.setPlan(plan);
    this.setReports(reports);
    this.setReplies(replies);
  }

  setPlan(plan: Plan<Behaviour>): void {
    this.behaviourOf = chooserOf(plan, this.random);
  }

  setReports(plan: Plan<ReportPlan>): void {
    this.reportsOf = chooserOf(plan, this.random);
  }

  setReplies(plan: Plan<Reply>): void {
    this.replyOf = chooserOf(plan, this.random);
  }

  start(): void {
    this.timers.start();
  }

  /** Drops the answers that are due. */
  stop(): void {
    this.timers.stop();
    this.answering = 0;
  }

  /** Forgets what was counted. */
  clear(): void {
    this.asked.length = 0;
    this.unauthorized = 0;
  }

  receive(exchange: Exchange): void {
    const { cold, doors, messages, log, changed } = this.host;
    if (cold.answer(exchange, (call) => doors.letsIn(call))) return changed();
    const door = doors.find(exchange);
    const body = object(parseJson(exchange.body.toString()));
    if (door === undefined) return this.answerAside(exchange, body);
    const refusal = door.refuses(exchange, body);
    if (refusal !== undefined) {
      this.unauthorized += 1;
      changed();
      return void this.answer(exchange, refusal);
    }
    const message = messages.add(door.name, exchange, door.read(body), this.options.keepBodies ?? true);
    const behaviour = message.readable ? this.behaviourOf(message) ?? door.problem(body) ?? behaviours.accept() : behaviours.badRequest('Invalid request');
    // The validation of a provider is never meant for a person.
    message.taken = isTaken(behaviour) && message.template !== VALIDATION_TEMPLATE;
    const { msgId, to, taken, at } = message;
    log('message', { msgId, to, taken, receivedAt: at, body: exchange.body.toString('base64') });
    this.answering += 1;
    const delayMs = behaviour.delayMs ?? this.delayOf(message);
    const act = (): void => void this.act(exchange, door, message, behaviour);
    if (delayMs > 0) this.timers.after(delayMs, act);
    else act();
    changed();
  }

  private answerAside(exchange: Exchange, body: Json): void {
    this.asked.push(`${exchange.method} ${exchange.path}`);
    this.host.changed();
    this.answer(exchange, this.host.doors.aside(exchange, body));
  }

  private async act(exchange: Exchange, door: Door, message: ReceivedMessage, behaviour: Behaviour): Promise<void> {
    const { reporter, changed } = this.host;
    const plan = message.taken ? this.reportsOf(message) ?? {} : { statuses: [] };
    const reports = layOut(plan, this.random);
    const reached = message.taken && !reports.some(({ status }) => status === 'failed');
    if (reports.length > 0 && plan.early !== undefined) {
      const reported = reporter.report(message, reports.shift()!);
      if (plan.early === 'acknowledged') await reported;
      else if (plan.early > 0) await this.timers.pause(plan.early);
    }
    if (behaviour.kind === 'answer') message.status = this.answer(exchange, behaviour, door.accepted(message));
    else if (behaviour.kind === 'reset') exchange.reset();
    reporter.follow(message, reports, () => {
      if (reached) this.reply(message, exchange.body);
    });
    this.answering = Math.max(0, this.answering - 1);
    changed();
  }

  /** Returns the status, 0 where the caller had hung up. */
  private answer(exchange: Exchange, { status = 200, headers, body: given }: AnswerBehaviour, accepted: object = {}): number {
    const body = given ?? accepted;
    return exchange.answer(status, JSON.stringify(body), headers) ? status : 0;
  }

  private reply(message: ReceivedMessage, body: Buffer): void {
    const reply = this.replyOf(message);
    const content = reply && replyContent(reply, parseJson(body.toString()));
    if (!content) return;
    this.host.reporter.later(reply.afterMs ?? 5, () => {
      void this.host.personSends({ ...content, from: digits(message.to), replyTo: message.msgId });
    });
  }

  private delayOf(message: ReceivedMessage): number {
    const { delayMs = 5 } = this.options;
    return typeof delayMs === 'function' ? delayMs(message, message.index) : delayMs;
  }
}
