import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { type DispatchEvent, OnDispatch } from 'nestjs-whatsapp-bridge';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { MaintenanceService } from '../../lib/operations/maintenance.service.ts';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

@Injectable()
class Outcomes {
  readonly heard: string[] = [];

  @OnDispatch()
  hear({ outcome }: DispatchEvent): void {
    this.heard.push(outcome);
  }
}

describe.each(PLATFORMS)('a dead letter that is put back, on %s,', (platform) => {
  const start = hostsOn(platform);

  it('is sent until AiSensy takes it, though AiSensy reported the first sending as failed', async () => {
    const host = await start({ options: { answerWithinMs: 0 }, aiSensy: { plan: behaviours.refuse(2001), reports: { statuses: [] } } });
    const sent = message();
    await host.cleverTap.send(sent);
    await host.cleverTap.waitForStatuses(1);
    await host.callback('delivery-reports', { statuses: [{ msgId: sent.msgId, status: 'failed', timestamp: '1790000003', error: { code: 1001, title: 'no such template' } }] });
    host.aiSensy.setPlan([{ use: behaviours.tooMany(), times: 1 }]);
    expect(await host.bridge.deadLetters.replay({ kind: 'refused' })).toEqual({ replayed: 1, kept: {} });
    await eventually(async () => expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched' }));
    expect(host.aiSensy.received.map(({ taken }) => taken)).toEqual([false, false, true]);
  });

  it('and turns out to be the proof that a waiting message went out, makes room and is told', async () => {
    const host = await start({ options: { answerWithinMs: 0, parkReportsForMs: 1_000 }, aiSensy: { plan: behaviours.tooMany(60), reports: { statuses: [] } }, providers: [Outcomes] });
    const sent = message();
    await host.callback('delivery-reports', { statuses: [{ msgId: sent.msgId, status: 'sent', timestamp: '1790000003' }] });
    await eventually(async () => {
      await host.app.get(MaintenanceService, { strict: false }).run();
      expect(await host.bridge.deadLetters.list({ kind: 'unmatched' })).toHaveLength(1);
    });
    await host.cleverTap.send(sent);
    await eventually(async () => expect(await host.bridge.message(sent.msgId)).toMatchObject({ steps: [{ step: 'accepted' }, { step: 'retry' }] }));
    expect(await host.bridge.health()).toMatchObject({ backlog: { messages: 1 } });
    expect(await host.bridge.deadLetters.replay({ kind: 'unmatched' })).toEqual({ replayed: 1, kept: {} });
    expect(await host.bridge.health()).toMatchObject({ backlog: { messages: 0, bytes: 0 } });
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched', status: 'sent' });
    await eventually(() => expect(host.app.get(Outcomes).heard).toEqual(['dispatched']));
  });
});
