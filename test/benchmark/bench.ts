import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Build } from './build.ts';
import type { BenchmarkOptions } from './options.ts';
import type { Campaign, CampaignResult } from './peers/clevertap.ts';
import { LeanPeers } from './peers/lean-peers.ts';
import type { Peers } from './peers/peers.ts';
import { SimulatorPeers } from './peers/simulator-peers.ts';
import type { Child } from './processes/child.ts';
import { startSubject, type SubjectName } from './subjects.ts';
import type { SubjectMethods, SubjectRoutes, Usage } from './subjects/subject.ts';

export interface LifeSetup {
  /** Calls to AiSensy at once; 1,000. */
  concurrency?: number;
  /** How long AiSensy takes to answer, in milliseconds; 100. */
  delayMs?: number;
  /** Whether three reports follow each message; true. */
  reports?: boolean;
  /** Messages that may wait in the subject; as many as it takes by default. */
  backlog?: number;
  /** Calls to AiSensy a second; as many as it takes by default. */
  perSecond?: number;
  /** A second account, whose AiSensy stands still; false. */
  stalledAccount?: boolean;
  /** A ledger that is there already and stays; by default each life has its own. */
  ledgerFile?: string;
}

/** The three reports of each message. */
const REPORTS = 3;
const RELAY_WITHIN_MS = 120_000;

/** What all sections share: the build, the peers, and a folder for ledgers. */
export class Bench {
  readonly options: BenchmarkOptions;
  readonly folder = mkdtempSync(join(tmpdir(), 'whatsapp-bridge-ledgers-'));
  private readonly build: Build;
  private readonly peers: Peers;
  private lives = 0;

  private constructor(options: BenchmarkOptions, build: Build, peers: Peers) {
    this.options = options;
    this.build = build;
    this.peers = peers;
  }

  static async open(options: BenchmarkOptions): Promise<Bench> {
    const [build, peers] = await Promise.all([
      Build.make(options.library), options.peers === 'simulators' ? SimulatorPeers.start() : LeanPeers.start(),
    ]);
    return new Bench(options, build, peers);
  }

  /** The rounds of a section: as many `times` as asked for, but none begins when the time for them is up. */
  *rounds(times = 1): Generator<number> {
    const { rounds, roundsWithinMs } = this.options;
    const startedAt = performance.now();
    for (let round = 1; round <= times * rounds; round += 1) {
      if (round > 1 && performance.now() - startedAt > roundsWithinMs) return;
      yield round;
    }
  }

  /** Starts a subject in a process of its own, lets `measure` have it, and ends it. */
  async life<T>(name: SubjectName, setup: LifeSetup, measure: (life: Life) => Promise<T>): Promise<T> {
    const { concurrency = 1_000, delayMs = 100, reports = true, ...others } = setup;
    this.lives += 1;
    const ledgerFile = setup.ledgerFile ?? join(this.folder, `${name}-${this.lives}.sqlite`);
    const subject = await startSubject(this.build, name, { ...this.peers.addresses, ...others, ledgerFile, concurrency }, this.options.profiles);
    try {
      const routes = await subject.call('routes');
      await this.peers.begin({ delayMs, ...(reports && { deliveryReportUrl: routes.deliveryReports }) });
      return await measure(new Life(name, subject, routes, this.peers, this.options));
    } finally {
      await subject.stop();
      if (setup.ledgerFile === undefined) for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(ledgerFile + suffix, { force: true });
    }
  }

  async close(): Promise<void> {
    await this.peers.stop();
    this.build.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One campaign and what followed. */
export interface Round extends CampaignResult {
  /** Messages taken a second, from the first request until every status of each of them has been relayed; 0 where that was not waited for. */
  loopPerSecond: number;
  usage: Usage & { cpuUsPerMessage: number; mainCpuUsPerMessage: number };
  /** What CleverTap and AiSensy cost the machine meanwhile. */
  peersCpuUsPerMessage: number;
}

/** A subject that runs. */
export class Life {
  private readonly name: SubjectName;
  private readonly subject: Child<SubjectMethods>;
  private readonly routes: SubjectRoutes;
  private readonly peers: Peers;
  private readonly options: BenchmarkOptions;

  constructor(name: SubjectName, subject: Child<SubjectMethods>, routes: SubjectRoutes, peers: Peers, options: BenchmarkOptions) {
    this.name = name;
    this.subject = subject;
    this.routes = routes;
    this.peers = peers;
    this.options = options;
  }

  /** Sends a campaign and, unless told otherwise, waits until all that was taken has been relayed. Refusals fail it unless they are wanted. */
  async send(campaign: Omit<Campaign, 'url' | 'connections' | 'preconnect'> & Partial<Campaign>, { relayed = true, profile = '', refusals = false } = {}): Promise<Round> {
    const { profiles } = this.options;
    const profiling = profiles !== undefined && profile !== '';
    if (profiling) await this.subject.call('profile');
    await this.subject.call('begin');
    const peersBefore = await this.peers.cpuMs();
    const { messages } = campaign;
    const result = await this.peers.campaign({ url: this.routes.messages, connections: 1_500, preconnect: true, ...campaign });
    const refused = result.refusals?.messages ?? 0;
    const failed = result.failed + (refusals ? 0 : refused);
    if (failed > 0) throw new Error(`${this.name}: ${failed} of ${messages} requests failed.`);
    const taken = messages - refused;
    const loopMs = relayed ? await this.peers.relayed(taken * REPORTS, RELAY_WITHIN_MS) : Infinity;
    const usage = await this.subject.call('usage');
    if (profiling) await this.subject.call('endProfile', profiles, `${this.name}-${profile}`);
    const perMessage = (ms: number): number => (ms * 1_000) / messages;
    return {
      ...result, loopPerSecond: (taken * 1_000) / loopMs, peersCpuUsPerMessage: perMessage((await this.peers.cpuMs()) - peersBefore),
      usage: { ...usage, cpuUsPerMessage: perMessage(usage.cpuMs), mainCpuUsPerMessage: perMessage(usage.mainCpuMs) },
    };
  }

  /** How many messages it has sent to AiSensy. */
  sent(): Promise<number> {
    return this.peers.received();
  }

  /** Resident size in MiB after garbage has been collected. */
  async residentMb(): Promise<number> {
    await this.subject.call('settle');
    return (await this.subject.call('usage')).rssMb;
  }
}
