/**
 * The networks that are not public, by their purpose (IANA's special-purpose address registries). The gateway for outgoing requests and the
 * console read this table, so that this file uses no module of Node.
 */
const internalNetworks = [
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
] as const;

/** Why an address is internal. */
export type InternalKind = (typeof internalNetworks)[number][0] | 'unreadable';

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
export function internalKind(address: string): InternalKind | undefined {
  const bits = bitsOf(withoutZone(address));
  if (bits === undefined) return 'unreadable';
  const embedded = embeddedIpv4(address);
  const kindOfEmbedded = embedded === undefined ? undefined : internalKind(embedded);
  if (kindOfEmbedded !== undefined) return kindOfEmbedded;
  const row = internalNetworks.find(([, networks]) =>
    networks.split(' ').some((network) => isInNetwork(bits, network)),
  );
  if (row !== undefined) return row[0];
  const isPublic = bits.length === IPV4_BITS || embedded !== undefined || isInNetwork(bits, GLOBAL_UNICAST);
  return isPublic ? undefined : 'reserved';
}

/** Returns an address without the zone of a link-local address: fe80::1 of fe80::1%eth0. */
export function withoutZone(address: string): string {
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

/** Returns the IPv4 address that an IPv6 address represents; undefined if it represents none. */
export function embeddedIpv4(address: string): string | undefined {
  const digits = hexDigits(withoutZone(address)) ?? '';
  const ipv4 = embeddings.map((one) => one.exec(digits)?.groups?.['ipv4']).find((one) => one !== undefined);
  return ipv4
    ?.match(/../g)
    ?.map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

const IPV4_BITS = 32;

function isInNetwork(bits: string, network: string): boolean {
  const [base = '', length = ''] = network.split('/', 2);
  const ofBase = bitsOf(base);
  return ofBase?.length === bits.length && bits.startsWith(ofBase.slice(0, Number(length)));
}

/** Returns the 32 or 128 bits of an address as digits; undefined if the text is not an address. */
function bitsOf(address: string): string | undefined {
  return isIpv4(address)
    ? address
        .split('.')
        .map((part) => binary(Number(part), 8))
        .join('')
    : hexDigits(address)?.replaceAll(/./g, (digit) => binary(Number.parseInt(digit, 16), 4));
}

function binary(value: number, length: number): string {
  return value.toString(2).padStart(length, '0');
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/** Returns the 32 hex digits of an IPv6 address; undefined if the text is not one. */
function hexDigits(address: string): string | undefined {
  // The URL parser would remove a line break. It converts a dotted IPv4 part to groups of hex digits.
  if (!/^[0-9a-f.:]*:[0-9a-f.:]*$/i.test(address) || !URL.canParse(`http://[${address}]`)) return undefined;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = canonical.split('::', 2).map((part) =>
    part
      .split(':')
      .map((group) => (group === '' ? '' : group.padStart(4, '0')))
      .join(''),
  );
  return `${head.padEnd(32 - tail.length, '0')}${tail}`;
}
