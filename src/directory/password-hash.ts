import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ConcurrencyLimit } from '#base/concurrency-limit.ts';

/**
 * Node.js has 4 threads for what would block it, and a commit's wait for the disk takes one of them: passwords that come
 * together must not take them all.
 */
const HASHES_AT_ONCE_MAX = 2;
const turns = new ConcurrencyLimit(HASHES_AT_ONCE_MAX);
const argon2Once = promisify(argon2);

async function derive(...args: Parameters<typeof argon2Once>): Promise<Buffer> {
  return await turns.run(() => argon2Once(...args));
}

/** What one hash costs: memory in KiB, and passes over it (RFC 9106 §3.1). */
export interface PasswordCost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/**
 * The cost of every password that the program hashes. RFC 9106 §4, second recommended option, with a shorter tag: 64 MiB would
 * let a few sign-ins exhaust a small machine.
 */
export const productionPasswordCost: PasswordCost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** Hashes a password by argon2id, off the event loop, into a PHC string. */
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

/** True if the password is the one that was hashed, at any cost; false for a text that is not one of our PHC strings. */
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
