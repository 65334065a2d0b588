import { isIPv4, isIPv6 } from 'node:net';
import { isInside, parseNetwork, type Network } from '#base/network.ts';

type Row = readonly [kind: string, networks: string];

/** The networks that are not public, by their purpose (IANA's special-purpose address registries). */
const internalNetworks: readonly Row[] = [
  ['unspecified', '0.0.0.0/8 ::/128'],
  ['loopback', '127.0.0.0/8 ::1/128'],
  ['private', '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16'],
  ['link-local', '169.254.0.0/16 fe80::/10'],
  ['unique local', 'fc00::/7 fec0::/10'],
  ['shared (carrier-grade NAT)', '100.64.0.0/10'],
  ['multicast', '224.0.0.0/4 ff00::/8'],
  ['broadcast', '255.255.255.255/32'],
  ['reserved', '240.0.0.0/4 192.0.0.0/24 192.88.99.0/24 2001::/23 64:ff9b:1::/48 100::/64'],
  // Not in a registry: on every Azure virtual machine, this is the platform service that configures the machine.
  ['of a cloud platform', '168.63.129.16/32'],
  ['for benchmarks', '198.18.0.0/15'],
  ['for documentation', '192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20'],
];
/** The network of all public IPv6 addresses (RFC 4291 §2.4). */
const GLOBAL_UNICAST = '2000::/3';

/**
 * Returns why an address is internal, such as "loopback"; undefined for a public address. An IPv6 address that represents an IPv4
 * address (mapped, compatible, translated, NAT64, 6to4, ISATAP) is internal if the IPv4 address is. Returns "unreadable" for a
 * text that is not an address.
 *
 * @example
 * internalKind('::ffff:127.0.0.1'); // 'loopback'
 */
export function internalKind(address: string): string | undefined {
  const plain = withoutZone(address);
  const embedded = embeddedIpv4(plain);
  if (embedded !== undefined && internalKind(embedded) !== undefined) return internalKind(embedded);
  const row = internalNetworks.find(([, networks]) => isInside(parsed(networks), plain));
  if (row !== undefined) return row[0];
  if (isIPv4(plain)) return undefined;
  if (!isIPv6(plain)) return 'unreadable';
  const isPublic = isInside(parsed(GLOBAL_UNICAST), plain) || embedded !== undefined;
  return isPublic ? undefined : 'reserved';
}

/** True if an address, or the IPv4 address that it represents, is in one of the networks. */
export function isAmong(networks: readonly Network[], address: string): boolean {
  const plain = withoutZone(address);
  const embedded = embeddedIpv4(plain);
  return isInside(networks, plain) || (embedded !== undefined && isInside(networks, embedded));
}

function parsed(networks: string): readonly Network[] {
  return networks.split(' ').flatMap((one) => parseNetwork(one) ?? []);
}

function withoutZone(address: string): string {
  return address.split('%', 1)[0] ?? '';
}

/** Patterns for the 32 hex digits of IPv6 addresses that represent an IPv4 address. */
const embeddings: readonly RegExp[] = [
  // Compatible and mapped (RFC 4291 §2.5.5), translated (RFC 2765 §2.1), NAT64 (RFC 6052 §2.1).
  /^0{24}(?<ipv4>(?!0{4})[0-9a-f]{8})$/,
  /^0{20}ffff(?<ipv4>[0-9a-f]{8})$/,
  /^0{16}ffff0000(?<ipv4>[0-9a-f]{8})$/,
  /^0064ff9b0{16}(?<ipv4>[0-9a-f]{8})$/,
  // 6to4 (RFC 3056 §2) and ISATAP (RFC 5214 §6.1).
  /^2002(?<ipv4>[0-9a-f]{8})/,
  /^[0-9a-f]{16}0[02]005efe(?<ipv4>[0-9a-f]{8})$/,
];

function embeddedIpv4(address: string): string | undefined {
  const digits = isIPv6(address) ? hexDigits(address) : '';
  const ipv4 = embeddings.map((one) => one.exec(digits)?.groups?.['ipv4']).find((one) => one !== undefined);
  return ipv4 && [...Buffer.from(ipv4, 'hex')].join('.');
}

function hexDigits(address: string): string {
  // The URL parser converts a dotted IPv4 part to groups of hex digits.
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? '';
  const [head = '', tail = ''] = canonical.split('::', 2);
  const read = (text: string) => text.split(':').flatMap((group) => (group === '' ? [] : group.padStart(4, '0')));
  return (
    read(head)
      .join('')
      .padEnd(32 - read(tail).join('').length, '0') + read(tail).join('')
  );
}
