import { isIPv4, isIPv6 } from 'node:net';
import { parseNetwork, unmapped } from '#base/network.ts';

/** The shortest prefixes of a client. With a shorter one, an organization would claim a large part of all addresses. */
export const IPV4_PREFIX_MIN = 8;
export const IPV6_PREFIX_MIN = 16;

/** The network of a client in its canonical form. */
export interface ClientNetwork {
  /** An address, or a network in CIDR notation: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. */
  readonly text: string;
  /** The form in which packets are looked up: the family, the length of the prefix, and the first address in hex. */
  readonly key: string;
  /** The length of the prefix in bits. A single address has 32 or 128. */
  readonly prefix: number;
  readonly family: 4 | 6;
}

/**
 * Parses the address or the network of a RADIUS client. Bits after the prefix are cleared, and an IPv4 address in its IPv6 form (RFC 4291
 * §2.5.5.2) becomes IPv4, because packets from it arrive as IPv4. Returns undefined if the text is neither an address nor a network.
 *
 * @example
 * clientNetwork('192.0.2.7/24'); // { text: '192.0.2.0/24', key: '4/24/c0000200', prefix: 24, family: 4 }
 */
export function clientNetwork(text: string): ClientNetwork | undefined {
  const found = parseNetwork(text.trim());
  if (found === undefined) return undefined;
  const bytes = addressBytes(found.address);
  if (bytes === undefined) return undefined;
  const isMapped = found.family === 'ipv6' && bytes.length === 4;
  const sent = found.prefix ?? (isMapped ? 128 : bytes.length * 8);
  const prefix = isMapped ? sent - 96 : sent;
  if (prefix < 0) return undefined;
  return networkFrom(bytes, prefix);
}

/**
 * Returns the keys of all networks that contain an address, the longest prefix first; empty if the text is not an address. There are at
 * most 129, so that one look-up in the index of keys finds the client of a packet.
 *
 * @example
 * containingKeys('192.0.2.7'); // ['4/32/c0000207', '4/31/c0000206', …, '4/8/c0000000']
 */
export function containingKeys(address: string): readonly string[] {
  const bytes = addressBytes(address);
  if (bytes === undefined) return [];
  const shortest = bytes.length === 4 ? IPV4_PREFIX_MIN : IPV6_PREFIX_MIN;
  const longest = bytes.length * 8;
  return Array.from({ length: longest - shortest + 1 }, (_, index) => networkFrom(bytes, longest - index).key);
}

/** Returns the length of the prefix in a key, for comparing networks that contain the same address. */
export function prefixOfKey(key: string): number {
  return Number(key.split('/')[1]);
}

function networkFrom(bytes: Uint8Array, prefix: number): ClientNetwork {
  const first = Buffer.from(bytes.map((byte, index) => byte & maskOf(prefix - index * 8)));
  const family = bytes.length === 4 ? 4 : 6;
  const address = family === 4 ? first.join('.') : shortIpv6(first);
  return {
    text: prefix === bytes.length * 8 ? address : `${address}/${prefix}`,
    key: `${family}/${prefix}/${first.toString('hex')}`,
    prefix,
    family,
  };
}

/** The mask of a byte of which the first `bits` bits belong to the prefix. */
function maskOf(bits: number): number {
  return bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}

/** Returns the 4 or 16 bytes of an address; undefined for any other text. A zone, as in fe80::1%eth0, is ignored. */
function addressBytes(text: string): Uint8Array | undefined {
  const [plain = ''] = text.split('%', 1);
  if (isIPv4(plain)) return ipv4Bytes(plain);
  if (!isIPv6(plain)) return undefined;
  // The URL parser writes the address in groups of hex digits, also the IPv4 address at its end.
  const { hostname } = new URL(`http://[${plain}]/`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  const bytes = Uint8Array.from([...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]));
  const mapped = bytes.subarray(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
  return mapped ? ipv4Bytes(unmapped(`::ffff:${bytes.subarray(12).join('.')}`)) : bytes;
}

function ipv4Bytes(address: string): Uint8Array {
  return Uint8Array.from(address.split('.').map(Number));
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** Writes an IPv6 address in its short form (RFC 5952). */
function shortIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
