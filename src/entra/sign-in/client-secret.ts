import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 30;

/** Returns a new client secret: 40 characters that cannot be guessed. */
export function newClientSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Returns the hash that is stored of a client secret. One SHA-256 is enough, because the secret is random. */
export function hashClientSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** True if a secret has this hash. */
export function isClientSecret(secret: string, hash: string): boolean {
  const [actual, expected] = [Buffer.from(hashClientSecret(secret), 'hex'), Buffer.from(hash, 'hex')];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
