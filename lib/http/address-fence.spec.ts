import { afterEach, describe, expect, it } from '@jest/globals';
import type { lookup, LookupAddress } from 'node:dns';
import { OK, requestTo, SenderBench } from '../../test/support/raw-peer.ts';
import { AddressFence } from './address-fence.ts';

const PRIVATE = [
  '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255',
  '[::]', '[fd00::1]', '[fe80::1]', '[ff02::1]', '[::ffff:10.0.0.1]', '[64:ff9b::10.0.0.1]', '[64:ff9b:1::1]',
];
const PUBLIC = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '192.167.1.1', '[2606:4700::1111]', '[64:ff9b::8.8.8.8]', 'example.com', '10.0.0.1.example.com'];
const LOOPBACK = ['127.0.0.1', '127.255.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost'];

/** A resolver in whose world each look-up of any name gives the next of these answers; the last one again and again. */
const resolver = (...answers: string[][]): typeof lookup => {
  let turn = 0;
  const resolve = (_name: string, _options: object, done: (error: Error | null, found: LookupAddress[]) => void): void => {
    const addresses = answers[Math.min(turn++, answers.length - 1)]!;
    done(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return resolve as unknown as typeof lookup;
};

const fenceOf = (...answers: string[][]): AddressFence => new AddressFence({ resolve: resolver(...answers) });

const lookedUp = (fence: AddressFence, all: boolean): Promise<unknown> => new Promise((resolve) => {
  fence.lookup('any.example.com', { all }, (error, address) => resolve(error ? (error as { code?: string }).code : address));
});

const bench = new SenderBench();
afterEach(() => bench.close());

describe('AddressFence', () => {
  const host = (written: string): string => new URL(`http://${written}/`).hostname;

  it.each(PRIVATE)('keeps away from %s', (address) => {
    expect(new AddressFence().refusesHost(host(address))).toBe(true);
    expect(new AddressFence({ allowPrivateAddresses: true }).refusesHost(host(address))).toBe(false);
  });

  it.each([...PUBLIC, ...LOOPBACK])('lets through %s', (address) => {
    expect(new AddressFence().refusesHost(host(address))).toBe(false);
  });

  it('sees through other ways to write an address', () => {
    for (const written of ['0x0a000001', '167772161', '012.0.0.1', '10.1']) expect(new AddressFence().refusesHost(host(written))).toBe(true);
  });

  it('looks names up, and hides what is private among their addresses', async () => {
    expect(await lookedUp(fenceOf(['10.0.0.1', '8.8.8.8', 'fd00::1', '::1']), true)).toEqual([
      { address: '8.8.8.8', family: 4 }, { address: '::1', family: 6 },
    ]);
    expect(await lookedUp(fenceOf(['10.0.0.1', '8.8.8.8']), false)).toBe('8.8.8.8');
    expect(await lookedUp(fenceOf(['10.0.0.1', '::ffff:192.168.0.1']), true)).toBe('ERR_PRIVATE_ADDRESS');
    expect(await lookedUp(new AddressFence({ allowPrivateAddresses: true, resolve: resolver(['10.0.0.1']) }), false)).toBe('10.0.0.1');
  });

  it('hands on what the resolver says of a name that is none', async () => {
    const unknown = ((_name: string, _options: object, done: (error: Error) => void) => {
      done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    }) as unknown as typeof lookup;
    expect(await lookedUp(new AddressFence({ resolve: unknown }), true)).toBe('ENOTFOUND');
  });
});

describe('createHttpSender with a fence', () => {
  const refused = { kind: 'not-sent', error: expect.stringMatching(/^ERR_PRIVATE_ADDRESS: /) };

  it('sends nothing to a private address, nor to a name of one', async () => {
    const sender = bench.sender({ fence: fenceOf(['192.168.77.77']) });
    expect(await sender.post(requestTo('192.168.77.77:9'))).toEqual(refused);
    expect(await sender.post(requestTo('[fd00::77]:9'))).toEqual(refused);
    expect(await sender.post(requestTo('callbacks.example.com:9'))).toEqual(refused);
  });

  it('is fenced without being told so', async () => {
    expect(await bench.sender().post(requestTo('10.255.255.1:9'))).toEqual(refused);
  });

  it('reaches a name of a public or a loopback address', async () => {
    const { host } = await bench.peer((socket) => socket.write(OK));
    const sender = bench.sender({ fence: fenceOf(['127.0.0.1']) });
    expect(await sender.post(requestTo(host.replace('127.0.0.1', 'callbacks.example.com')))).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('looks at the address of each connection, so that a name that changes its own gains nothing', async () => {
    const { host, sockets, requests } = await bench.peer((socket) => {
      socket.write(OK);
      socket.end();
    });
    const sender = bench.sender({ fence: fenceOf(['127.0.0.1'], ['10.0.0.1']) });
    const named = host.replace('127.0.0.1', 'rebinding.example.com');
    expect(await sender.post(requestTo(named))).toMatchObject({ kind: 'answered' });
    expect(await sender.post(requestTo(named))).toEqual(refused);
    expect([sockets.length, requests.length]).toEqual([1, 1]);
  });

  it('reaches private addresses where they are allowed', async () => {
    const { host } = await bench.peer((socket) => socket.write(OK));
    const open = new AddressFence({ allowPrivateAddresses: true, resolve: resolver(['127.0.0.1']) });
    expect(await bench.sender({ fence: open }).post(requestTo(host.replace('127.0.0.1', 'inside.example.com')))).toMatchObject({ kind: 'answered' });
  });
});
