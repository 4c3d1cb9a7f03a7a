import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { answer, OK, type RawPeer, SenderBench, until } from '../../test/support/raw-peer.ts';
import { ConnectionPool, type ConnectionPoolOptions } from './connection-pool.ts';
import { HttpCall } from './http-sender-call.ts';

const LOOPBACK: LookupFunction = (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]);
const bodiesOf = ({ requests }: RawPeer): string[] => requests.map((text) => text.split('\r\n\r\n')[1]!);

describe('ConnectionPool', () => {
  const bench = new SenderBench();
  const pools: ConnectionPool[] = [];

  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.destroy()));
    await bench.close();
  });

  function poolTo(host: string, options: Partial<ConnectionPoolOptions> = {}): ConnectionPool {
    const pool = new ConnectionPool(`http://${host}`, { connections: 1, connectTimeoutMs: 5_000, keepAliveMs: 4_000, lookup: LOOPBACK, ...options });
    pools.push(pool);
    return pool;
  }

  function send(pool: ConnectionPool, body: string, headers: Record<string, string> = {}): HttpCall {
    const call = new HttpCall({ timeoutMs: 5_000 }, 1_000, () => undefined);
    pool.dispatch({ path: '/', method: 'POST', headers, body, headersTimeout: 0, bodyTimeout: 0 }, call);
    return call;
  }

  const sendAll = (pool: ConnectionPool, bodies: string[]): HttpCall[] => bodies.map((body) => send(pool, body));
  const kindsOf = async (calls: HttpCall[]): Promise<string[]> => (await Promise.all(calls.map(({ result }) => result))).map(({ kind }) => kind);

  describe('of several connections', () => {
    it('opens one only where none is free, and then the one used last goes first', async () => {
      const used: Socket[] = [];
      const peer = await bench.peer((socket) => void used.push(socket));
      const pool = poolTo(peer.host, { connections: 3 });
      const [a, b] = [send(pool, 'a'), send(pool, 'b')];
      await until(() => used.length === 2);
      used[0]!.write(OK);
      await a.result;
      used[1]!.write(OK);
      await b.result;
      for (const turn of [3, 4]) {
        const next = send(pool, 'next');
        await until(() => used.length === turn);
        used.at(-1)!.write(OK);
        await next.result;
      }
      expect(used.map((socket) => peer.sockets.indexOf(socket))).toEqual([0, 1, 1, 1]);
      expect(peer.sockets).toHaveLength(2);
    });

    it('needs no more of them than there are calls at once', async () => {
      const peer = await bench.peer((socket) => socket.write(OK));
      const pool = poolTo(peer.host, { connections: 10 });
      for (let turn = 0; turn < 10; turn++) await kindsOf(sendAll(pool, ['a', 'b']));
      expect(peer.sockets).toHaveLength(2);
    });

    it('lets calls beyond their number wait, and serves them in order, each as one comes free', async () => {
      const peer = await bench.peer();
      const pool = poolTo(peer.host, { connections: 2 });
      const calls = sendAll(pool, ['a', 'b', 'c', 'd', 'e']);
      for (const turn of [2, 3, 4, 5]) {
        await until(() => peer.requests.length === turn);
        peer.sockets[turn % 2]!.write(OK);
      }
      peer.sockets[0]!.write(OK);
      expect(await kindsOf(calls)).toEqual(Array(5).fill('answered'));
      expect(bodiesOf(peer).slice(2)).toEqual(['c', 'd', 'e']);
      expect(peer.sockets).toHaveLength(2);
    });

    it('leaves those that are not needed to close', async () => {
      const peer = await bench.peer((socket) => socket.write(OK));
      const pool = poolTo(peer.host, { connections: 2, keepAliveMs: 50 });
      await kindsOf(sendAll(pool, ['a', 'b']));
      while (peer.sockets.every(({ destroyed }) => !destroyed)) await send(pool, 'c').result;
      expect(peer.sockets.filter(({ destroyed }) => destroyed)).not.toEqual([]);
    });
  });

  describe('hands a connection on', () => {
    it('past the calls that were given up while they waited', async () => {
      const peer = await bench.peer();
      const pool = poolTo(peer.host);
      const [a, b, c, d] = sendAll(pool, ['a', 'b', 'c', 'd']) as [HttpCall, HttpCall, HttpCall, HttpCall];
      await until(() => peer.requests.length === 1);
      b.cancel('aborted');
      c.cancel('aborted');
      peer.sockets[0]!.write(OK);
      await until(() => peer.requests.length === 2);
      peer.sockets[0]!.write(OK);
      expect(await kindsOf([a, b, c, d])).toEqual(['answered', 'not-sent', 'not-sent', 'answered']);
      expect(bodiesOf(peer)).toEqual(['a', 'd']);
    });

    it.each([
      ['that the answer closes', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
      ['whose closing ends the answer', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok'],
    ])('%s, which opens again', async (_name, closing) => {
      const peer = await bench.peer((socket) => socket.end(closing));
      expect(await kindsOf(sendAll(poolTo(peer.host), ['a', 'b', 'c']))).toEqual(['answered', 'answered', 'answered']);
      expect(bodiesOf(peer)).toEqual(['a', 'b', 'c']);
      expect(peer.sockets).toHaveLength(3);
    });

    it('that the other side closes without saying so, and nothing is lost', async () => {
      const peer = await bench.peer((socket) => socket.end(OK));
      const pool = poolTo(peer.host);
      expect(await kindsOf(sendAll(pool, ['a', 'b', 'c']))).toEqual(['answered', 'answered', 'answered']);
      expect(await kindsOf([send(pool, 'd')])).toEqual(['answered']);
      expect(bodiesOf(peer)).toEqual(['a', 'b', 'c', 'd']);
    });

    it('but no answer that nobody asked for', async () => {
      const peer = await bench.peer((socket, request) => socket.write(request.endsWith('a') ? OK + answer(['200 OK'], 'forged') : OK));
      const [a, b] = sendAll(poolTo(peer.host), ['a', 'b']) as [HttpCall, HttpCall];
      expect(await Promise.all([a.result, b.result])).toMatchObject([{ body: 'ok' }, { body: 'ok' }]);
      expect(peer.sockets).toHaveLength(2);
    });
  });

  describe('after a failure', () => {
    it('gives the next call a new connection, and never has more than allowed', async () => {
      let open = 0;
      let most = 0;
      const peer = await bench.peer(
        (socket, request) => void (request.endsWith('bad') ? socket.resetAndDestroy() : socket.write(OK)),
        (socket) => {
          most = Math.max(most, ++open);
          socket.once('close', () => open--);
        },
      );
      const calls = sendAll(poolTo(peer.host, { connections: 2 }), ['bad', 'a', 'bad', 'b', 'bad', 'c']);
      expect(await kindsOf(calls)).toEqual(['lost', 'answered', 'lost', 'answered', 'lost', 'answered']);
      expect(peer.requests).toHaveLength(6);
      expect(most).toBe(2);
    });

    it('tries again for each call where the port is closed', async () => {
      const pool = poolTo(await bench.closedHost(), { connections: 2 });
      expect(await kindsOf(sendAll(pool, ['a', 'b', 'c', 'd', 'e']))).toEqual(Array(5).fill('not-sent'));
    });

    it('of a call that was aborted opens no connection before there is another call', async () => {
      const peer = await bench.peer();
      const pool = poolTo(peer.host);
      const call = send(pool, 'a');
      await until(() => peer.requests.length === 1);
      call.cancel('aborted');
      await once(peer.sockets[0]!, 'close');
      // Connections are accepted in the order in which they were begun: one of the pool's would be there before this one.
      const marker = connect(Number(peer.host.split(':')[1]), '127.0.0.1');
      await once(marker, 'connect');
      await until(() => peer.sockets.length > 1);
      expect(peer.sockets.map(({ remotePort }) => remotePort).slice(1)).toEqual([marker.localPort]);
      marker.destroy();
      send(pool, 'b');
      await until(() => peer.requests.length === 2);
      expect(bodiesOf(peer)).toEqual(['a', 'b']);
    });

    it('keeps the connection that a call was too late for', async () => {
      const peer = await bench.peer((socket) => socket.write(OK));
      let found!: () => void;
      const pool = poolTo(`localhost:${peer.host.split(':')[1]}`, {
        lookup: (_name, options, tell) => { found = () => LOOPBACK('', options, tell); },
      });
      const [late, next] = sendAll(pool, ['late', 'next']) as [HttpCall, HttpCall];
      late.cancel('no answer in time');
      found();
      expect(await kindsOf([late, next])).toEqual(['not-sent', 'answered']);
      expect(bodiesOf(peer)).toEqual(['next']);
      expect(peer.sockets).toHaveLength(1);
    });

    it('keeps the connection that a call could not be written on, for however many of them', async () => {
      const peer = await bench.peer((socket) => socket.write(OK));
      const pool = poolTo(peer.host);
      const calls = [send(pool, 'a'), ...Array.from({ length: 5_000 }, () => send(pool, 'bad', { 'X-Key': 'two\nlines' })), send(pool, 'b')];
      expect(new Set((await kindsOf(calls)).slice(1, -1))).toEqual(new Set(['not-sent']));
      expect(bodiesOf(peer)).toEqual(['a', 'b']);
      expect(peer.sockets).toHaveLength(1);
    });
  });

  describe('destroy()', () => {
    it('breaks off what is under way, closes what is idle, and never writes what waits', async () => {
      const peer = await bench.peer((socket, request) => void (request.endsWith('a') && socket.write(OK)));
      const pool = poolTo(peer.host, { connections: 2 });
      const [a, b] = [send(pool, 'a'), send(pool, 'b')];
      await a.result;
      await until(() => peer.requests.length === 2);
      const [c, d] = [send(pool, 'c'), send(pool, 'd')];
      await until(() => peer.requests.length === 3);
      const closed = Promise.all(peer.sockets.map((socket) => once(socket, 'close')));
      await pool.destroy();
      await closed;
      expect(await kindsOf([b, c])).toEqual(['lost', 'lost']);
      expect(d.isOver).toBe(false);
      d.cancel('closed');
      expect(peer.requests).toHaveLength(3);
    });

    it('closes idle connections', async () => {
      const peer = await bench.peer((socket) => socket.write(OK));
      const pool = poolTo(peer.host, { connections: 2 });
      await kindsOf(sendAll(pool, ['a', 'b']));
      const closed = Promise.all(peer.sockets.map((socket) => once(socket, 'close')));
      await pool.destroy();
      await closed;
    });
  });
});
