import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AiSensySimulator, CleverTapSimulator, forms, msgIdOf } from 'nestjs-whatsapp-bridge/testing';
import { build } from './build.ts';
import { HostProcess } from './host-process.ts';
import type { HostSetup } from './host.ts';
import { freePort } from './ports.ts';
import { SyncTrace, TRACED_CALLS, type TracedMessage } from './sync-trace.ts';

const MESSAGES = 48;
const AT_ONCE = 6;
const KEY = { 'x-api-key': 'key-of-clevertap' };

/** Whether this machine lets a process be traced. */
const canTrace = spawnSync('strace', ['-f', '-yy', '-e', 'trace=fsync', 'true']).status === 0;

describe('a power cut after the answer', () => {
  let builtIn: string;
  let cleverTap: CleverTapSimulator;
  let aiSensy: AiSensySimulator;
  let host: HostProcess | undefined;

  beforeAll(() => { builtIn = build(); });
  afterAll(() => rmSync(builtIn, { recursive: true, force: true }));

  afterEach(async () => {
    host?.signal('SIGKILL');
    await Promise.all([host?.death, cleverTap.stop(), aiSensy.stop()]);
  });

  it('finds every message on disk', async () => {
    const evidence = await takeMessages('full');
    expect(evidence.pragmas).toEqual({ journalMode: 'wal', synchronous: 2 });
    if (evidence.trace === undefined) {
      process.stdout.write('Evidence of durability: the pragmas of the ledger\'s own connection. strace cannot run here, so no system call was seen.\n');
      return;
    }
    const { trace, messages } = evidence;
    expect(messages.map((message) => trace.durabilityOf(message))).toEqual(messages.map(() => 'synced before the answer'));
    process.stdout.write(`Evidence of durability: ${messages.length} messages, each answered after one of ${trace.syncs} syncs of the log, by system calls; and the pragmas.\n`);
  }, 60_000);

  it('would find messages missing, and be told of it, if the ledger did not sync', async () => {
    const { pragmas, trace, messages } = await takeMessages('off', 'OFF');
    expect(pragmas).toEqual({ journalMode: 'wal', synchronous: 0 });
    if (trace === undefined) return;
    expect(messages.map((message) => trace.durabilityOf(message))).toEqual(messages.map(() => 'answered before a sync'));
  }, 60_000);

  /** Lets a host take messages, each by a connection of its own. */
  async function takeMessages(name: string, synchronous?: string): Promise<{ pragmas: unknown; trace?: SyncTrace; messages: TracedMessage[] }> {
    const file = (end: string): string => join(builtIn, `${name}.${end}`);
    cleverTap = await new CleverTapSimulator().start();
    aiSensy = await new AiSensySimulator().start();
    const setup: HostSetup = {
      platform: 'express', port: await freePort(), heardLog: file('heard'), blowLog: file('blows'), listenerFailsEvery: Infinity,
      thread: { pragmas: file('pragmas.json'), ...(synchronous && { synchronous }) },
      options: {
        ledger: { engine: 'sqlite', file: file('ledger.sqlite') }, answerWithinMs: 0,
        accounts: [{
          nickname: 'AiSensy_WA', mobileNumber: '+918889500122',
          cleverTap: { headers: KEY, deliveryReportUrl: cleverTap.deliveryReportUrl, inboundMessageUrl: cleverTap.inboundMessageUrl },
          aiSensy: { endpoint: aiSensy.endpoint, callbacks: { token: 'token-of-aisensy' } },
        }],
      },
    };
    // -D: the tracer is the grandchild, so that the host's own process id is known; -xx: strings whole and in hexadecimal
    const strace = ['strace', '-D', '-f', '-yy', '-xx', '-s', '100000', '-e', `trace=${TRACED_CALLS.join(',')}`, '-o', file('trace')];
    host = HostProcess.start(builtIn, setup, file('log'), canTrace ? strace : []);
    if (!(await host.listening())) throw new Error(readFileSync(file('log'), 'utf8'));

    const messages: TracedMessage[] = [];
    let next = 0;
    const client = async (): Promise<void> => {
      for (let index = next++; index < MESSAGES; index = next++) messages.push(await send(setup.port, index));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    host.signal('SIGTERM');
    await host.death;
    const pragmas: unknown = JSON.parse(readFileSync(file('pragmas.json'), 'utf8'));
    return { pragmas, messages, ...(canTrace && { trace: new SyncTrace(await wholeTrace(file('trace'))) }) };
  }
});

/** Sends a message and waits for its answer, which must be a success. */
async function send(port: number, index: number): Promise<TracedMessage> {
  const msgId = msgIdOf(index, 'power');
  const body = JSON.stringify(forms.textFooter({ to: `9198000001${String(index).padStart(2, '0')}`, wabaNumber: '+918889500122', msgId, index }));
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...KEY };
  const sending: ClientRequest = request({ port, path: '/whatsapp/clevertap/messages', method: 'POST', agent: false, headers });
  const [socket] = (await once(sending, 'socket')) as [Socket];
  await once(socket, 'connect');
  const { localPort } = socket;
  sending.end(body);
  const [response] = (await once(sending, 'response')) as [AsyncIterable<Buffer>];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({ status: 'success' });
  return { msgId, port: localPort! };
}

/** The tracer outlives the host by a moment, in which it writes its last line. */
async function wholeTrace(file: string): Promise<string> {
  for (;;) {
    const trace = readFileSync(file, 'utf8');
    if (/\+\+\+ (?:exited|killed)[^\n]*\n$/.test(trace)) return trace;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
