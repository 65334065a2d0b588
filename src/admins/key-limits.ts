import { DAY_MS } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';

export const EXPIRY_DAYS_DEFAULT = 90;
/** How many keys may have created one another in a row. */
export const KEY_GENERATIONS_MAX = 3;

/** The key that a request uses to create or change keys. Whatever it creates ends with it. */
export interface CreatingKey {
  readonly id: string;
  /** Milliseconds since 1970; null for a key that never expires. */
  readonly expiresAt: number | null;
  readonly generation: number;
}

/**
 * When a new key expires: by default after 90 days, and no later than the key that creates it. Throws roleForbidden (403) for
 * days that are explicitly more.
 */
export function expiryOf(days: number | null | undefined, now: Date, creator: CreatingKey | undefined): Date | null {
  const end = creator?.expiresAt ?? null;
  const wanted = days === null ? null : new Date(now.getTime() + (days ?? EXPIRY_DAYS_DEFAULT) * DAY_MS);
  if (end === null || (wanted !== null && wanted.getTime() <= end)) return wanted;
  if (days === undefined) return new Date(end);
  throw new AppError(
    'roleForbidden',
    `The key that sends the request expires on ${new Date(end).toISOString()}: a key that it creates or changes cannot work longer. Sign in to create a key with a longer life.`,
    { attribute: 'expiresInDays', value: days },
  );
}

/** Throws roleForbidden (403) where too many keys have created one another. */
export function requireGeneration(creator: CreatingKey | undefined): void {
  if (creator === undefined || creator.generation < KEY_GENERATIONS_MAX) return;
  throw new AppError(
    'roleForbidden',
    `The key that sends the request was created by a key that a key created, ${creator.generation} times in a row: it can create no further key. Sign in to create one.`,
  );
}
