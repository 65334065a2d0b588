import { AppError, quote } from '#base/errors.ts';
import { isInside, parseNetwork } from '#base/network.ts';

/** Addresses and networks that one key may name. */
export const ALLOWED_ADDRESSES_MAX = 100;

/** Whether an address is one of some addresses and networks. What cannot be read lets nobody in. */
export function isAllowedAddress(allowed: readonly string[], address: string): boolean {
  return isInside(
    allowed.flatMap((entry) => parseNetwork(entry) ?? []),
    address,
  );
}

/** Throws invalidValue (400) that names the first entry that is no address and no network. */
export function requireAddresses(entries: readonly string[]): void {
  const wrong = entries.find((entry) => parseNetwork(entry) === undefined);
  if (wrong === undefined) return;
  throw new AppError(
    'invalidValue',
    `${quote(wrong)} is neither an address nor a network: write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32.`,
    { attribute: 'allowedIps', value: wrong },
  );
}
