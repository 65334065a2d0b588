import { AppError, quote } from '#base/errors.ts';
import { isInside, isWithin, parseNetwork } from '#base/network.ts';

/** Addresses and networks that one key may name. */
export const ALLOWED_ADDRESSES_MAX = 100;

/** Whether an address is one of some addresses and networks. An entry that cannot be read allows no address. */
export function isAllowedAddress(allowed: readonly string[], address: string): boolean {
  return isInside(
    allowed.flatMap((entry) => parseNetwork(entry) ?? []),
    address,
  );
}

/** Whether one address or network is inside of one of some others. */
export function isWithinAddresses(allowed: readonly string[], entry: string): boolean {
  const inner = parseNetwork(entry);
  if (inner === undefined) return false;
  return allowed.flatMap((one) => parseNetwork(one) ?? []).some((outer) => isWithin(inner, outer));
}

/**
 * The addresses that two lists have in common; null is all addresses. A key that another key created may come from these
 * alone, also when the addresses of its creator are narrowed later.
 *
 * @example commonAddresses(['192.0.2.0/24', '198.51.100.1'], ['192.0.2.7']) // ['192.0.2.7']
 */
export function commonAddresses(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  if (one === null || other === null) return one ?? other;
  const inner = one.filter((entry) => isWithinAddresses(other, entry));
  return [...new Set([...inner, ...other.filter((entry) => isWithinAddresses(one, entry))])];
}

/** Throws invalidValue (400) that names the first entry that is neither an address nor a network. */
export function requireAddresses(entries: readonly string[]): void {
  const wrong = entries.find((entry) => parseNetwork(entry) === undefined);
  if (wrong === undefined) return;
  throw new AppError(
    'invalidValue',
    `${quote(wrong)} is neither an address nor a network: write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32.`,
    { attribute: 'allowedIps', value: wrong },
  );
}
