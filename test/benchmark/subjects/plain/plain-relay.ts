import { Pool } from 'undici';
import { Queue } from '../../peers/queue.ts';
import type { PlainLedger } from './plain-ledger.ts';

const BATCH = 100;
const WAIT_MS = 200;
const CONNECTIONS = 4;
const AGAIN_MS = 1_000;

export interface RelayedReport {
  seq: number;
  msgId: string;
  status: string;
  timestamp: string;
}

/** Hands reports to CleverTap, many in a request, and marks them when they are taken. */
export class PlainRelay {
  private readonly waiting = new Queue<RelayedReport>();
  private readonly pool: Pool;
  private readonly path: string;
  private readonly ledger: PlainLedger;
  private inFlight = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(deliveryReportUrl: string, ledger: PlainLedger) {
    const { origin, pathname, search } = new URL(deliveryReportUrl);
    this.pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
    this.path = pathname + search;
    this.ledger = ledger;
  }

  take(report: RelayedReport): void {
    this.waiting.push(report);
    if (this.waiting.size >= BATCH) this.pump();
    else this.timer ??= setTimeout(() => this.flush(), WAIT_MS);
  }

  private pump(): void {
    while (this.inFlight < CONNECTIONS && this.waiting.size >= BATCH) void this.send();
    if (this.waiting.size > 0) this.timer ??= setTimeout(() => this.flush(), WAIT_MS);
  }

  private flush(): void {
    this.timer = undefined;
    if (this.inFlight < CONNECTIONS && this.waiting.size > 0) void this.send();
    this.pump();
  }

  private async send(): Promise<void> {
    const reports: RelayedReport[] = [];
    while (reports.length < BATCH && this.waiting.size > 0) reports.push(this.waiting.shift()!);
    const statuses = reports.map(({ msgId, status, timestamp }) => ({ msgId, status, timestamp }));
    const body = JSON.stringify({ payloadVersion: '0.1', statuses });
    this.inFlight += 1;
    try {
      const answer = await this.pool.request({ path: this.path, method: 'POST', headers: { 'content-type': 'application/json' }, body });
      await answer.body.dump();
      if (answer.statusCode >= 300) throw new Error(`CleverTap answered ${answer.statusCode}`);
      void this.ledger.do({ kind: 'relayed', reports: reports.map(({ seq }) => seq) });
    } catch {
      setTimeout(() => reports.forEach((report) => this.take(report)), AGAIN_MS);
    }
    this.inFlight -= 1;
    this.pump();
  }
}
