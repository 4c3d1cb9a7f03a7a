import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

describe.each(PLATFORMS)('what the log says of a ledger in need, on %s,', (platform) => {
  const start = hostsOn(platform);
  let folder: string;
  let file: string;
  let logger: CapturedLogs;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whatsapp-bridge-'));
    file = join(folder, 'ledger.sqlite');
    logger = new CapturedLogs();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const said = (words: RegExp): string[] => logger.lines.filter((line) => words.test(line));

  it('one that cannot be opened is told once, by the host\'s own logger', async () => {
    writeFileSync(file, 'no database, but long enough to be taken for one '.repeat(100));
    await expect(start({ logger, options: { ledger: { engine: 'sqlite', file } } })).rejects.toMatchObject({ name: 'LedgerError', code: 'corrupt' });
    expect(said(/cannot be opened/)).toEqual([expect.stringMatching(/^error The app cannot start\. The ledger .*ledger\.sqlite cannot be opened .* Restore it from a backup/)]);
  });

  it('one that takes nothing is told once of each work, with its account, why and what to do', async () => {
    const host = await start({
      logger, options: { ledger: { engine: 'sqlite', file }, answerWithinMs: 0 }, account: { maxConcurrentRequests: 50 },
      aiSensy: { delayMs: 300, reports: { statuses: [] } },
    });
    expect(await host.cleverTap.runCampaign({ messages: 30 })).toMatchObject({ success: 30 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const report = { statuses: [{ msgId: 'any', status: 'sent', timestamp: '1790000003' }] };
    expect((await Promise.all(Array.from({ length: 20 }, () => host.callback('delivery-reports', report)))).every(({ status }) => status === 503)).toBe(true);
    expect(await host.cleverTap.runCampaign({ messages: 20 })).toMatchObject({ httpErrorsByStatus: { 500: 20 } });
    await eventually(() => expect(said(/a verdict could not/)).not.toEqual([]));
    other.exec('ROLLBACK');
    other.close();
    await eventually(async () => expect(await host.bridge.counts()).toMatchObject({ messages: { dispatched: 30 }, jobs: {} }));
    const why = 'since another program holds a lock on the ledger: end that program';
    expect(said(/a callback could not/)).toEqual([expect.stringContaining(`error Account AiSensy_WA_1: a callback could not be stored and was answered 503, so that AiSensy sends it once more in five minutes, ${why}.`)]);
    expect(said(/a verdict could not/)).toEqual([expect.stringContaining(`error Account AiSensy_WA_1: a verdict could not be written down yet and is held, ${why}.`)]);
    expect(said(/was not taken/)).toEqual([expect.stringContaining(`could not be recorded (account AiSensy_WA_1), ${why}`)]);
  });

  it('one whose disk has too little room is told at boot, with every kind of refusal, and by health', async () => {
    const host = await start({
      logger, options: { ledger: { engine: 'sqlite', file }, backlog: { minFreeDiskBytes: Number.MAX_SAFE_INTEGER } },
    });
    const numbers = /\d+ bytes are left for .*ledger\.sqlite, backlog\.minFreeDiskBytes is 9007199254740991; make room on its disk/.source;
    expect(said(/No room/)).toEqual([expect.stringMatching(new RegExp(`^error No room: too little disk is free, so no message is taken: ${numbers}\\.`))]);
    for (let sent = 0; sent < 3; sent += 1) expect(await host.cleverTap.send(message())).toMatchObject({ status: 429 });
    expect(said(/was not taken/)).toEqual([expect.stringMatching(new RegExp(`^warn A message from CleverTap was not taken: too little disk is free \\(account AiSensy_WA_1\\): ${numbers}`))]);
    expect(await host.bridge.health()).toMatchObject({ ready: false, problems: [expect.stringMatching(new RegExp(`^too little disk is free, so no message is taken: ${numbers}$`))] });
  });
});
