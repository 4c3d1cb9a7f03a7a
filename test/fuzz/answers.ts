import { type INestApplicationContext, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Transport, type TransportMessage, TRANSPORTS } from '../../lib/aisensy/transport.ts';
import type { Verdict } from '../../lib/messages/verdict.ts';
import { WhatsAppBridgeModule } from '../../lib/whatsapp-bridge.module.ts';
import { accountOptions, FIRST } from './accounts.ts';
import { type AnswerInput, answerInput, TO } from './answer-input.ts';
import { leakIn, LogGuard } from './log-guard.ts';

export interface AnswersResult {
  passed: number;
  failures: string[];
  /** How often which verdict was reached. */
  verdicts: Record<string, number>;
}

const CONCURRENCY = 16;
const MOST_FAILURES = 20;
export const MSG_ID = '1|1790000000|20260922|1';

/** Lets AiSensy answer in every way to the transport, and looks at what it makes of it. */
export async function fuzzAnswers(seed: number, first: number, inputs: number): Promise<AnswersResult> {
  const server = createServer((socket) => answer(socket, seed));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const log = new LogGuard();
  const app = await host(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, log);
  const transport = app.get<ReadonlyMap<string, Transport>>(TRANSPORTS).get(FIRST.mobileNumber)!;
  const failures: string[] = [];
  const verdicts: Record<string, number> = {};
  let next = first;
  let failed = 0;

  const worker = async (): Promise<void> => {
    while (next < first + inputs) {
      const input = answerInput(seed, next++);
      const wire = String(input.index);
      const message: TransportMessage = { msgId: MSG_ID, to: TO, account: FIRST.mobileNumber, wire, content: { type: 'text', text: 'x' } };
      const verdict = await transport.send(message).catch((error: unknown) => String(error));
      const fault = typeof verdict === 'string' ? `threw ${verdict}` : faultOf(input, verdict);
      if (typeof verdict !== 'string') verdicts[verdict.kind] = (verdicts[verdict.kind] ?? 0) + 1;
      if (fault === undefined) continue;
      failed += 1;
      failures.push(`answers: ${fault}\n${described(input, seed, verdict)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  } finally {
    await app.close();
    server.close();
  }
  failures.splice(MOST_FAILURES);
  return { passed: inputs - failed, failures: [...failures, ...log.leaks.slice(0, MOST_FAILURES).map((leak) => `answers: ${leak}`)], verdicts };
}

/** A host app without routes: only its transport is asked. */
function host(aiSensy: string, log: LogGuard): Promise<INestApplicationContext> {
  @Module({ imports: [WhatsAppBridgeModule.forRoot({ accounts: accountOptions(aiSensy, 'http://127.0.0.1:9'), ledger: { engine: 'memory' } })] })
  class HostModule {}
  Logger.overrideLogger(log);
  return NestFactory.createApplicationContext(HostModule, { logger: log, abortOnError: false });
}

/** Each request's body is the number of its answer. */
function answer(socket: Socket, seed: number): void {
  let received = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    const [head, body] = received.split('\r\n\r\n') as [string, string?];
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (body === undefined || body.length < length) return;
    received = '';
    const { bytes, end } = answerInput(seed, Number(body));
    const finish = (): unknown => (end === 'reset' ? socket.resetAndDestroy() : end === 'close' && socket.end());
    if (bytes.length === 0) finish();
    else socket.write(bytes, finish);
  });
}

/** What is wrong with a verdict; nothing where it is what the answer shows. */
function faultOf({ status, body, bytes, miscoded }: AnswerInput, verdict: Verdict): string | undefined {
  // The sender reads no further, so it may take an answer for whole that is broken off behind that.
  if (status === undefined && bytes.length > 65_536) return undefined;
  // A refusal comes with 200 too: one that cannot be read is neither that nor a success.
  if (miscoded && status !== undefined && status < 300) return verdict.kind === 'unknown' ? wordsOf(verdict) : `${status} in a coding that cannot be read was called ${verdict.kind}`;
  return faultOfVerdict(status, body.toString(), verdict);
}

/** The same by status and body; no status where no whole answer came. */
export function faultOfVerdict(status: number | undefined, body: string, verdict: Verdict): string | undefined {
  const { kind } = verdict;
  if (status === undefined) return kind === 'unknown' ? wordsOf(verdict) : `no whole answer was called ${kind}`;
  if (status >= 500 || status === 408) return kind === 'unknown' ? wordsOf(verdict) : `${status} was called ${kind}`;
  if (status >= 300 && kind !== 'refused' && kind !== 'retryable') return `${status} was called ${kind}`;
  if (status < 300 && kind === 'unknown') return `${status} was called unknown`;
  if (status < 300 && body === '{"status":"success"}' && kind !== 'taken') return `a success was called ${kind}`;
  if (kind === 'taken') {
    const odd = verdict.names.find((name) => typeof name !== 'string' || name.trim() === '' || name === MSG_ID);
    return odd === undefined ? undefined : `a name is ${JSON.stringify(odd)}`;
  }
  return wordsOf(verdict);
}

function wordsOf(verdict: Exclude<Verdict, { kind: 'taken' }>): string | undefined {
  const { code, title } = verdict.reason;
  if (!(code >= 1000 && code <= 1010)) return `the code is ${code}`;
  if (title === '' || title.length > 300 || /[\r\n]/.test(title)) return `the title is ${JSON.stringify(title)}`;
  if (verdict.kind === 'retryable' && verdict.retryAfterMs !== undefined && !(verdict.retryAfterMs > 0 && Number.isFinite(verdict.retryAfterMs))) {
    return `the wait is ${verdict.retryAfterMs}`;
  }
  // AiSensy's own words may stand in a title, a person's number and the account's key may not.
  const leak = leakIn(title, []);
  return leak === undefined ? undefined : `the title ${leak}: ${JSON.stringify(title)}`;
}

function described({ index, bytes, end }: AnswerInput, seed: number, verdict: Verdict | string): string {
  return [
    `  answer ${index}; again: npm run fuzz -- --seed ${seed} --only ${index}`,
    `  written, in base64 (then ${end}): ${bytes.subarray(0, 1_500).toString('base64')}${bytes.length > 1_500 ? `… (${bytes.length} bytes)` : ''}`,
    `  verdict ${JSON.stringify(verdict)}`,
  ].join('\n');
}
