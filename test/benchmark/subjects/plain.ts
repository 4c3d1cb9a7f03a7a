import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { timingSafeEqual } from 'node:crypto';
import { ACCOUNT } from '../peers/message.ts';
import { setupOf } from '../processes/serve.ts';
import { PlainDispatch } from './plain/plain-dispatch.ts';
import { PlainLedger } from './plain/plain-ledger.ts';
import { PlainRelay } from './plain/plain-relay.ts';
import { serveSubject, type SubjectSetup } from './subject.ts';

// What the bridge is measured against: the same work without Nest and without the bridge's generality, as fast as Node allows.
// A message is answered when it is durable, dispatched, its verdict written down; each report is answered when it is durable,
// and relayed in batches.

const { endpoint, deliveryReportUrl, ledgerFile, concurrency } = setupOf<SubjectSetup>();
const ledger = new PlainLedger(ledgerFile);
const dispatch = new PlainDispatch(endpoint, concurrency, ledger);
const relay = new PlainRelay(deliveryReportUrl, ledger);

const KEY = Buffer.from(ACCOUNT.key['x-bridge-key']);
const TOKEN = Buffer.from(ACCOUNT.token);
const PHONE = /^\+?\d{6,15}$/;
const SUCCESS = '{"status":"success"}';
const REFUSED = '{"status":"failure","error":{"code":2004,"message":"not a message"}}';

const server = createServer({ noDelay: true }, (request, response) => {
  const { url = '' } = request;
  if (url.startsWith('/whatsapp/clevertap/messages')) {
    if (!isRight(request.headers['x-bridge-key'], KEY)) return answer(response, 401, REFUSED);
    return collect(request, (body) => void accept(body, response));
  }
  if (url.startsWith('/whatsapp/aisensy/delivery-reports')) {
    if (!isRight(url.slice(url.indexOf('token=') + 6), TOKEN)) return answer(response, 401, REFUSED);
    return collect(request, (body) => void report(body, response));
  }
  answer(response, 404, '{}');
});

async function accept(body: Buffer, response: ServerResponse): Promise<void> {
  const { msgId, to } = JSON.parse(body.toString()) as { msgId?: unknown; to?: unknown };
  if (typeof msgId !== 'string' || typeof to !== 'string' || !PHONE.test(to)) return answer(response, 200, REFUSED);
  const seq = (await ledger.do({ kind: 'accept', msgId, to, body })) as number | undefined;
  answer(response, 200, SUCCESS);
  if (seq !== undefined) dispatch.take({ seq, body });
}

async function report(body: Buffer, response: ServerResponse): Promise<void> {
  const { statuses } = JSON.parse(body.toString()) as { statuses: { msgId: string; status: string; timestamp: string }[] };
  await Promise.all(statuses.map(async ({ msgId, status, timestamp }) => {
    const seq = (await ledger.do({ kind: 'report', msgId, status, at: timestamp })) as number | undefined;
    if (seq !== undefined) relay.take({ seq, msgId, status, timestamp });
  }));
  answer(response, 200, '{"status":"ok"}');
}

function isRight(shown: string | string[] | undefined, expected: Buffer): boolean {
  const given = Buffer.from(String(shown));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function collect(request: IncomingMessage, whole: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => whole(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
}

function answer(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
  response.end(json);
}

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  serveSubject(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => server.closeAllConnections());
});
