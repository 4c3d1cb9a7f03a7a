import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { answer, OK, RawPeer, requestTo, SenderBench, until } from '../../test/support/raw-peer.ts';

const bench = new SenderBench();

afterEach(() => bench.close());

describe('createHttpSender', () => {
  describe('connections', () => {
    it('are used again, and never more than allowed', async () => {
      const { host, sockets, requests } = await bench.peer((socket) => socket.write(OK));
      const three = bench.sender({ connections: 3 });
      const results = await Promise.all(Array.from({ length: 30 }, () => three.post(requestTo(host))));
      expect(results.every(({ kind }) => kind === 'answered')).toBe(true);
      expect(requests).toHaveLength(30);
      expect(sockets).toHaveLength(3);
    });

    it('that the other side closed between two calls cost nothing', async () => {
      const { host, sockets, requests } = await bench.peer((socket) => socket.write(OK));
      const one = bench.sender({ connections: 1 });
      expect(await one.post(requestTo(host))).toMatchObject({ kind: 'answered' });
      sockets[0]!.end();
      await once(sockets[0]!, 'close');
      expect(await one.post(requestTo(host))).toMatchObject({ kind: 'answered' });
      expect(requests).toHaveLength(2);
      expect(sockets).toHaveLength(2);
    });

    it('that the other side closes at the next call make it lost, and nothing is repeated', async () => {
      let calls = 0;
      const { host, requests } = await bench.peer((socket) => void (++calls === 1 ? socket.write(OK) : socket.resetAndDestroy()));
      const one = bench.sender({ connections: 1 });
      expect(await one.post(requestTo(host))).toMatchObject({ kind: 'answered' });
      expect(await one.post(requestTo(host))).toMatchObject({ kind: 'lost' });
      expect(requests).toHaveLength(2);
    });

    it('are left after a short idle time, whatever the other side offers', async () => {
      const { host, sockets } = await bench.peer((socket) => socket.write(answer(['200 OK', 'Keep-Alive: timeout=60'])));
      expect(await bench.sender({ keepAliveMs: 20 }).post(requestTo(host))).toMatchObject({ kind: 'answered' });
      await once(sockets[0]!, 'close');
    });

    it('open again where the other side comes back', async () => {
      const host = await bench.closedHost();
      const one = bench.sender({ connections: 1 });
      const refused = await Promise.all([one.post(requestTo(host)), one.post(requestTo(host))]);
      expect(refused.map(({ kind }) => kind)).toEqual(['not-sent', 'not-sent']);
      const back = await new RawPeer((socket) => socket.write(OK)).listen(Number(host.split(':')[1]));
      expect(await one.post(requestTo(host))).toMatchObject({ kind: 'answered' });
      expect(back.requests).toHaveLength(1);
      await back.close();
    });
  });

  describe('an address', () => {
    it.each([
      ['/a?id=Z%2b8|x&t=\'a"b\'', '/a?id=Z%2b8|x&t=\'a"b\''],
      ['/a?', '/a?'],
      ['/a/../b?x=1#part', '/a/../b?x=1'],
      ['', '/'],
      ['?x=1', '/?x=1'],
      ['/naïve path?x=ü', '/na%C3%AFve%20path?x=%C3%BC'],
    ])('%s goes out as %s', async (written, sent) => {
      const { host, requests } = await bench.peer((socket) => socket.write(OK));
      expect(await bench.sender().post(requestTo(host, { url: `http://${host}${written}` }))).toMatchObject({ kind: 'answered' });
      expect(requests[0]!.split('\r\n')[0]).toBe(`POST ${sent} HTTP/1.1`);
    });

    it('may be a URL', async () => {
      const { host, requests } = await bench.peer((socket) => socket.write(OK));
      await bench.sender().post(requestTo(host, { url: new URL(`http://${host}/a?b=c`) }));
      expect(requests[0]).toContain('POST /a?b=c HTTP/1.1');
    });

    it('is in no error', async () => {
      const { host } = await bench.peer((socket) => socket.resetAndDestroy());
      const url = `http://${host}/callback?account=secret`;
      expect(JSON.stringify(await bench.sender().post(requestTo(host, { url })))).not.toMatch(/secret|127\.0\.0\.1/);
    });
  });

  describe('close()', () => {
    it('gives up what is in flight and what waits, and takes nothing new', async () => {
      const { host, requests, sockets } = await bench.peer();
      const closing = bench.sender({ connections: 1 });
      const calls = [closing.post(requestTo(host)), closing.post(requestTo(host))];
      await until(() => requests.length === 1);
      await Promise.all([closing.close(), closing.close()]);
      expect(await closing.post(requestTo(host))).toEqual({ kind: 'not-sent', error: 'closed' });
      expect(await Promise.all(calls)).toEqual([{ kind: 'lost', error: 'closed' }, { kind: 'not-sent', error: 'closed' }]);
      if (!sockets[0]!.destroyed) await once(sockets[0]!, 'close');
      expect(requests).toHaveLength(1);
    });

    it('closes idle connections', async () => {
      const { host, sockets } = await bench.peer((socket) => socket.write(OK));
      const closing = bench.sender();
      await closing.post(requestTo(host));
      const closed = once(sockets[0]!, 'close');
      await closing.close();
      await closed;
    });
  });
});
