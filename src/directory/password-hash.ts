import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ConcurrencyLimit } from '#base/concurrency-limit.ts';

/**
 * The maximum number of passwords that are hashed concurrently. Node.js runs blocking work in 4 threads. A commit that waits for the
 * disk needs one of these threads, so hashing must not occupy all 4.
 */
const HASHES_AT_ONCE_MAX = 2;
const turns = new ConcurrencyLimit(HASHES_AT_ONCE_MAX);
const argon2Once = promisify(argon2);

async function derive(...args: Parameters<typeof argon2Once>): Promise<Buffer> {
  return await turns.run(() => argon2Once(...args));
}

/** The cost parameters of argon2 (RFC 9106 §3.1); `memory` is in KiB. */
export interface PasswordCost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/**
 * The cost of password hashes in production. It is lower than the second recommended option of RFC 9106 §4, since 64 MiB would let a
 * few sign-ins exhaust the memory of a small machine.
 */
export const productionPasswordCost: PasswordCost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/**
 * Hashes a password with argon2id and a new salt, outside the event loop. Returns a PHC string.
 *
 * @example
 * await hashPassword('correct horse'); // '$argon2id$v=19$m=19456,t=2,p=1$…$…'
 */
export async function hashPassword(password: string, cost: PasswordCost = productionPasswordCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const { memory, passes, parallelism } = cost;
  const tag = await derive('argon2id', {
    message: password,
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: TAG_BYTES,
  });
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/**
 * True if the password matches the hash, regardless of the cost with which the hash was computed. False if the hash is not a PHC string in
 * the format that `hashPassword` returns.
 */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(phc);
  const [, memory, passes, parallelism, salt, tag] = match ?? [];
  if (salt === undefined || tag === undefined) return false;
  const expected = Buffer.from(tag, 'base64');
  const actual = await derive('argon2id', {
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  });
  return timingSafeEqual(actual, expected);
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
