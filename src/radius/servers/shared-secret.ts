import { randomInt } from 'node:crypto';
import type { SecretBox } from '#base/secret-box.ts';
import type { RadiusClient } from './client-store.ts';

/**
 * The length of a generated shared secret: 174 random bits. RFC 2865 §3 asks for at least 16 octets, and some devices accept at most 31
 * characters.
 */
export const SECRET_LENGTH = 30;
/**
 * Letters and digits that every device and every configuration file accepts without quotation marks, without 0, O, 1, l and I, which are
 * easily confused.
 */
export const SECRET_ALPHABET = '23456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';
/** How long FreeRADIUS keeps what the policy API answered about a client, in seconds: the `lifetime` of dynamic clients. */
export const CLIENT_CACHE_SECONDS = 60;

/** Generates a shared secret. */
export function newSharedSecret(): string {
  return Array.from({ length: SECRET_LENGTH }, () => SECRET_ALPHABET[randomInt(SECRET_ALPHABET.length)]).join('');
}

/**
 * Returns the shared secret that packets of a client are checked with at a time: the next one from the time of its change on. Before, only
 * the current one is valid, because FreeRADIUS has one secret for a client.
 *
 * @example
 * sharedSecretAt(client, deps.clock.now(), deps.secrets); // 'q7Gm…'
 */
export function sharedSecretAt(client: RadiusClient, at: Date, secrets: SecretBox): string {
  return secrets.open(sealedSecretAt(client, at));
}

/** Like `sharedSecretAt`, but leaves the secret encrypted. */
export function sealedSecretAt({ sealedSecret, next }: Pick<RadiusClient, 'sealedSecret' | 'next'>, at: Date): string {
  return next !== null && next.from.getTime() <= at.getTime() ? next.sealedSecret : sealedSecret;
}

/**
 * Returns the time from which FreeRADIUS certainly uses what was changed at `from`. Before, it can still have the former state of the client.
 */
export function certainFrom(from: Date): Date {
  return new Date(from.getTime() + CLIENT_CACHE_SECONDS * 1_000);
}
