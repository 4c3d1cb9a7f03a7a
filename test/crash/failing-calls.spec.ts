import { Injectable } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  type DeliveryReportEvent, type DispatchEvent, type InboundMessageEvent, LedgerError, OnDeliveryReport, OnDispatch, OnInboundMessage,
} from 'nestjs-whatsapp-bridge';
import { type Behaviour, behaviours } from 'nestjs-whatsapp-bridge/testing';
import { LEDGER, type Ledger } from '../../lib/ledger/ledger.ts';
import { BridgeHost } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

/** Lives at once. */
const AT_ONCE = 8;

/** What the bridge itself calls while a message lives. */
const CALLS = [
  'open', 'recover', 'accept', 'claim', 'recordDispatch', 'recordCallback', 'settle', 'sweep', 'finish', 'probe', 'prune',
] as const satisfies (keyof Ledger)[];
type Call = (typeof CALLS)[number];

/** One way that a message's life may take. */
interface Life {
  aiSensy: Behaviour;
  /** Where the message is in the end, and what CleverTap and the host's listeners have heard of it by then. */
  state: string;
  statuses: string[];
  heard: string[];
  /** What must have failed once, for the way to have been tried out. */
  calls: Call[];
}

const LIVES: Record<string, Life> = {
  'AiSensy takes': {
    aiSensy: behaviours.accept(), state: 'dispatched', statuses: ['sent', 'delivered', 'read'], heard: ['dispatched', 'sent', 'delivered', 'read', 'text'],
    calls: ['open', 'recover', 'accept', 'claim', 'recordDispatch', 'recordCallback', 'finish'],
  },
  'AiSensy refuses': {
    aiSensy: behaviours.refuse(2002, 'Invalid number'), state: 'rejected', statuses: ['failed'], heard: ['rejected'],
    calls: ['open', 'recover', 'accept', 'claim', 'recordDispatch', 'finish'],
  },
  'stays unknown': {
    aiSensy: behaviours.reset(), state: 'rejected', statuses: ['failed'], heard: ['unknown', 'rejected'],
    calls: ['open', 'recover', 'accept', 'claim', 'recordDispatch', 'settle', 'finish'],
  },
};

/** Rejects the n-th call, as a full disk would, and lets all others through. */
class FailingLedger {
  failed: Call | undefined;
  private calls = 0;
  private isOver = false;
  private readonly nth: number;

  constructor(nth: number) {
    this.nth = nth;
  }

  install(ledger: Ledger): void {
    const calls = ledger as unknown as Record<Call, (...args: unknown[]) => Promise<unknown>>;
    for (const name of CALLS) {
      const call = calls[name].bind(ledger);
      calls[name] = (...args) => {
        this.calls += 1;
        if (this.isOver || this.calls !== this.nth) return call(...args);
        this.failed = name;
        return Promise.reject(new LedgerError('full', 'database or disk is full'));
      };
    }
  }

  /** The message's life is over: from now on every call is let through. */
  over(): void {
    this.isOver = true;
  }
}

/** The host's listeners, one of each kind. */
function listening(): { Journey: new () => object; heard: string[] } {
  const heard: string[] = [];
  @Injectable()
  class Journey {
    @OnDispatch()
    dispatched({ outcome }: DispatchEvent): void {
      heard.push(outcome);
    }

    @OnDeliveryReport()
    reported({ status }: DeliveryReportEvent): void {
      heard.push(status);
    }

    @OnInboundMessage()
    written({ type }: InboundMessageEvent): void {
      heard.push(type);
    }
  }
  return { Journey, heard };
}

/** Lives through one life with the n-th call of it failing; which call it was, if there were so many. */
async function liveThrough(life: Life, nth: number): Promise<Call | undefined> {
  const ledger = new FailingLedger(nth);
  const { Journey, heard } = listening();
  const first = message();
  const host = new BridgeHost('express', {
    providers: [Journey], prepare: (app) => ledger.install(app.get<Ledger>(LEDGER)), options: { answerWithinMs: 0 },
    account: { unknownOutcome: { waitMs: 100, policy: 'fail' } },
    aiSensy: { plan: [{ use: life.aiSensy, msgId: first.msgId }], replies: { text: 'Thanks' }, retries: 10, retryAfterMs: 30 },
  });
  try {
    if (nth <= 2) await expect(host.start()).rejects.toMatchObject({ name: 'LedgerError', code: 'full' });
    else {
      await host.start();
      const isKept = await send(host, first.msgId, first, ledger);
      await lived(host, first.msgId, isKept ? life : undefined, heard);
      ledger.over();
      // The lanes go on: the next message lives as if nothing had been.
      const next = message();
      expect(await host.cleverTap.send(next)).toMatchObject({ outcome: 'success' });
      await lived(host, next.msgId, LIVES['AiSensy takes'], heard);
      expect(host.cleverTap.rejected).toEqual([]);
    }
    return ledger.failed;
  } catch (error) {
    throw new Error(`With call ${nth} (${ledger.failed ?? 'none'}) failing: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await host.stop();
  }
}

/** Whether the message was taken; CleverTap is told the truth in either case. */
async function send({ cleverTap }: BridgeHost, msgId: string, payload: object, ledger: FailingLedger): Promise<boolean> {
  const { status, outcome } = await cleverTap.send(payload);
  const isKept = ledger.failed !== 'accept';
  expect({ msgId, status, outcome }).toEqual(isKept ? { msgId, status: 200, outcome: 'success' } : { msgId, status: 500, outcome: 'http-error' });
  return isKept;
}

/** Waits for the end of a message's life; of one that was not taken nothing may ever be heard. */
async function lived(host: BridgeHost, msgId: string, life: Life | undefined, heard: string[]): Promise<void> {
  const { aiSensy, cleverTap, bridge } = host;
  await eventually(async () => {
    expect((await bridge.message(msgId))?.state).toBe(life?.state);
    expect(new Set(cleverTap.statusesOf(msgId).map(({ status }) => status))).toEqual(new Set(life?.statuses));
    expect(heard).toEqual(expect.arrayContaining(life?.heard ?? []));
    if (life?.heard.includes('text')) expect(cleverTap.inbound.map(({ replyTo }) => replyTo)).toContain(msgId);
    expect((await host.app.get<Ledger>(LEDGER).counts()).jobs).toEqual({});
  });
  await aiSensy.reportsDone();
  expect(aiSensy.receivedByMsgId.get(msgId) ?? []).toHaveLength(life === undefined ? 0 : 1);
  expect(aiSensy.callbacks.lost).toBe(0);
}

describe('with one call to the ledger failing', () => {
  it.each(Object.entries(LIVES))('a message that %s ends well, whichever call it is', async (_, life) => {
    const failed: (Call | undefined)[] = [];
    // The first, the second, the third … until lives have no call left that could fail.
    while (failed.at(-1) !== undefined || failed.length === 0) {
      const nths = Array.from({ length: AT_ONCE }, (__, place) => failed.length + 1 + place);
      const lives = await Promise.allSettled(nths.map((nth) => liveThrough(life, nth)));
      expect(lives.filter(({ status }) => status === 'rejected')).toEqual([]);
      failed.push(...lives.map((each) => (each.status === 'fulfilled' ? each.value : undefined)));
    }
    expect(failed).toEqual(expect.arrayContaining(life.calls));
  }, 120_000);
});
