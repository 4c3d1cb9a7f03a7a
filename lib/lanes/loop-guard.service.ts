import { Inject, Injectable, Logger } from '@nestjs/common';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LaneKind } from '../ledger/ledger.ts';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { LaneRegistry } from './lane-registry.ts';

/** How often the delay is looked at, in milliseconds. */
const LOOK_EVERY_MS = 500;

/** Work that may wait while the host is busy: CleverTap and the listeners hear a little later, and nobody loses anything. */
const BACKGROUND: ReadonlySet<LaneKind> = new Set<LaneKind>(['relay-reports', 'relay-inbound', 'listener']);

/** Measures the delay of the host's event loop, and sheds the bridge's background work while it is too long. */
@Injectable()
export class LoopGuard {
  private readonly logger = new Logger('WhatsAppBridge');
  private histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private delayMs = 0;
  private shedding = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
  ) {}

  start(): void {
    this.histogram = monitorEventLoopDelay({ resolution: 20 });
    this.histogram.enable();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.histogram?.disable();
  }

  /** The mean delay of the last half second, in milliseconds, and whether background work is shed for it. */
  state(): { delayMs: number; shedding: boolean } {
    return { delayMs: this.delayMs, shedding: this.shedding };
  }

  private look(): void {
    const histogram = this.histogram!;
    // The histogram's own resolution is part of each value.
    this.delayMs = Math.max(0, Math.round((histogram.mean || 0) / 1e6) - 20);
    histogram.reset();
    const { loopDelayLimitMs } = this.options;
    // Ends only when the delay is clearly shorter, so that it does not go on and off.
    const shedding = this.delayMs > (this.shedding ? loopDelayLimitMs / 2 : loopDelayLimitMs);
    if (shedding === this.shedding) return;
    this.shedding = shedding;
    this.lanes.shed(BACKGROUND, shedding);
    if (shedding) this.logger.warn(`The event loop is ${this.delayMs} ms late: relay and listeners keep to one run at a time until it is better.`);
    else this.logger.log(`The event loop is well again (${this.delayMs} ms): relay and listeners go on as before.`);
  }
}
