import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CapturedLogs } from '../../test/support/captured-logs.ts';
import type { EventAnnouncer } from '../events/event-announcer.ts';
import type { Backlog } from '../lanes/backlog.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SweepResult } from '../ledger/ledger-records.ts';
import { RecordedEvent } from '../ledger/message-records.ts';
import type { Accounts } from '../options/accounts.ts';
import type { ResolvedOptions } from '../options/resolved-options.ts';
import { MaintenanceService } from './maintenance.service.ts';

const ENDED = new RecordedEvent({ seq: 1, kind: 'dispatch', account: '+918889500122', at: 0, payload: { outcome: 'expired' } });

let logs: CapturedLogs;
let maintenance: MaintenanceService;
beforeEach(() => { Logger.overrideLogger(logs = new CapturedLogs()); });
afterEach(async () => {
  await maintenance.stop();
  Logger.overrideLogger(['error', 'warn']);
});

/** Maintenance of a ledger in which the time of one more message is over each time that it is asked. */
function begin(sweeping: (calls: number) => void = () => undefined): { calls(): number; round: Promise<void> } {
  let calls = 0;
  const endless = {
    sweep: async (): Promise<SweepResult> => {
      sweeping(calls += 1);
      return { events: [ENDED], expired: 1, unmatched: 0 };
    },
    prune: async () => { throw new Error('begun after the stop'); },
  };
  const announcer = { listenerLanesOf: () => [], announce: () => undefined };
  maintenance = new MaintenanceService(
    { accounts: [], retentionDays: 30 } as unknown as ResolvedOptions, endless as unknown as Ledger, announcer as unknown as EventAnnouncer, {} as LaneRegistry,
    {} as Backlog, { nickname: () => 'shop' } as unknown as Accounts,
  );
  maintenance.start();
  return { calls: () => calls, round: maintenance.run() };
}

it('stops amid a round, though the ledger would find more', async () => {
  const { calls, round } = begin();
  while (calls() < 3) await new Promise((resolve) => setImmediate(resolve));
  await maintenance.stop();
  const atStop = calls();
  await round;
  expect(calls()).toBe(atStop);
  expect(logs.lines).toEqual([expect.stringContaining(`shop: ${atStop} messages expired before they could be sent`)]);
});

it('tells what it has ended where the ledger fails amid a round', async () => {
  const { round } = begin((calls) => {
    if (calls === 3) throw new Error('disk full');
  });
  await round;
  expect(logs.lines).toEqual([expect.stringContaining('shop: 2 messages expired'), expect.stringContaining('disk full')]);
});
