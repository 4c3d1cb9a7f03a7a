import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readCommandLine } from './command-line.ts';
import { runSimulated } from './simulated-run.ts';

const NEVER = new AbortController().signal;

describe('the sample app', () => {
  it.each(['clevertap', 'direct', 'project', 'campaign'])('accounts for every message by way of the transport %s', async (transport) => {
    const out = new PassThrough();
    const said = text(out);
    // It judges what became of the messages, not how fast a machine is that runs other tests beside this one.
    const commandLine = readCommandLine(['--once', '--messages', '120', '--deadline', '30000', '--transport', transport]);
    const isGood = await runSimulated(commandLine, NEVER, out as unknown as NodeJS.WriteStream);
    out.end();
    expect(await said).toContain('Every message is accounted for.');
    expect(isGood).toBe(true);
  }, 60_000);

  it('runs between the simulators on the CleverTap add-on, unless it is told otherwise', () => {
    expect(readCommandLine([])).toEqual({ messages: 2000, concurrency: 50, rate: 200, deadline: 1000, port: 0, transport: 'clevertap', once: false, real: false });
    expect(readCommandLine(['--real', '--port', '8080'])).toMatchObject({ real: true, port: 8080 });
  });

  it.each([
    [['--transport', 'pigeon'], '--transport must be one of clevertap, direct, project, campaign, not "pigeon".'],
    [['--real', '--transport', 'direct'], '--transport is for the simulators: set WHATSAPP_BRIDGE_AISENSY_TRANSPORT for the real AiSensy.'],
    [['--deadline', '0'], '--deadline must be a whole number from 1 to 60000, not "0".'],
    [['--messages', 'many'], '--messages must be a whole number from 1 to 1000000, not "many".'],
  ])('says what is wrong with %j', (args, words) => {
    expect(() => readCommandLine(args)).toThrow(words);
  });
});
