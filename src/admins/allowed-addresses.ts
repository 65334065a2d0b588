import { quote } from '#base/errors.ts';
import { isInside, isWithin, parseNetwork } from '#base/network.ts';
import { TranslatedError } from '#base/translated-error.ts';

/** The maximum number of addresses and networks that one key can have. */
export const ALLOWED_ADDRESSES_MAX = 100;

/** True if an address is in one of the allowed addresses and networks. An entry that cannot be parsed allows no address. */
export function isAllowedAddress(allowed: readonly string[], address: string): boolean {
  return isInside(
    allowed.flatMap((entry) => parseNetwork(entry) ?? []),
    address,
  );
}

/** True if an address or network is inside one of the allowed addresses and networks. */
export function isWithinAddresses(allowed: readonly string[], entry: string): boolean {
  const inner = parseNetwork(entry);
  if (inner === undefined) return false;
  return allowed.flatMap((one) => parseNetwork(one) ?? []).some((outer) => isWithin(inner, outer));
}

/**
 * Returns the addresses and networks that two lists have in common; null means all addresses. A key that another key created may be
 * used only from the addresses that both keys allow, even if the addresses of the creating key are narrowed later.
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

/** Throws `invalidValue` (400) if an entry is neither an address nor a network. */
export function requireAddresses(entries: readonly string[]): void {
  const wrong = entries.find((entry) => parseNetwork(entry) === undefined);
  if (wrong === undefined) return;
  throw new TranslatedError('invalidValue', ({ admin }) => admin.keys.notAddress(quote(wrong)), {
    attribute: 'allowedIps',
    value: wrong,
  });
}
