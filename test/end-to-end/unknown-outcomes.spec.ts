import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DispatchEvent, OnDispatch } from 'nestjs-whatsapp-bridge';
import { type Behaviour, behaviours } from 'nestjs-whatsapp-bridge/testing';
import { laneName } from '../../lib/ledger/ledger.ts';
import { SqliteLedger } from '../../lib/ledger/sqlite-ledger.ts';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually, next } from '../support/eventually.ts';
import { accepted } from '../support/ledger-records.ts';
import { message } from '../support/messages.ts';

/** What leaves open whether AiSensy took a message. */
const UNCLEAR: Behaviour[] = [
  behaviours.hang(), behaviours.reset(), behaviours.dropAnswer(), behaviours.serverError(), { kind: 'answer', status: 503 }, { kind: 'answer', status: 408 },
];

describe.each(PLATFORMS)('a message of which nobody knows whether AiSensy took it on %s', (platform) => {
  const start = hostsOn(platform);

  it('is kept and not sent again, and a report settles it', async () => {
    const host = await start({
      durable: true,
      account: { aiSensy: { timeoutMs: 300 } },
      aiSensy: { plan: (_message, index) => UNCLEAR[index], reports: { statuses: [] } },
    });
    const sent = UNCLEAR.map(() => message());
    const unknown = next(host.bridge.dispatches$, UNCLEAR.length);
    for (const one of sent) expect(await host.cleverTap.send(one)).toMatchObject({ outcome: 'success' });
    expect((await unknown).map(({ outcome, message: { msgId } }) => [outcome, msgId]).sort()).toEqual(sent.map(({ msgId }) => ['unknown', msgId]).sort());

    await host.restart();
    for (const { msgId } of sent) expect(await host.bridge.message(msgId)).toMatchObject({ state: 'unknown', steps: [{ step: 'accepted' }, { step: 'unknown' }] });
    await host.cleverTap.send(message());
    expect(host.aiSensy.received).toHaveLength(UNCLEAR.length + 1);
    expect(host.aiSensy.duplicates).toEqual([]);
    expect(host.cleverTap.statusCount).toBe(0);

    const [settled, failed] = sent;
    await host.callback('delivery-reports', { statuses: [
      { msgId: settled!.msgId, status: 'delivered', timestamp: '1790000003' },
      { msgId: failed!.msgId, status: 'failed', timestamp: '1790000003', error: { code: 1005, title: '131026: Message undeliverable' } },
    ] });
    await host.cleverTap.waitForStatuses(2);
    expect(await host.bridge.message(settled!.msgId)).toMatchObject({ state: 'dispatched', status: 'delivered' });
    expect(await host.bridge.message(failed!.msgId)).toMatchObject({ state: 'dispatched', status: 'failed' });
    expect(host.cleverTap.statusesOf(settled!.msgId)).toMatchObject([{ status: 'delivered' }]);
  });

  it('is settled by a report that comes while the answer is still awaited', async () => {
    const host = await start({ account: { aiSensy: { timeoutMs: 500 } }, aiSensy: { plan: behaviours.hang(true), reports: { statuses: ['sent'] } } });
    const sent = message();
    const outcome = next(host.bridge.dispatches$);
    await host.cleverTap.send(sent);
    expect(await outcome).toMatchObject([{ outcome: 'dispatched', message: { msgId: sent.msgId } }]);
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched', status: 'sent' });
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it('is one that was under way when the app had to stop', async () => {
    const host = await start({ durable: true, options: { answerWithinMs: 0, shutdownTimeoutMs: 50 }, aiSensy: { plan: behaviours.hang() } });
    const sent = message();
    await host.cleverTap.send(sent);
    await host.aiSensy.waitForMessages(1);
    await host.restart();
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'unknown' });
    await host.idle();
    expect(host.aiSensy.received).toHaveLength(1);
  });
});

describe.each(PLATFORMS)('a message that was on its way when the process died on %s', (platform) => {
  const start = hostsOn(platform);
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'whatsapp-bridge-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is told to the listeners of unknown outcomes after the next start, and AiSensy is asked after it', async () => {
    const heard: DispatchEvent[] = [];
    @Injectable()
    class Journey {
      @OnDispatch({ outcome: 'unknown' })
      unclear(event: DispatchEvent): void {
        heard.push(event);
      }
    }
    const file = join(folder, 'ledger.sqlite');
    const dead = new SqliteLedger(file);
    await dead.open();
    await accepted(dead, 'lost', { claim: true });
    await dead.close();

    const host = await start({ providers: [Journey], options: { ledger: { engine: 'sqlite', file } }, transport: 'project', account: { unknownOutcome: { waitMs: 60_000 } } });
    await eventually(() => expect(heard).toMatchObject([{ outcome: 'unknown', message: { msgId: 'lost' } }]));
    expect(await host.bridge.message('lost')).toMatchObject({ state: 'unknown', steps: [{ step: 'accepted' }, { step: 'unknown' }] });
    await expect(host.bridge.health()).resolves.toMatchObject({ backlog: { messages: 0, bytes: 0 } });
    expect((await host.bridge.counts()).jobs).toMatchObject({ [laneName.settle('+918889500122')]: 1, [laneName.lookUp('+918889500122')]: 1 });
    expect(host.aiSensy.received).toEqual([]);
  });
});
