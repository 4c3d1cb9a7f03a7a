import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setupOf } from '../processes/serve.ts';
import { PlainPipeline } from './plain/plain-pipeline.ts';
import { serveSubject, type SubjectSetup } from './subject.ts';

// What the bridge is measured against: the plain pipeline behind node's own server.

const pipeline = new PlainPipeline(setupOf<SubjectSetup>());

const SUCCESS = '{"status":"success"}';
const REFUSED = '{"status":"failure","error":{"code":2004,"message":"not a message"}}';

const server = createServer({ noDelay: true }, (request, response) => {
  const { url = '' } = request;
  if (url.startsWith('/whatsapp/clevertap/messages')) {
    if (!pipeline.isCleverTap(request.headers['x-bridge-key'])) return answer(response, 401, REFUSED);
    return collect(request, (body) => void accept(body, response));
  }
  if (url.startsWith('/whatsapp/aisensy/delivery-reports')) {
    if (!pipeline.isAiSensy(url)) return answer(response, 401, REFUSED);
    return collect(request, (body) => void report(body, response));
  }
  answer(response, 404, '{}');
});

async function accept(body: Buffer, response: ServerResponse): Promise<void> {
  const taken = await pipeline.accept(body);
  answer(response, 200, taken ? SUCCESS : REFUSED);
}

async function report(body: Buffer, response: ServerResponse): Promise<void> {
  await pipeline.report(body);
  answer(response, 200, '{"status":"ok"}');
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
