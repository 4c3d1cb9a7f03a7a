import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that are not public (IANA's special-purpose registries, RFC 6890), without loopback. */
const PRIVATE_IPV4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16],
  ['198.18.0.0', 15], ['224.0.0.0', 4], ['240.0.0.0', 4],
];
const PRIVATE_IPV6: readonly [network: string, prefix: number][] = [['::', 128], ['64:ff9b:1::', 48], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8]];

/** An IPv6 address that ends in an IPv4 one is as private as that: mapped addresses, and those of a NAT64 gateway (RFC 6052). */
const EMBEDDINGS = ['::ffff:', '64:ff9b::'];

/** Thrown in place of a connection to a private address. Its text holds neither name nor address. */
export class PrivateAddressError extends Error {
  readonly code = 'ERR_PRIVATE_ADDRESS';

  constructor() {
    super('The address is private: set allowPrivateAddresses where it is meant');
    this.name = 'PrivateAddressError';
  }
}

export interface AddressFenceOptions {
  /** Lets private addresses be reached. */
  allowPrivateAddresses?: boolean;
  /** How names are looked up; by the system's resolver. */
  resolve?: typeof systemLookup;
}

/**
 * Keeps the bridge's own calls out of the private network around it: none of them connects to a private address, whatever a name
 * resolves to. It checks the very look-up that the connection is made with, so a name that changes its address between two look-ups
 * (DNS rebinding) gains nothing. Loopback addresses, where the simulators live, are always allowed.
 */
export class AddressFence {
  private readonly closed: boolean;
  private readonly resolve: typeof systemLookup;
  private readonly loopback = listOf([['127.0.0.0', 8]], [['::1', 128]]);
  private readonly privates = listOf(PRIVATE_IPV4, PRIVATE_IPV6);

  constructor({ allowPrivateAddresses = false, resolve = systemLookup }: AddressFenceOptions = {}) {
    this.closed = !allowPrivateAddresses;
    this.resolve = resolve;
  }

  /** Whether a URL's host is a private address. An address is never looked up, so `lookup` does not see it. */
  refusesHost(hostname: string): boolean {
    return this.refuses(hostname.replace(/^\[|\]$/g, ''));
  }

  /** In place of `dns.lookup`, for the options of a connection. */
  readonly lookup: LookupFunction = (hostname: string, options: LookupOptions, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
      const allowed = error ? [] : found.filter(({ address }) => !this.refuses(address));
      const first = allowed[0];
      if (error || first === undefined) callback(error ?? new PrivateAddressError(), options.all ? [] : '');
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

  private refuses(address: string): boolean {
    const version = isIP(address);
    if (version === 0 || !this.closed) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    return !this.loopback.check(address, family) && this.privates.check(address, family);
  }
}

function listOf(ipv4: typeof PRIVATE_IPV4, ipv6: typeof PRIVATE_IPV6): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ipv6) list.addSubnet(network, prefix, 'ipv6');
  for (const [network, prefix] of ipv4) {
    list.addSubnet(network, prefix, 'ipv4');
    for (const start of EMBEDDINGS) list.addSubnet(start + network, 96 + prefix, 'ipv6');
  }
  return list;
}
