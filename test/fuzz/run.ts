import { Readable } from 'node:stream';
import { Pool } from 'undici';
import { digestOf } from './peers.ts';
import { FuzzedHost, type Platform } from './fuzzed-host.ts';
import { type FuzzAnswer, faultOf, isSuccess, latenessOf } from './answer-form.ts';
import { type FuzzInput, fuzzInput } from './fuzz-input.ts';
import { LogGuard } from './log-guard.ts';

export interface FuzzRun {
  platform: Platform;
  seed: number;
  /** The inputs' numbers: each is made from the seed and its own number alone. */
  first: number;
  inputs: number;
  /** Requests at once; 24. */
  concurrency?: number;
  /** Whether a late answer is a fault; true. Not where other tests have the processor too. */
  timed?: boolean;
}

export interface FuzzResult {
  passed: number;
  /** What is wrong, with the input where it is the fault of one. */
  failures: string[];
  /** How often which answer was given. */
  answers: Record<string, number>;
  /** The slowest answer, in milliseconds. */
  slowestMs: number;
  logLines: number;
  relayed: { statuses: number; inbound: number };
  deadLetters: Record<string, number>;
}

/** More of them than this say nothing new. */
const MOST_FAILURES = 50;

/** Lets one host answer many inputs, and looks at everything that it answers, sends on and logs. */
export async function fuzz({ platform, seed, first, inputs, concurrency = 24, timed = true }: FuzzRun): Promise<FuzzResult> {
  const log = new LogGuard();
  const letConsoleGo = log.holdConsole();
  const host = await FuzzedHost.start(platform, log);
  const pool = new Pool(host.url, { connections: concurrency, pipelining: 1, headersTimeout: 20_000 });
  const failures: string[] = [];
  const answers: Record<string, number> = {};
  const taken = new Set<string>();
  const msgIds = new Set<string>();
  let failed = 0;
  let slowestMs = 0;
  let next = first;

  const fail = (fault: string): void => {
    if (failures.length < MOST_FAILURES) failures.push(fault);
  };
  const one = async (input: FuzzInput): Promise<void> => {
    const answer = await ask(pool, input).catch((error: unknown) => `was not answered: ${String(error)}`);
    const fault = typeof answer === 'string' ? answer : (faultOf(input, answer) ?? (timed ? latenessOf(input, answer) : undefined));
    if (fault !== undefined) {
      failed += 1;
      fail(`${platform}: ${fault}\n${described(input, seed, answer)}`);
    }
    if (typeof answer === 'string') return;
    slowestMs = Math.max(slowestMs, answer.tookMs);
    const kind = `${input.route} ${answer.status}${input.route === 'messages' && answer.status === 200 ? ` ${isSuccess(input, answer) ? 'success' : 'failure'}` : ''}`;
    answers[kind] = (answers[kind] ?? 0) + 1;
    if (!isSuccess(input, answer)) return;
    taken.add(input.plain === undefined ? 'what cannot be decompressed' : digestOf(input.plain));
    if (input.plain !== undefined) msgIds.add(msgIdIn(input.plain));
  };
  const worker = async (): Promise<void> => {
    while (next < first + inputs) await one(fuzzInput(seed, next++));
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, worker));
    const stuck = await host.settle(60_000);
    if (stuck !== undefined) fail(`${platform}: ${stuck}`);
    for (const fault of [...host.wrong, ...differences(taken, host.aiSensy.received)]) fail(`${platform}: ${fault}`);
    const invented = [...host.cleverTap.msgIds].filter((msgId) => !msgIds.has(msgId));
    if (invented.length > 0) fail(`${platform}: CleverTap was told of msgIds that it never gave, ${JSON.stringify(invented[0])} and ${invented.length - 1} more`);
    const { statuses, inbound } = host.cleverTap;
    const deadLetters = await host.deadLetters();
    return { passed: inputs - failed, failures, answers, slowestMs, logLines: log.lines, relayed: { statuses, inbound }, deadLetters };
  } finally {
    await pool.close();
    await host.stop();
    letConsoleGo();
    for (const leak of log.leaks) fail(`${platform}: ${leak}`);
  }
}

/** What was answered with success reaches AiSensy to the byte, and nothing else does. */
function differences(taken: ReadonlySet<string>, received: ReadonlySet<string>): string[] {
  const lost = [...taken].filter((digest) => !received.has(digest)).length;
  const sentAnyway = [...received].filter((digest) => !taken.has(digest)).length;
  return [
    ...(lost > 0 ? [`${lost} bodies were answered with success and never reached AiSensy as they came`] : []),
    ...(sentAnyway > 0 ? [`${sentAnyway} bodies reached AiSensy that were not answered with success`] : []),
  ];
}

/** The id that CleverTap gave a message, as it is written in a body that was taken. */
function msgIdIn(body: Buffer): string {
  const message = JSON.parse(body.toString().replace(/^\ufeff/, '')) as { msgId?: unknown; msg_id?: unknown; body?: { msgId?: unknown; msg_id?: unknown } };
  const { msgId, msg_id: older } = message.msgId === undefined && message.msg_id === undefined ? message.body! : message;
  return String(msgId ?? older);
}

async function ask(pool: Pool, { method, path, headers, body, inPieces }: FuzzInput): Promise<FuzzAnswer> {
  const start = performance.now();
  const work = process.cpuUsage();
  const written = method === 'GET' ? null : inPieces ? Readable.from(piecesOf(body)) : body;
  const response = await pool.request({ method, path, headers, body: written });
  const text = await response.body.text();
  const { user, system } = process.cpuUsage(work);
  return {
    status: response.statusCode, contentType: String(response.headers['content-type'] ?? ''), text,
    tookMs: performance.now() - start, workedMs: (user + system) / 1_000,
  };
}

function* piecesOf(body: Buffer): Generator<Buffer> {
  const length = Math.ceil(body.length / 3);
  for (let at = 0; at < body.length; at += length) yield body.subarray(at, at + length);
}

/** An input in words, and how to make it again. */
function described({ index, sample, method, path, headers, body }: FuzzInput, seed: number, answer: FuzzAnswer | string): string {
  const shown = body.length <= 1_500 ? body.toString('base64') : `${body.subarray(0, 1_500).toString('base64')}… (${body.length} bytes)`;
  return [
    `  input ${index}, made from ${sample}; again: npm run fuzz -- --seed ${seed} --only ${index}`,
    `  ${method} ${path.slice(0, 300)}`,
    `  headers ${JSON.stringify(headers).slice(0, 600)}`,
    `  body, in base64: ${shown}`,
    ...(typeof answer === 'string' ? [] : [`  answer ${answer.status} ${answer.contentType}: ${answer.text.slice(0, 300)}`]),
  ].join('\n');
}
