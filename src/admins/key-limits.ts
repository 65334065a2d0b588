import { DAY_MS } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';

export const EXPIRY_DAYS_DEFAULT = 90;
/** The maximum length of a chain of keys in which each key created the next, not counting the first key. */
export const KEY_GENERATIONS_MAX = 3;

/** The key that a request uses to create or change keys. When this key ends, the keys that it created end too. */
export interface CreatingKey {
  readonly id: string;
  /** Milliseconds since 1970; null for a key that never expires. */
  readonly expiresAt: number | null;
  readonly generation: number;
}

/** Lifetime of a key in milliseconds; null for a key that never expires. */
export type KeyLife = number | null;

export const DEFAULT_KEY_LIFE: KeyLife = EXPIRY_DAYS_DEFAULT * DAY_MS;

/**
 * Returns when a new key expires: after `days`, or else after `life`, but no later than the key that creates it. Throws
 * `roleForbidden` (403) if `days` is given and the new key would expire later than the creating key.
 *
 * @example
 * expiryOf(undefined, now, undefined); // 90 days from now
 * expiryOf(undefined, now, undefined, 5 * DAY_MS); // 5 days from now, for a key that replaces one with a life of 5 days
 */
export function expiryOf(
  days: number | null | undefined,
  now: Date,
  creator: CreatingKey | undefined,
  life: KeyLife = DEFAULT_KEY_LIFE,
): Date | null {
  const end = creator?.expiresAt ?? null;
  const lifeMs = days === undefined ? life : days === null ? null : days * DAY_MS;
  const wanted = lifeMs === null ? null : new Date(now.getTime() + lifeMs);
  if (end === null || (wanted !== null && wanted.getTime() <= end)) return wanted;
  if (days === undefined) return new Date(end);
  throw new AppError(
    'roleForbidden',
    `The key that sends the request expires on ${new Date(end).toISOString()}: a key that it creates or changes cannot expire later. Sign in to create a key that expires later.`,
    { attribute: 'expiresInDays', value: days },
  );
}

/** Throws `roleForbidden` (403) if the creating key cannot create another key, because its generation is KEY_GENERATIONS_MAX. */
export function requireGeneration(creator: CreatingKey | undefined): void {
  if (creator === undefined || creator.generation < KEY_GENERATIONS_MAX) return;
  throw new AppError(
    'roleForbidden',
    `The key that sends the request is the last in a chain of ${creator.generation} keys that were each created with another key, so it cannot create a key. Sign in to create a key.`,
  );
}
