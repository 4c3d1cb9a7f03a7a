import { jest } from '@jest/globals';
import { Injectable, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { parseCallback } from '../../lib/aisensy/callback.parser.ts';
import { CALLBACKS, type CallbacksPort } from '../../lib/callbacks/callbacks.ts';
import { parseOutbound } from '../../lib/clevertap/outbound.parser.ts';
import { now } from '../../lib/clock.ts';
import { SUBMISSIONS, type SubmissionPort } from '../../lib/dispatch/submission.ts';
import type { DeadLetter, DeliveryReportEvent, DispatchEvent, InboundMessageEvent, MessageHistory } from '../../lib/index.ts';
import { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';
import { openDatabase } from '../../lib/ledger/sqlite/open-database.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../../lib/options/resolved-options.ts';
import type { Heard } from '../crash/host.ts';
import { message } from '../support/messages.ts';
import { account } from '../support/options.ts';
import { AT_AISENSY, AT_CLEVERTAP, type AtAiSensy, type Policy, type Step } from './bridge-steps.ts';
import { FarThread } from './far-thread.ts';
import { Outside, type OpenCall } from './outside.ts';
import { bodyOf, type Callback, OwedCallbacks } from './owed-callbacks.ts';
import { Witness, type Writing } from './witness.ts';

// Only now, since the bridge's thread is another one here.
const { OnDeliveryReport, OnDispatch, OnInboundMessage, WhatsAppBridge, WhatsAppBridgeModule } = await import('../../lib/index.ts');

const QUICKLY = { firstDelayMs: 30, factor: 2, maxDelayMs: 200, jitter: 0 };
const ACCOUNT = account().mobileNumber;
/** What AiSensy has to report of one message and of the next; it may contradict itself. */
const STATUSES = [['sent', 'delivered', 'read'], ['sent', 'failed'], ['sent', 'delivered', 'read'], ['failed', 'delivered']];

const PEOPLE = ['919700000001', '919700000002'];

/** What CleverTap is called with: statuses, or a person's message. */
interface CleverTapBody {
  statuses?: { msgId: string; status: string }[];
  from?: string;
  text?: { body: string };
}

/** The bridge as a host has it, between a CleverTap, an AiSensy and a ledger's thread that do as the steps say. Its time is theirs too. */
export class BridgeWorld {
  private readonly opened = openDatabase(':memory:');
  private app!: INestApplicationContext;
  private outside!: Outside;
  private readonly sent: { msgId: string; to: string }[] = [];
  private readonly owed = new OwedCallbacks();
  private readonly witness: Witness;
  private readonly unknown: { waitMs: number; policy: Policy };
  private written = 0;
  private listened = 0;

  private constructor(policy: Policy) {
    this.unknown = { waitMs: 2_000, policy };
    this.witness = new Witness(this.unknown);
    FarThread.file = this.opened.db;
  }

  static async begin(policy: Policy): Promise<BridgeWorld> {
    const world = new BridgeWorld(policy);
    await world.boot();
    return world;
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'send': this.send(); break;
      case 'work': FarThread.newest!.work(step.calls); break;
      case 'answer': FarThread.newest!.answer(); break;
      case 'aisensy': this.atAiSensy(pick(this.calls('aisensy'), step.call), step.as); break;
      case 'clevertap': this.atCleverTap(pick(this.calls('wzrkt'), step.call), step.as); break;
      case 'write': this.write(step.person); break;
      case 'callback': this.callBack(step.which); break;
      case 'forget': this.forget(this.sent.at(-1 - step.before)); break;
      case 'replay': this.replay(); break;
      case 'pass': await jest.advanceTimersByTimeAsync(step.ms); break;
      case 'lose': FarThread.newest!.die(); break;
      case 'restart': await this.restart(); break;
      case 'crash': await this.crash(step.came); break;
    }
    await this.settle();
  }

  /** Lets all go well from now on, until everything is at rest; the promises that were broken on the way. */
  async finish(): Promise<string[]> {
    for (let round = 0; round < 300 && !this.isAtRest(); round += 1) {
      await this.pump();
      for (const call of this.calls('aisensy')) this.atAiSensy(call, 'taken');
      for (const call of this.calls('wzrkt')) this.atCleverTap(call, 'taken');
      for (let due = this.owed.dueNow; due > 0; due -= 1) this.callBack(0);
      await this.pump();
      await jest.advanceTimersByTimeAsync(50);
    }
    this.observe();
    const broken = this.witness.broken(this.histories(), this.letters(), this.wrote());
    return this.isAtRest() ? broken : [...broken, 'it never comes to rest'];
  }

  close(): void {
    jest.clearAllTimers();
    this.outside.die();
    this.opened.close();
  }

  private async boot(): Promise<void> {
    const hear = this.hear.bind(this);

    @Injectable()
    class Journey {
      @OnDispatch()
      dispatched({ message: { msgId }, outcome }: DispatchEvent): void {
        hear({ kind: 'dispatch', of: msgId, what: outcome });
      }

      @OnDeliveryReport()
      reported({ msgId, status }: DeliveryReportEvent): void {
        hear({ kind: 'delivery-report', of: msgId, what: status });
      }

      @OnInboundMessage()
      wrote({ from, type, text }: InboundMessageEvent): void {
        hear({ kind: 'inbound-message', of: from!.slice(1), what: type }, text);
      }
    }

    this.outside = new Outside({
      opened: (call) => this.opens(call),
      abandoned: (call) => this.left(call, this.witness.attempts.length % 2 === 0),
    });
    const bridge = WhatsAppBridgeModule.forRoot({
      accounts: [{ ...account(), aiSensy: { ...account().aiSensy, endpoint: 'https://aisensy.example.com/m' }, maxConcurrentRequests: 3, unknownOutcome: this.unknown }],
      ledger: { engine: 'sqlite', file: 'never-written.sqlite' }, answerWithinMs: 100, relay: { batchSize: 3, batchWaitMs: 5 },
      retry: { dispatch: QUICKLY, relay: QUICKLY, listeners: QUICKLY }, dispatcher: this.outside,
    });
    @Module({ imports: [bridge], providers: [Journey] })
    class Host {}
    const booting = NestFactory.createApplicationContext(Host, { logger: false });
    let booted = false;
    void booting.finally(() => { booted = true; });
    for (let round = 0; !booted; round += 1) {
      if (round === 1_000) throw new Error('The app does not start.');
      await this.pump();
    }
    this.app = await booting;
  }

  private async restart(): Promise<void> {
    let closed = false;
    void this.app.close().finally(() => { closed = true; });
    for (let round = 0; !closed; round += 1) {
      if (round === 1_000) throw new Error('The app does not close.');
      await this.pump();
      await jest.advanceTimersByTimeAsync(100);
    }
    this.observe();
    await this.boot();
  }

  private async crash(came: boolean): Promise<void> {
    this.observe();
    const at = performance.now();
    jest.clearAllTimers(); // sets the clock back too
    await jest.advanceTimersByTimeAsync(at - performance.now());
    for (const call of this.outside.die()) this.left(call, came);
    this.owed.loseAnswers();
    await this.boot();
  }

  private send(): void {
    const payload = message();
    const parsed = parseOutbound(JSON.stringify(payload));
    if (!parsed.ok) throw new Error(parsed.detail);
    const { msgId, origin, to, content, wire } = parsed.message;
    this.sent.push({ msgId, to });
    const answer = (outcome: string): void => void this.witness.cleverTap.push({ event: 'answer', at: now(), msgId, outcome });
    this.app.get<SubmissionPort>(SUBMISSIONS, { strict: false }).submit({ msgId, origin, account: ACCOUNT, to, content, wire }, now()).then(
      ({ kind }) => answer(kind === 'accepted' ? 'success' : kind),
      () => answer('error'),
    );
  }

  private forget(message: { msgId: string; to: string } | undefined): void {
    if (message === undefined) return;
    this.witness.forgotten.set(message.msgId, false);
    this.app.get(WhatsAppBridge).forget(message.to).then(() => this.witness.forgotten.set(message.msgId, true), () => undefined);
  }

  private replay(): void {
    this.app.get(WhatsAppBridge).deadLetters.replay({ kind: 'refused' }, { evenIfExpired: true }).catch(() => undefined);
  }

  private letters(): DeadLetter[] {
    return new SqliteEngine(this.opened.db).deadLetters({ limit: 1_000 }) as unknown as DeadLetter[];
  }

  private opens({ origin, body }: OpenCall): void {
    if (!origin.includes('aisensy')) return;
    const { msgId } = JSON.parse(body) as { msgId: string };
    if (this.witness.forgotten.get(msgId) === true) this.witness.sentOnceForgotten.push(msgId);
  }

  private calls(host: string): OpenCall[] {
    return this.outside.open.filter(({ origin }) => origin.includes(host));
  }

  private atAiSensy(call: OpenCall | undefined, as: keyof typeof AT_AISENSY): void {
    if (call === undefined) return;
    const { taken, reply, reports }: AtAiSensy = AT_AISENSY[as];
    this.came(call, taken, reply === 'reset' ? 0 : reply.status, reports);
    call.end(reply);
  }

  /** Nobody in the bridge will hear what becomes of it. */
  private left(call: OpenCall, came: boolean): void {
    if (call.origin.includes('aisensy')) this.came(call, came, 0);
    else if (came) this.told(call);
  }

  private came({ body }: OpenCall, taken: boolean, status: number, reports: string[] = []): void {
    const { msgId } = JSON.parse(body) as { msgId: string };
    this.witness.attempts.push({ msgId, taken, status });
    const statuses = taken ? STATUSES[this.witness.attempts.length % STATUSES.length]! : reports;
    this.owed.owe(...statuses.map((each): Callback => ({ event: 'report', msgId, status: each })));
  }

  private atCleverTap(call: OpenCall | undefined, as: keyof typeof AT_CLEVERTAP): void {
    if (call === undefined) return;
    const { taken, reply } = AT_CLEVERTAP[as];
    if (taken) this.told(call);
    call.end(reply);
  }

  private told({ body }: OpenCall): void {
    const { statuses, from, text } = JSON.parse(body) as CleverTapBody;
    if (statuses === undefined) this.witness.cleverTap.push({ event: 'inbound', at: now(), from, text: text!.body });
    else for (const { msgId, status } of statuses) this.witness.cleverTap.push({ event: 'status', at: now(), msgId, status });
  }

  private write(person: number): void {
    this.written += 1;
    this.owed.owe({ event: 'person', from: PEOPLE[person]!, text: `Message ${this.written}`, writtenAt: now() });
  }

  /** What is not acknowledged comes again. */
  private callBack(which: number): void {
    const callback = this.owed.take(which);
    if (callback === undefined) return;
    const { accounts } = this.app.get<ResolvedOptions>(RESOLVED_OPTIONS, { strict: false });
    this.app.get<CallbacksPort>(CALLBACKS, { strict: false }).take(parseCallback(bodyOf(callback, ACCOUNT), now()), accounts, now()).then(
      () => {
        if (this.owed.acknowledge(callback)) this.witness.aiSensy.push({ at: now(), ...callback });
      },
      () => this.owed.again(callback),
    );
  }

  private observe(): void {
    for (const { msgId, state, status } of this.histories()) this.witness.observed.push({ msgId, state, status });
  }

  /** What the ledger says, told by nobody who remembers anything. */
  private histories(): MessageHistory[] {
    const engine = new SqliteEngine(this.opened.db);
    return this.sent.map(({ msgId }) => engine.message(ACCOUNT, msgId)).filter((history) => history !== undefined);
  }

  /** What people wrote, in the order in which the bridge wrote it down. */
  private wrote(): Writing[] {
    const rows = this.opened.db.prepare(`SELECT payload ->> 'from' AS person, payload ->> 'text' AS text FROM events WHERE kind = 'inbound-message' ORDER BY seq`);
    return rows.all().map(({ person, text }) => ({ from: String(person).slice(1), text: String(text) }));
  }

  private isAtRest(): boolean {
    const waiting = this.opened.db.prepare(`SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM events WHERE relayed_at = 0)
      + (SELECT count(*) FROM messages WHERE state IN ('accepted', 'unknown')) AS count`).get();
    return Number(waiting!.count) + this.outside.open.length + this.owed.left + FarThread.newest!.pending === 0;
  }

  /** The ledger answers all that it is asked. */
  private async pump(): Promise<void> {
    FarThread.newest?.work();
    FarThread.newest?.answer();
    await this.settle();
  }

  private async settle(): Promise<void> {
    await jest.advanceTimersByTimeAsync(0);
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Now and then it throws. */
  private hear(heard: Heard, text?: string): void {
    this.listened += 1;
    if (this.listened % 5 === 0) throw new Error('The listener fails now and then.');
    this.witness.heard.push(heard);
    if (text !== undefined) this.witness.wrote.push({ from: heard.of, text });
  }
}

function pick<T>(list: readonly T[], place: number): T | undefined {
  return list[place % Math.max(1, list.length)];
}
