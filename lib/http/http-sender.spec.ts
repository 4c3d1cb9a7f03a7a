import { afterEach, describe, expect, it } from '@jest/globals';
import { answer, OK, requestTo, SenderBench, until } from '../../test/support/raw-peer.ts';

const bench = new SenderBench();

afterEach(() => bench.close());

describe('createHttpSender', () => {
  describe('an answer', () => {
    it('comes with status, headers and body, for the very bytes that were given', async () => {
      const { host, requests } = await bench.peer((socket) => socket.write(answer(['201 Created', 'X-Id: 7'], '{"é"}')));
      const body = new TextEncoder().encode('{"text": "Grüße 👋", "n": 1.0}');
      const result = await bench.sender().post(requestTo(host, { body, headers: { 'X-Key': 'k1' } }));
      expect(result).toMatchObject({ kind: 'answered', status: 201, headers: { 'x-id': '7' }, body: '{"é"}' });
      expect(Buffer.from(requests[0]!.split('\r\n\r\n')[1]!, 'latin1')).toEqual(Buffer.from(body));
      expect(requests[0]).toMatch(/^POST \/t1\/messages HTTP\/1\.1\r\n/);
      expect(requests[0]).toContain('X-Key: k1');
    });

    it('may come in pieces', async () => {
      const { host } = await bench.peer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
        setImmediate(() => socket.write('3\r\ndef\r\n0\r\n\r\n'));
      });
      expect(await bench.sender().post(requestTo(host))).toMatchObject({ kind: 'answered', status: 200, body: 'abcdef' });
    });

    it('may have no body', async () => {
      const { host } = await bench.peer((socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
      expect(await bench.sender().post(requestTo(host))).toMatchObject({ kind: 'answered', status: 204, body: '' });
    });

    it('may follow an early hint', async () => {
      const { host } = await bench.peer((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}`));
      expect(await bench.sender().post(requestTo(host))).toMatchObject({ kind: 'answered', status: 200, body: 'ok' });
    });

    it('that is a redirect is not followed', async () => {
      const { host, requests } = await bench.peer((socket, _request) =>
        socket.write(answer(['301 Moved Permanently', `Location: http://${host}/elsewhere`])));
      expect(await bench.sender().post(requestTo(host))).toMatchObject({ kind: 'answered', status: 301 });
      expect(requests).toHaveLength(1);
    });

    it.each(['keep-alive', 'close'])('that is too long is cut (connection: %s)', async (connection) => {
      const { host } = await bench.peer((socket) => socket.write(answer(['200 OK', `Connection: ${connection}`], 'x'.repeat(200_000))));
      const result = await bench.sender().post(requestTo(host));
      expect(result).toMatchObject({ kind: 'answered', status: 200 });
      expect(result.kind === 'answered' && result.body.length).toBe(65_536);
    });

    it('that is too long is cut where it comes in one piece too', async () => {
      const { host } = await bench.peer((socket) => socket.write(answer(['200 OK', 'Connection: close'], 'x'.repeat(40))));
      expect(await bench.sender({ maxBodyBytes: 10 }).post(requestTo(host))).toMatchObject({ kind: 'answered', body: 'xxxxxxxxxx' });
    });

    it('may be ended by the closing of the connection', async () => {
      const { host } = await bench.peer((socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwhole'));
      expect(await bench.sender().post(requestTo(host))).toMatchObject({ kind: 'answered', body: 'whole' });
    });
  });

  describe('a call that is not sent', () => {
    it('meets a closed port', async () => {
      const host = await bench.closedHost();
      expect(await bench.sender().post(requestTo(host))).toEqual({ kind: 'not-sent', error: 'ECONNREFUSED: connection refused' });
    });

    it('meets an unknown host', async () => {
      const result = await bench.sender().post(requestTo('does-not-exist.invalid'));
      const error: unknown = expect.stringMatching(/^(ENOTFOUND: host not found|EAI_AGAIN: host look-up failed)$/);
      expect(result).toEqual({ kind: 'not-sent', error });
    });

    it('speaks TLS to a port that does not', async () => {
      const { host } = await bench.peer(undefined, (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
      const result = await bench.sender().post(requestTo(host, { url: `https://${host}/` }));
      expect(result).toEqual({ kind: 'not-sent', error: expect.stringMatching(/: TLS failed$/) });
    });

    it('is reset in the middle of the TLS handshake', async () => {
      const { host, requests } = await bench.peer(undefined, (socket) => socket.resetAndDestroy());
      const result = await bench.sender().post(requestTo(host, { url: `https://${host}/` }));
      expect(result).toEqual({ kind: 'not-sent', error: 'ECONNRESET: connection reset' });
      expect(requests).toEqual([]);
    });

    it('is out of time while connecting', async () => {
      const { host } = await bench.peer();
      const result = await bench.sender().post(requestTo(host, { url: `https://${host}/`, timeoutMs: 50 }));
      expect(result).toEqual({ kind: 'not-sent', error: 'no answer within 50 ms' });
    });

    it('cannot connect within the time for it', async () => {
      const { host } = await bench.peer();
      const result = await bench.sender({ connectTimeoutMs: 50 }).post(requestTo(host, { url: `https://${host}/` }));
      expect(result).toEqual({ kind: 'not-sent', error: 'UND_ERR_CONNECT_TIMEOUT: connecting timed out' });
    });

    it('is out of time while it waits for a connection, and is never written later', async () => {
      const { host, requests, sockets } = await bench.peer();
      const one = bench.sender({ connections: 1 });
      const first = one.post(requestTo(host, { body: 'first' }));
      await until(() => requests.length === 1);
      const second = await one.post(requestTo(host, { body: 'second', timeoutMs: 30 }));
      expect(second).toEqual({ kind: 'not-sent', error: 'no answer within 30 ms' });
      const third = one.post(requestTo(host, { body: 'third' }));
      sockets[0]!.write(OK);
      expect(await first).toMatchObject({ kind: 'answered' });
      await until(() => requests.length === 2);
      sockets[0]!.write(OK);
      expect(await third).toMatchObject({ kind: 'answered' });
      expect(requests.map((text) => text.split('\r\n\r\n')[1])).toEqual(['first', 'third']);
      expect(sockets).toHaveLength(1);
    });

    it('is aborted before it starts, or while it waits', async () => {
      const { host, requests } = await bench.peer();
      const one = bench.sender({ connections: 1 });
      expect(await one.post(requestTo(host, { signal: AbortSignal.abort() }))).toEqual({ kind: 'not-sent', error: 'aborted' });
      void one.post(requestTo(host));
      await until(() => requests.length === 1);
      const abort = new AbortController();
      const waiting = one.post(requestTo(host, { signal: abort.signal }));
      abort.abort();
      expect(await waiting).toEqual({ kind: 'not-sent', error: 'aborted' });
      expect(requests).toHaveLength(1);
    });

    it.each([
      ['no address', { url: 'backend.aisensy.com/secret' }],
      ['another protocol', { url: 'ftp://example.com/secret' }],
      ['a header with a line break', { headers: { 'X-Key': 'secret\r\nX-Other: 1' } }],
    ])('has %s', async (_name, rest) => {
      const { host, requests } = await bench.peer();
      const result = await bench.sender().post(requestTo(host, rest));
      expect(result).toMatchObject({ kind: 'not-sent' });
      expect(JSON.stringify(result)).not.toContain('secret');
      expect(requests).toEqual([]);
    });
  });

  describe('a lost call', () => {
    it('gets no answer in time', async () => {
      const { host } = await bench.peer();
      expect(await bench.sender().post(requestTo(host, { timeoutMs: 50 }))).toEqual({ kind: 'lost', error: 'no answer within 50 ms' });
    });

    it('gets half of its answer in time', async () => {
      const { host } = await bench.peer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'));
      const result = await bench.sender().post(requestTo(host, { timeoutMs: 50 }));
      expect(result).toEqual({ kind: 'lost', error: 'no answer within 50 ms', status: 200 });
    });

    it('is reset after the request was read', async () => {
      const { host } = await bench.peer((socket) => socket.resetAndDestroy());
      expect(await bench.sender().post(requestTo(host))).toEqual({ kind: 'lost', error: 'ECONNRESET: connection reset' });
    });

    it('is closed after the request was read', async () => {
      const { host, requests } = await bench.peer((socket) => socket.end());
      expect(await bench.sender().post(requestTo(host))).toEqual({ kind: 'lost', error: 'UND_ERR_SOCKET: connection closed' });
      expect(requests).toHaveLength(1);
    });

    it('is aborted after it left', async () => {
      const { host, requests } = await bench.peer();
      const abort = new AbortController();
      const result = bench.sender().post(requestTo(host, { signal: abort.signal }));
      await until(() => requests.length === 1);
      abort.abort();
      expect(await result).toEqual({ kind: 'lost', error: 'aborted' });
    });

    it.each([
      ['breaks off', 'HTTP/1.1 500 Internal Server Error\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'],
      ['is shorter than it said', 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 10\r\n\r\nabc'],
      ['has a chunk without a length', 'HTTP/1.1 500 Internal Server Error\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab'],
    ])('has an answer that %s', async (_name, answer) => {
      const { host } = await bench.peer((socket) => socket.end(answer));
      expect(await bench.sender().post(requestTo(host))).toMatchObject({ kind: 'lost', status: 500 });
    });

    it('has an answer that is not HTTP', async () => {
      const { host } = await bench.peer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
      const result = await bench.sender().post(requestTo(host));
      expect(result).toEqual({ kind: 'lost', error: 'answer is not HTTP' });
    });
  });
});
