import { jest } from '@jest/globals';
import { Injectable, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { parseCallback } from '../../lib/aisensy/callback.parser.ts';
import { CALLBACKS, type CallbacksPort } from '../../lib/callbacks/callbacks.ts';
import { parseOutbound } from '../../lib/clevertap/outbound.parser.ts';
import { now } from '../../lib/clock.ts';
import { SUBMISSIONS, type SubmissionPort } from '../../lib/dispatch/submission.ts';
import type { DeadLetter, DeliveryReportEvent, DispatchEvent, MessageHistory } from '../../lib/index.ts';
import { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';
import { openDatabase } from '../../lib/ledger/sqlite/open-database.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../../lib/options/resolved-options.ts';
import type { Attempt, Evidence, Observation } from '../crash/evidence.ts';
import type { Heard } from '../crash/host.ts';
import { judge } from '../crash/verdict.ts';
import { message } from '../support/messages.ts';
import { account } from '../support/options.ts';
import { AT_AISENSY, AT_CLEVERTAP, type Policy, type Step } from './bridge-steps.ts';
import { FarThread } from './far-thread.ts';
import { Outside, type OpenCall } from './outside.ts';

// Only now, since the bridge's thread is another one here.
const { OnDeliveryReport, OnDispatch, WhatsAppBridgeModule } = await import('../../lib/index.ts');

interface Report {
  msgId: string;
  status: string;
}

const QUICKLY = { firstDelayMs: 30, factor: 2, maxDelayMs: 200, jitter: 0 };
const ACCOUNT = account().mobileNumber;
/** What AiSensy has to report of one message and of the next; it may contradict itself. */
const STATUSES = [['sent', 'delivered', 'read'], ['sent', 'failed'], ['sent', 'delivered', 'read'], ['failed', 'delivered']];

/** The bridge as a host has it, between a CleverTap, an AiSensy and a ledger's thread that do as the steps say. Its time is theirs too. */
export class BridgeWorld {
  private readonly opened = openDatabase(':memory:');
  private app!: INestApplicationContext;
  private outside!: Outside;
  private readonly sent: string[] = [];
  private readonly attempts: Attempt[] = [];
  /** What AiSensy has not reported yet, and what it has and waits to be acknowledged. */
  private readonly reports: Report[] = [];
  private readonly reported = new Set<Report>();
  private readonly cleverTap: Evidence['cleverTap'] = [];
  private readonly aiSensy: Evidence['aiSensy'] = [];
  private readonly heard: Heard[] = [];
  private readonly observed: Observation[] = [];
  private readonly unknown: { waitMs: number; policy: Policy };
  private listened = 0;

  private constructor(policy: Policy) {
    this.unknown = { waitMs: 2_000, policy };
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
      case 'report': this.report(step.which); break;
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
      for (let due = this.reports.length; due > 0; due -= 1) this.report(0);
      await this.pump();
      await jest.advanceTimersByTimeAsync(50);
    }
    this.observe();
    const { violations } = judge(this.evidence());
    const broken = violations.map(({ promise, msgIds }) => `${promise}: ${msgIds.join(', ')}`);
    return this.isAtRest() ? broken : [...broken, 'it never comes to rest'];
  }

  close(): void {
    jest.clearAllTimers();
    this.outside.die();
    this.opened.close();
  }

  private async boot(): Promise<void> {
    const hear = (heard: Heard): void => this.hear(heard);

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
    }

    this.outside = new Outside((call) => this.left(call, this.attempts.length % 2 === 0));
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
    for (const report of this.reported) this.again(report);
    await this.boot();
  }

  private send(): void {
    const payload = message();
    const parsed = parseOutbound(JSON.stringify(payload));
    if (!parsed.ok) throw new Error(parsed.detail);
    const { msgId, origin, to, content, wire } = parsed.message;
    this.sent.push(msgId);
    const answer = (outcome: string): void => void this.cleverTap.push({ event: 'answer', at: now(), msgId, outcome });
    this.app.get<SubmissionPort>(SUBMISSIONS, { strict: false }).submit({ msgId, origin, account: ACCOUNT, to, content, wire }, now()).then(
      ({ kind }) => answer(kind === 'accepted' ? 'success' : kind),
      () => answer('error'),
    );
  }

  private calls(host: string): OpenCall[] {
    return this.outside.open.filter(({ origin }) => origin.includes(host));
  }

  private atAiSensy(call: OpenCall | undefined, as: keyof typeof AT_AISENSY): void {
    if (call === undefined) return;
    const { taken, reply } = AT_AISENSY[as];
    this.came(call, taken, reply === 'reset' ? 0 : reply.status);
    call.end(reply);
  }

  /** Nobody in the bridge will hear what becomes of it. */
  private left(call: OpenCall, came: boolean): void {
    if (call.origin.includes('aisensy')) this.came(call, came, 0);
    else if (came) this.told(call);
  }

  private came({ body }: OpenCall, taken: boolean, status: number): void {
    const { msgId } = JSON.parse(body) as { msgId: string };
    this.attempts.push({ msgId, taken, status });
    if (taken) this.reports.push(...STATUSES[this.attempts.length % STATUSES.length]!.map((each) => ({ msgId, status: each })));
  }

  private atCleverTap(call: OpenCall | undefined, as: keyof typeof AT_CLEVERTAP): void {
    if (call === undefined) return;
    const { taken, reply } = AT_CLEVERTAP[as];
    if (taken) this.told(call);
    call.end(reply);
  }

  private told({ body }: OpenCall): void {
    const { statuses } = JSON.parse(body) as { statuses: Report[] };
    for (const { msgId, status } of statuses) this.cleverTap.push({ event: 'status', at: now(), msgId, status });
  }

  /** What is not acknowledged is reported again. */
  private report(which: number): void {
    const report = pick(this.reports, which);
    if (report === undefined) return;
    this.reports.splice(this.reports.indexOf(report), 1);
    this.reported.add(report);
    const callback = parseCallback({ statuses: [{ ...report, timestamp: String(Math.floor(now() / 1_000)) }] }, now());
    const { accounts } = this.app.get<ResolvedOptions>(RESOLVED_OPTIONS, { strict: false });
    this.app.get<CallbacksPort>(CALLBACKS, { strict: false }).take(callback, accounts, now()).then(
      () => {
        if (this.reported.delete(report)) this.aiSensy.push({ event: 'report', at: now(), ...report });
      },
      () => this.again(report),
    );
  }

  private again(report: Report): void {
    if (this.reported.delete(report)) this.reports.push(report);
  }

  private observe(): void {
    for (const { msgId, state, status } of this.histories()) this.observed.push({ msgId, state, status });
  }

  /** What the ledger says, told by nobody who remembers anything. */
  private histories(): MessageHistory[] {
    const engine = new SqliteEngine(this.opened.db);
    return this.sent.map((msgId) => engine.message(ACCOUNT, msgId)).filter((history) => history !== undefined);
  }

  private evidence(): Evidence {
    const { cleverTap, aiSensy, attempts, heard, observed } = this;
    return {
      scenario: { unknown: this.unknown, callbackForm: 'clevertap' }, cleverTap, aiSensy, attempts, callbacksLost: 0, rejected: 0, histories: this.histories(),
      deadLetters: new SqliteEngine(this.opened.db).deadLetters({ limit: 1_000 }) as unknown as DeadLetter[], heard, observed,
    };
  }

  private isAtRest(): boolean {
    const waiting = this.opened.db.prepare(`SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM events WHERE relayed_at = 0)
      + (SELECT count(*) FROM messages WHERE state IN ('accepted', 'unknown')) AS count`).get();
    return Number(waiting!.count) + this.outside.open.length + this.reports.length + this.reported.size + FarThread.newest!.pending === 0;
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
  private hear(heard: Heard): void {
    this.listened += 1;
    if (this.listened % 5 === 0) throw new Error('The listener fails now and then.');
    this.heard.push(heard);
  }
}

function pick<T>(list: readonly T[], place: number): T | undefined {
  return list[place % Math.max(1, list.length)];
}
