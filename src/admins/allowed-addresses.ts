import { BlockList, isIP } from 'node:net';
import { AppError, quote } from '#base/errors.ts';

/** Addresses and networks that one key may name. */
export const ALLOWED_ADDRESSES_MAX = 100;

/** Whether an address is one of some addresses and networks, such as 192.0.2.1 and 2001:db8::/32. */
export function isAllowedAddress(allowed: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const entry of allowed) {
    const { ip, prefix } = parse(entry);
    const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(ip, family);
    else list.addSubnet(ip, prefix, family);
  }
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Throws invalidValue (400) that names the first entry that is no address and no network. */
export function requireAddresses(entries: readonly string[]): void {
  for (const entry of entries) {
    const { ip, prefix } = parse(entry);
    const version = isIP(ip);
    const most = version === 6 ? 128 : 32;
    if (version !== 0 && (prefix === undefined || (Number.isInteger(prefix) && prefix >= 0 && prefix <= most)))
      continue;
    throw new AppError(
      'invalidValue',
      `${quote(entry)} is neither an address nor a network: write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32.`,
      { attribute: 'allowedIps', value: entry },
    );
  }
}

function parse(entry: string): { readonly ip: string; readonly prefix: number | undefined } {
  const [ip = '', prefix] = entry.split('/', 2);
  return { ip, prefix: prefix === undefined ? undefined : prefix === '' ? Number.NaN : Number(prefix) };
}
