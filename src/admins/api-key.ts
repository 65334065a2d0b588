import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'tnh_';
const RANDOM_BYTES = 32;
const CHECKSUM_LENGTH = 6;
/** Characters that may be shown to recognize a key: the prefix and six more leave over 200 random bits. */
const SHOWN_LENGTH = PREFIX.length + 6;

/** A new key: prefix, 256 random bits, and a checksum by which scanners and typing errors are told from real keys. */
export function newApiKey(): string {
  const body = randomBytes(RANDOM_BYTES).toString('base64url');
  return `${PREFIX}${body}${checksum(body)}`;
}

/** Prefixes of what is sent like a key: a session, and an access token of OAuth 2. */
const tokenPrefixes = { session: 'tns_', access: 'tna_' } as const;

export type TokenKind = keyof typeof tokenPrefixes;

/** A new session's token, or a new access token. */
export function newToken(kind: TokenKind): string {
  return `${tokenPrefixes[kind]}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** What a text is that is no key: a session's token or an access token. */
export function tokenKind(text: string): TokenKind | undefined {
  return (['session', 'access'] as const).find((kind) => text.startsWith(tokenPrefixes[kind]));
}

/** Whether a text is no key, but a session's token or an access token. */
export function isToken(text: string): boolean {
  return tokenKind(text) !== undefined;
}

/** Whether a text has our prefix and a right checksum. Keys set by TANHUA_BOOTSTRAP_API_KEY need neither. */
export function isWellFormedKey(text: string): boolean {
  if (!text.startsWith(PREFIX)) return false;
  const body = text.slice(PREFIX.length, -CHECKSUM_LENGTH);
  return text.slice(-CHECKSUM_LENGTH) === checksum(body);
}

/** Whether a text was one of our keys before it was cut or mistyped. */
export function isMistypedKey(text: string): boolean {
  return text.startsWith(PREFIX) && !isWellFormedKey(text);
}

/**
 * A fast hash is enough, and needed on every request: there is nothing to guess in 256 random bits. The look-up by hash
 * takes the same time whatever the key's characters are.
 */
export function hashApiKey(key: string): string {
  return hash('sha256', key);
}

/** The characters that may be shown; none of a key that somebody made up, whose every character may count. */
export function shownPrefix(key: string): string {
  return isWellFormedKey(key) ? key.slice(0, SHOWN_LENGTH) : '(set by hand)';
}

/** Characters of a whole key: prefix, body and checksum. */
const KEY_LENGTH = PREFIX.length + Math.ceil((RANDOM_BYTES * 4) / 3) + CHECKSUM_LENGTH;
/** Of a shorter text too little would stay hidden to show any of it. */
export const RECOGNIZABLE_LENGTH_MIN = Math.ceil(KEY_LENGTH / 2);

/**
 * The characters by which an owner recognizes one of our keys that was cut or mistyped, or is of another directory; undefined
 * for any other text, which may be the secret of something else.
 */
export function recognizablePrefix(text: string): string | undefined {
  const hasOurForm = text.startsWith(PREFIX) && /^[\w-]+$/.test(text) && text.length >= RECOGNIZABLE_LENGTH_MIN;
  return hasOurForm ? text.slice(0, SHOWN_LENGTH) : undefined;
}

function checksum(body: string): string {
  return crc32(body).toString(36).padStart(CHECKSUM_LENGTH, '0').slice(-CHECKSUM_LENGTH);
}
