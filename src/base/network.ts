import { BlockList, isIP } from 'node:net';

/** An address, or a network: 192.0.2.1, 192.0.2.0/24, 2001:db8::/32. */
export interface Network {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  /** Bits; undefined for one address. */
  readonly prefix: number | undefined;
}

/** undefined for what is neither an address nor a network. */
export function parseNetwork(text: string): Network | undefined {
  const { address = '', bits } = /^(?<address>[0-9a-f.:]+)(?:\/(?<bits>\d{1,3}))?$/i.exec(text)?.groups ?? {};
  const version = isIP(address);
  const prefix = bits === undefined ? undefined : Number(bits);
  if (version === 0 || (prefix ?? 0) > (version === 6 ? 128 : 32)) return undefined;
  return { address, family: version === 6 ? 'ipv6' : 'ipv4', prefix };
}

/** Whether an address is one of some addresses and networks; an IPv4 address may come as IPv6 writes it (RFC 4291 §2.5.5). */
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

/** What is counted as one sender: a single host commonly has a whole network of 64 bits of IPv6. */
export function senderOf(address: string): string {
  const [plain = ''] = address.split('%', 1);
  const mapped = /^::ffff:(?<v4>[0-9.]+)$/i.exec(plain)?.groups?.['v4'];
  if (mapped !== undefined) return mapped;
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail = ''] = plain.split('::', 2);
  const before = head.split(':').filter((group) => group !== '');
  const after = plain.includes('::') ? tail.split(':').filter((group) => group !== '') : [];
  const zeros = Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
