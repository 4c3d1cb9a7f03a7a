import { enterLedgerThread } from './ledger-thread.ts';
import { Injectable, Module } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type {
  DeadLetter, DeliveryReportEvent, DispatchEvent, InboundMessageEvent, MessageHistory, WhatsAppBridgeOptions,
} from '../../lib/index.ts';
import { LEDGER } from '../../lib/ledger/ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { LedgerCounts } from '../../lib/ledger/ledger-records.ts';
import type { LedgerThreadSetup } from './ledger-thread.ts';
import type { Blow } from './points.ts';
import { Trap } from './trap.ts';

/** What a life of the host is started with, as JSON in its first argument. */
export interface HostSetup {
  platform: 'express' | 'fastify';
  port: number;
  options: WhatsAppBridgeOptions & { ledger: { engine: 'sqlite'; file: string } };
  /** Append-only: one line for each call of a listener, and one for each blow. */
  heardLog: string;
  blowLog: string;
  blow?: Blow;
  /** Every n-th call of a listener throws. */
  listenerFailsEvery: number;
  thread?: Pick<LedgerThreadSetup, 'synchronous' | 'pragmas'>;
}

/** One call of a listener. */
export interface Heard {
  kind: 'dispatch' | 'delivery-report' | 'inbound-message';
  /** The message's msgId; for an inbound message the person's number, in digits. */
  of: string;
  /** Outcome, status, or type. */
  what: string;
}

/** What the harness may ask the host, and what it is told. */
export interface HostQuestions {
  histories(msgIds: string[]): Promise<(MessageHistory | undefined)[]>;
  counts(): Promise<LedgerCounts>;
  deadLetters(): Promise<DeadLetter[]>;
}

const setup = JSON.parse(process.argv[2]!) as HostSetup;
const blowLog = openSync(setup.blowLog, 'a');
const trap = new Trap(setup.blow, blowLog);
enterLedgerThread({ blow: setup.blow, log: blowLog, file: setup.options.ledger.file, ...setup.thread });

// Only now, since the bridge takes hold of `Worker` as it is loaded.
const { WhatsAppBridge, WhatsAppBridgeModule, OnDeliveryReport, OnDispatch, OnInboundMessage } = await import('../../lib/index.ts');

@Injectable()
class Journey implements OnModuleDestroy {
  private readonly log = openSync(setup.heardLog, 'a');
  private calls = 0;

  @OnDispatch()
  dispatched({ message, outcome }: DispatchEvent): Promise<void> {
    return this.work({ kind: 'dispatch', of: message.msgId, what: outcome });
  }

  @OnDeliveryReport()
  reported({ msgId, status }: DeliveryReportEvent): Promise<void> {
    return this.work({ kind: 'delivery-report', of: msgId, what: status });
  }

  @OnInboundMessage()
  written({ from = '', type }: InboundMessageEvent): Promise<void> {
    return this.work({ kind: 'inbound-message', of: from.replace('+', ''), what: type });
  }

  onModuleDestroy(): void {
    trap.later('drain begun');
  }

  private async work(heard: Heard): Promise<void> {
    this.calls += 1;
    const fails = this.calls % setup.listenerFailsEvery === 0;
    await new Promise((resolve) => setImmediate(resolve)); // the first half: what a listener does before its own commit
    trap.reached('listener half done');
    if (fails) throw new Error('The listener fails now and then.');
    writeSync(this.log, `${JSON.stringify(heard)}\n`);
  }
}

@Module({ imports: [WhatsAppBridgeModule.forRoot(setup.options)], providers: [Journey] })
class HostModule {}

const adapter = setup.platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create(HostModule, adapter, { logger: ['log', 'error', 'warn'], abortOnError: false });
app.enableShutdownHooks();
layTraps(app.get<Ledger>(LEDGER, { strict: false }), app.getHttpServer() as Server);
await app.listen(setup.port, '127.0.0.1');
answerQuestions({
  histories: (msgIds) => Promise.all(msgIds.map((msgId) => app.get(WhatsAppBridge).message(msgId))),
  counts: () => app.get<Ledger>(LEDGER, { strict: false }).counts(),
  deadLetters: () => allDeadLetters(),
});

/** The points that the event loop passes: around the ledger's calls, and on the sockets. */
function layTraps(ledger: Ledger, server: Server): void {
  const { accept, claim, recordDispatch, finish } = ledger;
  ledger.accept = (message) => {
    trap.reached('parsed');
    return accept.call(ledger, message);
  };
  ledger.claim = async (lane, limit, now) => {
    const claimed = await claim.call(ledger, lane, limit, now);
    if (lane.startsWith('dispatch:') && claimed.jobs.length > 0) trap.reached('claimed');
    return claimed;
  };
  ledger.recordDispatch = (record) => {
    trap.reached('answer unrecorded');
    return recordDispatch.call(ledger, record);
  };
  ledger.finish = (results) => {
    if (results.some((result) => result.kind === 'done' && result.relayed !== undefined)) trap.reached('relay answered unrecorded');
    return finish.call(ledger, results);
  };
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.includes('/clevertap/messages')) response.once('finish', () => trap.reached('answered'));
  });
  subscribe('undici:request:bodySent', (message) => {
    const { request } = message as { request: { path: string } };
    if (request.path === new URL(setup.options.accounts[0]!.aiSensy.endpoint!).pathname) setImmediate(() => trap.reached('bytes on the wire'));
  });
}

async function allDeadLetters(): Promise<DeadLetter[]> {
  const { deadLetters } = app.get(WhatsAppBridge);
  const all: DeadLetter[] = [];
  for (;;) {
    const page = await deadLetters.list({ after: all.at(-1)?.id ?? 0 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

function answerQuestions(questions: HostQuestions): void {
  process.on('message', ({ id, ask, args }: { id: number; ask: keyof HostQuestions; args: [string[]] }) => {
    const told: Promise<unknown> = questions[ask](...args);
    told.then((value) => process.send!({ id, value }), (error: unknown) => process.send!({ id, error: String(error) }));
  });
  process.send!({ id: 0 });
}
