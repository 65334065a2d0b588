import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

/** The number of characters of a generated Wi-Fi password: with 56 possible characters, 139 random bits. */
export const WIFI_PASSWORD_LENGTH = 24;
/** Letters and digits that are not confused with each other when a person reads them: no 0, O, 1, I, l and so on. */
const characters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const form = new RegExp(`^[${characters}]{${WIFI_PASSWORD_LENGTH}}$`);

/**
 * Returns a new Wi-Fi password. It cannot be guessed, so one SHA-256 is enough to check it: devices that reconnect on Monday morning do not
 * wait for argon2id.
 *
 * @example newWifiPassword() // 'mK7wQzP4cT2vXh9RbN5sYdJe'
 */
export function newWifiPassword(): string {
  return Array.from({ length: WIFI_PASSWORD_LENGTH }, () => characters.charAt(randomInt(characters.length))).join('');
}

/** Returns the hash that is stored for a Wi-Fi password: SHA-256 in hexadecimal digits. */
export function hashWifiPassword(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

/** True if a password is the Wi-Fi password with this hash. False without comparing for a text that cannot be a Wi-Fi password. */
export function isWifiPassword(password: string, hash: string | null): boolean {
  if (hash === null || !form.test(password)) return false;
  const [actual, expected] = [Buffer.from(hashWifiPassword(password), 'hex'), Buffer.from(hash, 'hex')];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
