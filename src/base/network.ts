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
