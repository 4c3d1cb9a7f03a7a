import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { MessageHistory } from '../../lib/index.ts';
import type { Balance, Evidence, Observation, Violation } from './evidence.ts';
import { HostProcess, readLines } from './host-process.ts';
import type { Heard, HostSetup } from './host.ts';
import { faultOf } from './ledger-file.ts';
import type { Blow, Point } from './points.ts';
import { freePort } from './ports.ts';
import type { Scenario } from './scenario.ts';
import { judge } from './verdict.ts';

type Testing = typeof import('../../lib/testing/index.ts');
type CleverTap = Awaited<ReturnType<typeof startCleverTap>>;
type AiSensy = Awaited<ReturnType<typeof startAiSensy>>;

/** What one run showed. */
export interface RunResult {
  balance: Balance;
  violations: Violation[];
  /** The points at which the host was killed, in order. */
  kills: Point[];
  lives: number;
}

const CLEVERTAP_KEY = { 'x-api-key': 'key-of-clevertap' };
const AISENSY_KEY = { authorization: 'Bearer key-of-aisensy' };
const CALLBACK_TOKEN = 'token-of-aisensy';

/** How long a life may take to come up, and a run to come to rest or to stop. */
const PATIENCE_MS = 45_000;
const LOOK_EVERY_MS = 150;

/** Plays one scenario in a folder of its own: campaign, death, restart, rest, and the reckoning. */
export async function crashRun(scenario: Scenario, builtIn: string, folder: string): Promise<RunResult> {
  mkdirSync(folder, { recursive: true });
  const testing = (await import(pathToFileURL(join(builtIn, 'lib/testing/index.js')).href)) as Testing;
  const run = new Run(scenario, builtIn, folder, testing);
  try {
    await run.open();
    return await run.play();
  } finally {
    await run.close();
  }
}

class Run {
  private readonly scenario: Scenario;
  private readonly builtIn: string;
  private readonly folder: string;
  private readonly testing: Testing;
  private cleverTap!: CleverTap;
  private aiSensy!: AiSensy;
  private setup!: HostSetup;
  private host!: HostProcess;
  private lives = 0;
  private readonly msgIds: string[] = [];
  private readonly observed: Observation[] = [];
  private readonly troubles: Violation[] = [];

  constructor(scenario: Scenario, builtIn: string, folder: string, testing: Testing) {
    this.scenario = scenario;
    this.builtIn = builtIn;
    this.folder = folder;
    this.testing = testing;
  }

  async open(): Promise<void> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/whatsapp`;
    this.cleverTap = await startCleverTap(this.testing, this.scenario, this.file('clevertap.jsonl'), url);
    this.aiSensy = await startAiSensy(this.testing, this.scenario, this.file('aisensy.jsonl'), url);
    this.setup = this.setupOf(port);
  }

  async play(): Promise<RunResult> {
    const { scenario } = this;
    const [first, second] = scenario.blows;
    await this.live(first);
    const campaign = this.campaign('1', scenario.messages);
    if (scenario.storm && first!.point === 'random') later(first!.at, () => this.host.strike(this.setup.blowLog, 'random'));
    if (first!.point === 'drain begun') later(scenario.terminateAfterMs, () => this.host.signal('SIGTERM'));
    await this.untilDeadOrQuiet(campaign);
    if (second !== undefined) {
      await this.live(second);
      await this.untilDeadOrQuiet(this.campaign('2', Math.ceil(scenario.messages / 3)));
    }
    do {
      await this.live();
      // A repeat of what came before is one message still; and the bridge works as ever.
      await this.untilDeadOrQuiet(Promise.all([this.campaign('1', 20), this.campaign('3', 20)]));
    } while (this.host.dead); // a blow that was laid before fell only now
    const evidence = await this.evidence();
    await this.stop();
    const { balance, violations } = judge(evidence);
    return { balance, violations: [...this.troubles, ...violations], kills: readLines(this.setup.blowLog, (line) => line as Point), lives: this.lives };
  }

  async close(): Promise<void> {
    if (this.host !== undefined && !this.host.dead) this.host.signal('SIGKILL');
    await Promise.all([this.cleverTap?.stop(), this.aiSensy?.stop()]);
  }

  /** Starts the host on the same file and port; where it dies while it starts, once more without a blow. */
  private async live(blow?: Blow): Promise<void> {
    if (this.host !== undefined && !this.host.dead) return;
    this.lives += 1;
    this.host = HostProcess.start(this.builtIn, { ...this.setup, ...(blow && { blow }) }, this.file('host.log'));
    const { host } = this;
    if (blow?.point === 'random' && !this.scenario.storm) {
      later(blow.at, () => {
        if (!host.dead) host.strike(this.setup.blowLog, blow.point);
      });
    }
    if (await host.listening()) return void this.look(host);
    const { code, signal } = await host.death;
    if (signal === 'SIGKILL' && blow !== undefined) return this.live();
    throw new Error(`The host did not start (${String(signal ?? code)}): see ${this.file('host.log')}.`);
  }

  /** Sends messages that no other campaign of the run sends, or the same as before under the same name. */
  private async campaign(name: string, messages: number): Promise<void> {
    const { concurrency, perSecond, seed } = this.scenario;
    const campaignId = `${seed}${name}`;
    const recipients = Array.from({ length: messages }, (_, index) => `9198${name}${String(index).padStart(7, '0')}`);
    const form = ['textFooter', 'quickReplies', 'headerImage'] as const;
    for (let index = 0; index < messages; index += 1) {
      const msgId = this.testing.msgIdOf(index, campaignId);
      if (!this.msgIds.includes(msgId)) this.msgIds.push(msgId);
    }
    await this.cleverTap.call('runCampaign', { messages, concurrency, perSecond, campaignId, recipients, form: [...form] });
  }

  /** A blow falls sooner or later; where its point does not come, the run goes on with a host that lives. */
  private async untilDeadOrQuiet(campaign: Promise<unknown>): Promise<void> {
    await Promise.race([this.host.death, this.quiet(campaign)]);
    if (this.host.dead) await campaign;
  }

  /** Everything that was accepted has come to its end, but for what waits for evidence. */
  private async quiet(campaign: Promise<unknown>): Promise<void> {
    const { host } = this;
    await campaign;
    // Where no answer ever comes the calls go one after another: on a busy machine that takes its time.
    const patienceMs = this.scenario.storm ? 4 * PATIENCE_MS : PATIENCE_MS;
    const until = performance.now() + patienceMs;
    while (!host.dead && performance.now() < until) {
      const isReported = await this.aiSensy.call('reportsDone', { timeoutMs: 1 }).then(() => true, () => false);
      if (isReported && (await this.isAtRest(host))) return;
      await setTimeout(LOOK_EVERY_MS);
    }
    if (!host.dead) this.troubles.push({ promise: `the run comes to rest within ${patienceMs} ms`, msgIds: [JSON.stringify(await host.ask('counts'))] });
  }

  /** Unknown messages wait for evidence, in some runs for longer than the run lasts. */
  private async isAtRest(host: HostProcess): Promise<boolean> {
    const counts = await host.ask('counts').catch(() => undefined);
    if (counts === undefined) return false;
    const { messages, jobs } = counts;
    const mayWait = this.scenario.unknown.waitMs > PATIENCE_MS;
    return (messages.accepted ?? 0) === 0 && Object.keys(jobs).every((lane) => mayWait && lane.startsWith('settle:'));
  }

  /** Notes again and again what the ledger says of every message, while this life lasts. */
  private async look(host: HostProcess): Promise<void> {
    while (!host.dead) {
      try {
        for (const { msgId, state, status } of await this.histories(host)) this.observed.push({ msgId, state, status });
      } catch {
        return;
      }
      await setTimeout(2 * LOOK_EVERY_MS);
    }
  }

  private async histories(host: HostProcess): Promise<MessageHistory[]> {
    return (await host.ask('histories', this.msgIds)).filter((history) => history !== undefined);
  }

  private async evidence(): Promise<Evidence> {
    const { host, testing } = this;
    const received = await this.aiSensy.call('received');
    const [histories, deadLetters] = await Promise.all([this.histories(host), host.ask('deadLetters')]);
    return {
      scenario: this.scenario,
      cleverTap: testing.readWireLog(this.file('clevertap.jsonl')),
      aiSensy: testing.readWireLog(this.file('aisensy.jsonl')),
      attempts: received.map(({ msgId, taken, status }) => ({ msgId, taken, status })),
      callbacksLost: (await this.aiSensy.call('callbacks')).lost,
      rejected: (await this.cleverTap.call('rejected')).length,
      histories, deadLetters, observed: this.observed,
      heard: readLines(this.setup.heardLog, (line) => JSON.parse(line) as Heard),
    };
  }

  /** The last life ends as an operator would end it, and leaves a file that is whole. */
  private async stop(): Promise<void> {
    this.host.signal('SIGTERM');
    const late = new AbortController();
    const death = await Promise.race([this.host.death, setTimeout(PATIENCE_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    if (death === undefined) this.troubles.push({ promise: 'SIGTERM ends the host', msgIds: [] });
    else if (death.signal !== 'SIGTERM' && death.code !== 0) this.troubles.push({ promise: `SIGTERM ends the host well (${JSON.stringify(death)})`, msgIds: [] });
    const problem = faultOf(this.setup.options.ledger.file);
    if (problem !== undefined) this.troubles.push({ promise: `the file is whole (${problem})`, msgIds: [] });
  }

  private setupOf(port: number): HostSetup {
    const { scenario, cleverTap, aiSensy } = this;
    const fast = { firstDelayMs: 30, factor: 2, maxDelayMs: 300, jitter: 0.3 };
    return {
      platform: scenario.platform, port, listenerFailsEvery: scenario.listenerFailsEvery,
      heardLog: this.file('heard.jsonl'), blowLog: this.file('blows.log'),
      options: {
        ledger: { engine: 'sqlite', file: this.file('ledger.sqlite') },
        answerWithinMs: scenario.answerWithinMs,
        relay: { batchSize: 50, batchWaitMs: 20 },
        retry: { dispatch: fast, relay: fast, listeners: fast },
        accounts: [{
          nickname: 'AiSensy_WA', mobileNumber: '+918889500122', maxConcurrentRequests: scenario.maxConcurrentRequests,
          unknownOutcome: scenario.unknown, sendWithinMs: scenario.sendWithinMs,
          // In a storm no answer ever comes: a breaker would rightly hold the messages back for longer than a run lasts.
          ...(scenario.storm && { circuitBreaker: { consecutiveFailures: 100_000, sampleSize: 100_000 } }),
          cleverTap: { headers: CLEVERTAP_KEY, ...cleverTap.addresses },
          aiSensy: { endpoint: aiSensy.addresses.endpoint, headers: AISENSY_KEY, timeoutMs: 1_000, callbacks: { token: CALLBACK_TOKEN } },
        }],
      },
    };
  }

  private file(name: string): string {
    return join(this.folder, name);
  }
}

function startCleverTap({ forkSimulator }: Testing, { callbackFaults }: Scenario, wireLog: string, url: string) {
  return forkSimulator({
    simulator: 'clevertap',
    // Late is late for CleverTap; here every answer is to be read.
    options: { providerUrl: `${url}/clevertap/messages`, headers: CLEVERTAP_KEY, deadlineMs: 30_000, giveUpMs: 30_000, callbackFaults, wireLog },
  });
}

function startAiSensy({ forkSimulator }: Testing, scenario: Scenario, wireLog: string, url: string) {
  const { plan, reports, replyShare, callbackForm, batching, seed } = scenario;
  return forkSimulator({
    simulator: 'aisensy',
    options: {
      headers: AISENSY_KEY, plan, reports, replies: [{ use: { text: 'Thanks' }, share: replyShare }], callbackForm, seed, wireLog, keepBodies: false,
      ...(batching && { batching }), token: CALLBACK_TOKEN, retries: 500, retryAfterMs: 150, callbackTimeoutMs: 5_000,
      deliveryReportUrl: `${url}/aisensy/delivery-reports`, inboundMessageUrl: `${url}/aisensy/inbound-messages`, webhookUrl: `${url}/aisensy/webhook`,
    },
  });
}

function later(ms: number, act: () => void): void {
  void setTimeout(ms, undefined, { ref: false }).then(act);
}
