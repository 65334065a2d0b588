import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import type { AdminDeps } from './administrators.ts';
import { ALLOWED_ADDRESSES_MAX, requireAddresses } from './allowed-addresses.ts';
import { newApiKey } from './api-key.ts';
import { insertApiKey, listApiKeys, markRevoked, type ApiKey, type KeyOwner } from './api-key-store.ts';
import { deleteSessionsOfKey } from './session-store.ts';

export const EXPIRY_DAYS_DEFAULT = 90;
export const EXPIRY_DAYS_MAX = 3_650;
/** Keys of one owner that work at a time: enough to rotate them with overlap. */
export const KEYS_OF_OWNER_MAX = 20;

export interface KeyDraft {
  readonly owner: KeyOwner;
  readonly name: string;
  /** Days until it expires; null for never. */
  readonly expiresInDays: number | null;
  readonly allowedIps: readonly string[] | null;
}

export interface CreatedKey {
  readonly key: string;
  readonly record: ApiKey;
}

/** Makes a key; it is told this once, and only its hash is kept. Throws conflict (409) when its owner has too many. */
export async function createApiKey(deps: AdminDeps, origin: Origin, draft: KeyDraft): Promise<CreatedKey> {
  const { organizationId } = origin;
  const { owner, name, expiresInDays, allowedIps } = draft;
  if (allowedIps !== null) {
    if (allowedIps.length > ALLOWED_ADDRESSES_MAX) {
      throw new AppError('tooManyValues', `A key names at most ${ALLOWED_ADDRESSES_MAX} addresses and networks.`);
    }
    requireAddresses(allowedIps);
  }
  const key = newApiKey();
  const now = deps.clock.now();
  const expiresAt = expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS);
  return await inTransaction(deps.database, async (transaction) => {
    const others = (await listApiKeys(transaction, organizationId)).filter(
      (one) => isOwnedBy(one, owner) && isUsable(one, now),
    );
    if (others.length >= KEYS_OF_OWNER_MAX) {
      throw new AppError('conflict', `There are ${KEYS_OF_OWNER_MAX} keys of this owner already: revoke one first.`);
    }
    const id = await insertApiKey(transaction, deps.clock, { organizationId, owner, name, key, expiresAt, allowedIps });
    await recordEvent(transaction, deps.clock, origin, {
      type: 'api_key_create',
      target: { type: 'api_key', id, name },
      changes: [{ field: 'expiresAt', from: null, to: expiresAt?.toISOString() ?? null }],
    });
    const record = (await listApiKeys(transaction, organizationId)).find((one) => one.id === id);
    assert(record, 'what was written in this transaction is there');
    return { key, record };
  });
}

/** Revokes a key: it stops working with the next request, on every process. Throws notFound (404). */
export async function revokeApiKey(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  mayRevoke: (key: ApiKey) => boolean,
): Promise<ApiKey> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    const found = (await listApiKeys(transaction, organizationId)).find((key) => key.id === id && mayRevoke(key));
    if (found === undefined) throw new AppError('notFound', `There is no key ${quote(id)}.`);
    if (await markRevoked(transaction, organizationId, id, deps.clock.now())) {
      await deleteSessionsOfKey(transaction, id);
      await recordEvent(transaction, deps.clock, origin, {
        type: 'api_key_revoke',
        target: { type: 'api_key', id, name: found.name },
      });
    }
    return found;
  });
}

export function isOwnedBy(key: ApiKey, owner: KeyOwner): boolean {
  if (key.kind !== owner.kind) return false;
  switch (owner.kind) {
    case 'administrator':
      return key.administratorId === owner.administratorId;
    case 'integration':
      return key.integrationId === owner.integrationId;
    case 'user':
      return key.userId === owner.userId;
  }
}

function isUsable({ revokedAt, expiresAt }: ApiKey, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

/** What a list says about a key. */
export function keyStatus(key: ApiKey, now: Date): 'active' | 'expired' | 'revoked' {
  if (key.revokedAt !== null) return 'revoked';
  return isUsable(key, now) ? 'active' : 'expired';
}
