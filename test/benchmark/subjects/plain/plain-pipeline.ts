import { timingSafeEqual } from 'node:crypto';
import { ACCOUNT } from '../../peers/message.ts';
import type { SubjectSetup } from '../subject.ts';
import { PlainDispatch } from './plain-dispatch.ts';
import { PlainLedger } from './plain-ledger.ts';
import { PlainRelay } from './plain-relay.ts';

const KEY = Buffer.from(ACCOUNT.key['x-bridge-key']);
const TOKEN = Buffer.from(ACCOUNT.token);
const PHONE = /^\+?\d{6,15}$/;

/**
 * The same work without the bridge's generality, as fast as Node allows. A message is answered when it is durable, dispatched, its
 * verdict written down; each report is answered when it is durable, and relayed in batches.
 */
export class PlainPipeline {
  private readonly ledger: PlainLedger;
  private readonly dispatch: PlainDispatch;
  private readonly relay: PlainRelay;

  /** `claims`: see `PlainDispatch`. */
  constructor({ endpoint, deliveryReportUrl, ledgerFile, concurrency }: SubjectSetup, claims = false) {
    this.ledger = new PlainLedger(ledgerFile);
    this.dispatch = new PlainDispatch(endpoint, concurrency, this.ledger, claims);
    this.relay = new PlainRelay(deliveryReportUrl, this.ledger);
  }

  isCleverTap(key: string | string[] | undefined): boolean {
    return isRight(key, KEY);
  }

  isAiSensy(url: string): boolean {
    return isRight(url.slice(url.indexOf('token=') + 6), TOKEN);
  }

  /** Resolves when the message is durable; with false where it is none. */
  async accept(body: Buffer): Promise<boolean> {
    const { msgId, to } = JSON.parse(body.toString()) as { msgId?: unknown; to?: unknown };
    if (typeof msgId !== 'string' || typeof to !== 'string' || !PHONE.test(to)) return false;
    const seq = (await this.ledger.do({ kind: 'accept', msgId, to, body })) as number | undefined;
    if (seq !== undefined) this.dispatch.take({ seq, body });
    return true;
  }

  /** Resolves when the reports are durable. */
  async report(body: Buffer): Promise<void> {
    const { statuses } = JSON.parse(body.toString()) as { statuses: { msgId: string; status: string; timestamp: string }[] };
    await Promise.all(statuses.map(async ({ msgId, status, timestamp }) => {
      const seq = (await this.ledger.do({ kind: 'report', msgId, status, at: timestamp })) as number | undefined;
      if (seq !== undefined) this.relay.take({ seq, msgId, status, timestamp });
    }));
  }
}

function isRight(shown: string | string[] | undefined, expected: Buffer): boolean {
  const given = Buffer.from(String(shown));
  return given.length === expected.length && timingSafeEqual(given, expected);
}
