import { Inject, Injectable } from '@nestjs/common';
import { FailureReasons } from '../aisensy/failure-reasons.ts';
import { Backlog } from '../lanes/backlog.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import type { LaneState } from '../lanes/lane-options.ts';
import { LoopGuard } from '../lanes/loop-guard.service.ts';
import { Preflight } from '../templates/preflight.ts';
import { LEDGER, type Ledger, readLaneName } from '../ledger/ledger.ts';
import { Accounts } from '../options/accounts.ts';
import { StrandedWork } from './stranded-work.ts';

/** How the bridge is, for the host's own health endpoint. */
export interface BridgeHealth {
  /** False while no message would be taken: the ledger fails, its disk is full, or the backlog is full for every account. */
  ready: boolean;
  /** Why `ready` is false, in words; and what else a person should look at, such as a paused lane, an account whose part of the backlog is full, or work in the ledger whose listener or account there is no more. */
  problems: string[];
  lanes: LaneState[];
  /** What waits for AiSensy, and how many messages were answered 429 since the start. */
  backlog: { messages: number; bytes: number; refusals: number };
  /** How many messages were refused since the start because they do not fit their templates. */
  preflight: { refusals: number };
  /** Codes of failures that are not in the bridge's table, and how often each came since the start. The option `failureReasons` can add them. */
  unknownFailureCodes: Record<number, number>;
  /** The mean delay of the event loop in the last half second, in milliseconds, and whether background work is shed for it. */
  loop: { delayMs: number; shedding: boolean };
}

/** Asks every part of the bridge how it is. */
@Injectable()
export class HealthService {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(LoopGuard) private readonly loopGuard: LoopGuard,
    @Inject(Backlog) private readonly backlog: Backlog,
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(Preflight) private readonly preflight: Preflight,
    @Inject(FailureReasons) private readonly reasons: FailureReasons,
    @Inject(StrandedWork) private readonly stranded: StrandedWork,
  ) {}

  async check(): Promise<BridgeHealth> {
    const lanes = this.lanes.states();
    const ledger = await this.ledger.probe().then(() => undefined, (error: Error) => `the ledger fails: ${error.message}`);
    await this.backlog.look();
    const paused = lanes.filter(({ pausedUntil }) => pausedUntil !== undefined).map(({ name, pauseReason }) => `lane ${this.inWords(name)} is paused: ${pauseReason}`);
    return {
      ready: ledger === undefined && this.backlog.isOpen,
      problems: [ledger, ...this.backlog.problems, ...paused, ...this.stranded.problems].filter((problem) => problem !== undefined),
      lanes,
      backlog: this.backlog.state(),
      preflight: { refusals: this.preflight.refusals },
      unknownFailureCodes: this.reasons.unknownCodes,
      loop: this.loopGuard.state(),
    };
  }

  private inWords(lane: string): string {
    const { kind, whose } = readLaneName(lane);
    return kind === 'listener' ? `${kind} ${whose}` : `${kind} of account ${this.accounts.nickname(whose)}`;
  }
}
