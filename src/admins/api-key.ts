import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'tnh_';
const RANDOM_BYTES = 32;
const CHECKSUM_LENGTH = 6;
/** The number of characters of a key that may be shown, so that its owner recognizes it. The hidden rest has over 200 random bits. */
const SHOWN_LENGTH = PREFIX.length + 6;

/** Generates a key: prefix, 256 random bits, and a checksum by which secret scanners and this server recognize a real key. */
export function newApiKey(): string {
  const body = randomBytes(RANDOM_BYTES).toString('base64url');
  return `${PREFIX}${body}${checksum(body)}`;
}

/** Prefixes of other tokens that are sent like a key: session tokens and OAuth 2 access tokens. */
const tokenPrefixes = { session: 'tns_', access: 'tna_' } as const;

export type TokenKind = keyof typeof tokenPrefixes;

/** Generates a session token or an access token. */
export function newToken(kind: TokenKind): string {
  return `${tokenPrefixes[kind]}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** Returns the kind of a token, which its prefix shows; undefined for a text that is neither a session token nor an access token. */
export function tokenKind(text: string): TokenKind | undefined {
  return (['session', 'access'] as const).find((kind) => text.startsWith(tokenPrefixes[kind]));
}

/** True for a session token or an access token. */
export function isToken(text: string): boolean {
  return tokenKind(text) !== undefined;
}

/** True if a text has the prefix and a correct checksum of our keys. Keys set by TANHUA_BOOTSTRAP_API_KEY need neither. */
export function isWellFormedKey(text: string): boolean {
  if (!text.startsWith(PREFIX)) return false;
  const body = text.slice(PREFIX.length, -CHECKSUM_LENGTH);
  return text.slice(-CHECKSUM_LENGTH) === checksum(body);
}

/** True if a text has the prefix of our keys but a wrong checksum: it was cut or mistyped. */
export function isMistypedKey(text: string): boolean {
  return text.startsWith(PREFIX) && !isWellFormedKey(text);
}

/**
 * Hashes a key. A fast hash is used, since every request needs it and 256 random bits cannot be guessed. The duration of the look-up
 * by hash does not depend on the characters of the key.
 */
export function hashApiKey(key: string): string {
  return hash('sha256', key);
}

/** Returns the characters of a key that may be shown. Shows none of a key that was set by hand, since any of them may be secret. */
export function shownPrefix(key: string): string {
  return isWellFormedKey(key) ? key.slice(0, SHOWN_LENGTH) : '(set by hand)';
}

/** The number of characters of a whole key: prefix, body and checksum. */
const KEY_LENGTH = PREFIX.length + Math.ceil((RANDOM_BYTES * 4) / 3) + CHECKSUM_LENGTH;
/** Minimum length of a text whose prefix may be shown: too little of a shorter text would stay hidden. */
export const RECOGNIZABLE_LENGTH_MIN = Math.ceil(KEY_LENGTH / 2);

/**
 * Returns the first characters of a key that was cut or mistyped, or that belongs to another Tanhua directory, so that its owner
 * recognizes the key. Returns undefined for any other text, which may be another secret.
 */
export function recognizablePrefix(text: string): string | undefined {
  const hasOurForm = text.startsWith(PREFIX) && /^[\w-]+$/.test(text) && text.length >= RECOGNIZABLE_LENGTH_MIN;
  return hasOurForm ? text.slice(0, SHOWN_LENGTH) : undefined;
}

function checksum(body: string): string {
  return crc32(body).toString(36).padStart(CHECKSUM_LENGTH, '0').slice(-CHECKSUM_LENGTH);
}
