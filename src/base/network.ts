import { BlockList, isIP, isIPv6 } from 'node:net';

/** An address or a network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32. */
export interface Network {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  /** The length of the prefix in bits; undefined for a single address. */
  readonly prefix: number | undefined;
}

/** Parses an address or a network; undefined if the text is neither. */
export function parseNetwork(text: string): Network | undefined {
  const { address = '', bits } = /^(?<address>[0-9a-f.:]+)(?:\/(?<bits>\d{1,3}))?$/i.exec(text)?.groups ?? {};
  const version = isIP(address);
  const prefix = bits === undefined ? undefined : Number(bits);
  if (version === 0 || (prefix ?? 0) > (version === 6 ? 128 : 32)) return undefined;
  return { address, family: version === 6 ? 'ipv6' : 'ipv4', prefix };
}

/** True if an address is in one of the networks. An IPv4 address may be in its IPv6 form ::ffff:192.0.2.1 (RFC 4291 §2.5.5). */
export function isInside(networks: readonly Network[], address: string): boolean {
  const [plain = ''] = address.split('%', 1);
  const version = isIP(plain);
  if (version === 0) return false;
  const list = new BlockList();
  for (const { address: base, family, prefix } of networks) {
    if (prefix === undefined) list.addAddress(base, family);
    else list.addSubnet(base, prefix, family);
  }
  return list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
}

/**
 * True if all addresses of the network `inner` are in the network `outer`.
 *
 * @example isWithin(parse('192.0.2.7'), parse('192.0.2.0/24')) // true
 * @example isWithin(parse('192.0.2.0/24'), parse('192.0.2.0/25')) // false
 */
export function isWithin(inner: Network, outer: Network): boolean {
  if (inner.family !== outer.family || bitsOf(inner) < bitsOf(outer)) return false;
  return isInside([outer], inner.address);
}

function bitsOf({ prefix, family }: Network): number {
  return prefix ?? (family === 'ipv6' ? 128 : 32);
}

/**
 * Returns the network that identifies a client by its address: an IPv4 address itself, or the /64 of an IPv6 address, since a
 * client with one address of a /64 can use all 2^64.
 *
 * @example networkOf('2001:db8::1') // '2001:db8:0:0::/64'
 * @example networkOf('::ffff:192.0.2.1') // '192.0.2.1'
 */
export function networkOf(address: string): string {
  const plain = unmapped(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

/** Converts an IPv4-mapped IPv6 address such as ::ffff:192.0.2.1 (RFC 4291 §2.5.5.2) to IPv4; returns any other address unchanged. */
export function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/** Removes the brackets that a URL puts around an IPv6 address (RFC 3986 §3.2.2). */
export function withoutBrackets(host: string): string {
  return host.replaceAll(/^\[|\]$/g, '');
}

/** The names of networks that TANHUA_TRUSTED_PROXIES accepts, with their networks as Fastify defines them. */
export const namedNetworks: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** The networks whose addresses only this machine can reach. */
export const loopbackNetworks: readonly Network[] = (namedNetworks['loopback'] ?? []).flatMap(
  (text) => parseNetwork(text) ?? [],
);

/** True if a host is localhost or a loopback address. An IPv6 address may have brackets. */
export function isLoopbackHost(host: string): boolean {
  const plain = withoutBrackets(host).toLowerCase();
  return plain === 'localhost' || isInside(loopbackNetworks, plain);
}
