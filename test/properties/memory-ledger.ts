import { now } from '../../lib/clock.ts';
import { laneName, type Ledger } from '../../lib/ledger/ledger.ts';
import type { CallbackRecord } from '../../lib/ledger/ledger-records.ts';
import type { NewMessage } from '../../lib/ledger/message-records.ts';
import { SqliteLedger } from '../../lib/ledger/sqlite-ledger.ts';
import type { DeliveryReport } from '../../lib/messages/delivery-report.ts';

export const ACCOUNT = '+918889500122';

/** A real ledger without a file, for one property after another: each takes messages that no other one has seen. */
export class MemoryLedger {
  readonly now = now();
  private count = 0;

  private constructor(readonly port: Ledger) {}

  static async open(): Promise<MemoryLedger> {
    const ledger = new MemoryLedger(new SqliteLedger(':memory:'));
    await ledger.port.open();
    return ledger;
  }

  /** A msgId of its own. */
  name(): string {
    this.count += 1;
    return `m-${this.count}`;
  }

  /** Messages that are on their way to AiSensy; their msgIds. */
  async accept(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, () => this.name());
    await Promise.all(names.map((msgId) => this.port.accept(this.message(msgId))));
    return names;
  }

  message(msgId: string, more: Partial<NewMessage> = {}): NewMessage {
    return {
      account: ACCOUNT, msgId, test: false, origin: 'clevertap', to: '+919800000001', summary: '{"type":"text"}', wire: `{"msgId":"${msgId}"}`,
      at: this.now, lane: laneName.dispatch(ACCOUNT), claim: true, urgent: false, ...more,
    };
  }

  callback(reports: DeliveryReport[]): CallbackRecord {
    return {
      accounts: [ACCOUNT], reports: reports.map((report) => ({ report, listenerLanes: [] })), inbound: [], unreadable: [], at: this.now,
      parkForMs: 1_000, settledLanes: [],
    };
  }
}

/** One tap of many on a link. */
export function click(msgId: string, at: number): DeliveryReport {
  return { names: [msgId], status: 'clicked', at };
}
