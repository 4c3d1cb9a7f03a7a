import { cpuMs, serve } from '../processes/serve.ts';
import { ACCOUNT, STALLED_NUMBER } from './message.ts';
import { Queue } from './queue.ts';
import { Connection, listen, okay, Target } from './wire.ts';

export type AiSensyMethods = {
  endpoint(): string;
  /** Where reports go from now on, and how long answers take. Forgets what came so far. */
  begin(setup: AiSensySetup): void;
  /** What came since, and reports that were not acknowledged at once. */
  tally(): AiSensyTally;
  cpuMs(): number;
};

export interface AiSensySetup {
  /** The subject's route for delivery reports; without one there are no reports. */
  deliveryReportUrl?: string;
  delayMs: number;
}

export interface AiSensyTally {
  messages: number;
  reports: number;
  unacknowledged: number;
}

interface Due {
  at: number;
  msgId: string;
  answer(bytes: string): void;
}

const OKAY = okay('{"status":"success"}');
const STATUSES = ['sent', 'delivered', 'read'];
/** From the answer to the first report, and from each to the next. */
const BETWEEN_MS = 5;
const CONNECTIONS = 50;
const AGAIN_MS = 100;
const MSG_ID = /"msgId":"([^"]+)"/;

const answers = new Queue<Due>();
/** What waits for its next report, by how many it has had. */
const reports = STATUSES.map(() => new Queue<Due>());
const posts = new Queue<string>();
let idle: Connection[] = [];
let delayMs = 100;
let reporting = false;
let tally: AiSensyTally = { messages: 0, reports: 0, unacknowledged: 0 };
let ticking: NodeJS.Timeout | undefined;

const { server, url } = await listen((body, answer) => {
  const msgId = MSG_ID.exec(body)?.[1];
  if (body.includes(STALLED_NUMBER)) return; // its caller waits for ever
  if (msgId === undefined) return answer('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
  tally.messages += 1;
  answers.push({ at: performance.now() + delayMs, msgId, answer });
  ticking ??= setInterval(tick, 1);
});

/** All delays are the same for all, so that queues do instead of a timer for each. */
function tick(): void {
  const now = performance.now();
  for (let due = take(answers, now); due !== undefined; due = take(answers, now)) {
    due.answer(OKAY);
    if (reporting) reports[0]!.push({ ...due, at: now + BETWEEN_MS });
  }
  reports.forEach((waiting, place) => {
    for (let due = take(waiting, now); due !== undefined; due = take(waiting, now)) {
      posts.push(reportOf(due.msgId, STATUSES[place]!));
      reports[place + 1]?.push({ ...due, at: due.at + BETWEEN_MS });
    }
  });
  post();
  if (answers.size + reports.reduce((sum, { size }) => sum + size, 0) > 0) return;
  clearInterval(ticking);
  ticking = undefined;
}

function take(queue: Queue<Due>, now: number): Due | undefined {
  return (queue.peek()?.at ?? Infinity) <= now ? queue.shift() : undefined;
}

function reportOf(msgId: string, status: string): string {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return `{"payloadVersion":"0.1","statuses":[{"msgId":"${msgId}","status":"${status}","timestamp":"${timestamp}"}]}`;
}

function post(): void {
  while (posts.size > 0 && idle.length > 0) deliver(idle.pop()!, posts.shift()!);
}

function deliver(connection: Connection, body: string): void {
  const mine = idle;
  tally.reports += 1;
  connection.post(body, (status) => {
    mine.push(connection);
    if (status < 200 || status > 299) {
      tally.unacknowledged += 1;
      setTimeout(() => posts.push(body) && post(), AGAIN_MS);
    }
    post();
  });
}

const methods: AiSensyMethods = {
  endpoint: () => `${url}/clever-tap/t1/messages`,
  begin(setup) {
    delayMs = setup.delayMs;
    for (const queue of [answers, ...reports]) queue.clear();
    posts.clear();
    for (const connection of idle) connection.close();
    reporting = setup.deliveryReportUrl !== undefined;
    const target = setup.deliveryReportUrl && new Target(`${setup.deliveryReportUrl}?token=${ACCOUNT.token}`);
    idle = target ? Array.from({ length: CONNECTIONS }, () => new Connection(target)) : [];
    tally = { messages: 0, reports: 0, unacknowledged: 0 };
  },
  tally: () => tally,
  cpuMs,
};

serve(methods, () => server.close());
