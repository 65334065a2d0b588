import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import type { AdminDeps } from './administrators.ts';
import { ALLOWED_ADDRESSES_MAX, requireAddresses } from './allowed-addresses.ts';
import { newApiKey } from './api-key.ts';
import {
  deleteApiKeys,
  insertApiKey,
  listApiKeys,
  listKeysOfOrganizations,
  markRevoked,
  updateApiKey,
  updateParent,
  type ApiKeyChange,
} from './api-key-store.ts';
import type { ApiKey, KeyOwner } from './key-record.ts';
import { listEndedKeys, listEndedKeysOfOrganizations } from './ended-key-store.ts';
import { expiryOf, requireGeneration, type CreatingKey, type KeyLife } from './key-limits.ts';
import { keyStatus } from './key-status.ts';
import { deleteSessionsOfKey } from './session-store.ts';

export const EXPIRY_DAYS_MAX = 3_650;
/** The maximum number of working keys of one owner: enough to rotate keys with an overlap. */
export const KEYS_OF_OWNER_MAX = 20;
/**
 * The maximum number of stopped keys that are kept for one owner, so that lists and 401 responses say why a key stopped. Beyond this
 * number, the oldest keys are deleted.
 */
export const STOPPED_KEYS_OF_OWNER_MAX = 50;
/** Hours that an old key keeps working after a new key has replaced it. */
export const OVERLAP_HOURS_DEFAULT = 24;
export const OVERLAP_HOURS_MAX = 24 * 30;
const HOUR_MS = 3_600_000;

export interface KeyDraft {
  readonly owner: KeyOwner;
  readonly name: string;
  /** Days until the key expires; null for never, undefined for the default. */
  readonly expiresInDays: number | null | undefined;
  /** The default lifetime, if the new key replaces another key: the lifetime of the replaced key. */
  readonly defaultLife?: KeyLife;
  readonly allowedIps: readonly string[] | null;
  /** The key that the request uses; undefined for a session and the command line. */
  readonly creator?: CreatingKey | undefined;
  /** The id of the key with which the new key ends; the creator by default. */
  readonly parentId?: string | null;
}

export interface CreatedKey {
  readonly key: string;
  readonly record: ApiKey;
}

/**
 * Creates a key. The key itself cannot be read later, since only its hash is stored. A key that another key creates ends with that
 * key. The owner gets an email, unless the owner is an integration. Throws `conflict` (409) if the owner has too many keys, and
 * `roleForbidden` (403) if the new key would exceed the limits of the creating key.
 */
export async function createApiKey(deps: AdminDeps, origin: Origin, draft: KeyDraft): Promise<CreatedKey> {
  const { organizationId } = origin;
  const { owner, name, allowedIps, creator, parentId = creator?.id ?? null } = draft;
  requireAllowedIps(allowedIps);
  const key = newApiKey();
  const now = deps.clock.now();
  const expiresAt = expiryOf(draft.expiresInDays, now, creator, draft.defaultLife);
  if (parentId === creator?.id) requireGeneration(creator);
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['keys']);
    const others = (await listApiKeys(transaction, organizationId)).filter((one) => isOwnedBy(one, owner));
    if (others.filter((one) => mayStillWork(one, now)).length >= KEYS_OF_OWNER_MAX) {
      throw new TranslatedError('conflict', ({ admin }) => admin.keys.tooMany(KEYS_OF_OWNER_MAX));
    }
    const stopped = others.filter((one) => !mayStillWork(one, now)).slice(STOPPED_KEYS_OF_OWNER_MAX);
    await deleteApiKeys(transaction, organizationId, idsOf(stopped));
    const limits = { expiresAt, allowedIps, parentId };
    const id = await insertApiKey(transaction, deps.clock, { organizationId, owner, name, key, ...limits });
    const record = await requireKey(transaction, organizationId, id, () => true);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'api_key_create',
      target: { type: 'api_key', id, name },
      changes: [
        { field: 'owner', from: null, to: record.owner },
        { field: 'prefix', from: null, to: record.prefix },
        ...changesOf({ expiresAt: null, allowedIps: null, name }, { expiresAt, allowedIps }),
        ...(stopped.length > 0 ? [{ field: 'stoppedKeysDeleted', from: idsOf(stopped), to: [] }] : []),
      ],
    });
    await deps.keyCreated?.(transaction, origin, record);
    return { key, record };
  });
}

function idsOf(keys: readonly ApiKey[]): readonly string[] {
  return keys.map(({ id }) => id);
}

/** Returns a key that the caller may access. Throws `notFound` (404) for any other key. */
export async function requireKey(
  database: Database,
  organizationId: string,
  id: string,
  mayTouch: (key: ApiKey) => boolean,
): Promise<ApiKey> {
  const found = (await listApiKeys(database, organizationId)).find((key) => key.id === id && mayTouch(key));
  if (found !== undefined) return found;
  throw new TranslatedError('notFound', ({ admin }) => admin.keys.unknown(quote(id)), { attribute: 'id', value: id });
}

export interface KeyChange {
  readonly name?: string | undefined;
  /** Days from now; null for never. */
  readonly expiresInDays?: number | null | undefined;
  readonly allowedIps?: readonly string[] | null | undefined;
  /** The key that the request uses; undefined for a session and the command line. */
  readonly creator?: CreatingKey | undefined;
}

/**
 * Changes the name, expiry or addresses of a key. Throws `notFound` (404), `conflict` (409) for a revoked key, and `roleForbidden` (403)
 * if the key would expire later than the key that the request uses.
 */
export async function changeApiKey(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  change: KeyChange,
  mayTouch: (key: ApiKey) => boolean,
): Promise<ApiKey> {
  const { organizationId } = origin;
  const { name, expiresInDays, allowedIps, creator } = change;
  requireAllowedIps(allowedIps ?? null);
  const expiresAt = expiresInDays === undefined ? undefined : expiryOf(expiresInDays, deps.clock.now(), creator);
  return await inTransaction(deps.database, async (transaction) => {
    const before = await requireKey(transaction, organizationId, id, mayTouch);
    if (before.revokedAt !== null)
      throw new TranslatedError('conflict', ({ admin }) => admin.keys.revoked(quote(before.name)));
    const changes = changesOf(before, { name, expiresAt, allowedIps });
    if (changes.length === 0) return before;
    // With a new expiry, the owner is warned again.
    const warnedDays = expiresAt === undefined ? undefined : null;
    await updateApiKey(transaction, id, { name, expiresAt, allowedIps, warnedDays });
    await recordKeyUpdate(transaction, deps, origin, before, changes);
    return await requireKey(transaction, organizationId, id, () => true);
  });
}

/**
 * Creates a key that replaces an old key. Both work during the overlap, and the owner gets no notice that the old key ends. The new
 * key has the same lifetime as the old key, unless `expiresInDays` is given. If a key rotates itself, the new key expires no later
 * than the old key. Throws `notFound` (404) for a key that no longer works.
 */
export async function rotateApiKey(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  how: {
    readonly expiresInDays: number | null | undefined;
    readonly overlapHours: number;
    readonly creator?: CreatingKey | undefined;
  },
  mayTouch: (key: ApiKey) => boolean,
): Promise<CreatedKey> {
  const now = deps.clock.now();
  return await inTransaction(deps.database, async (transaction) => {
    const isValid = (key: ApiKey) => keyStatus(key, now) === 'valid' && mayTouch(key);
    const old = await requireKey(transaction, origin.organizationId, id, isValid);
    const created = await createApiKey({ ...deps, database: transaction }, origin, {
      owner: ownerOfKey(old),
      name: old.name,
      expiresInDays: how.expiresInDays,
      defaultLife: lifeOf(old),
      allowedIps: old.allowedIps,
      creator: how.creator,
      // The new key has the same parent as the old key. If another key sends the request, the new key ends with that key instead, so
      // that no key can create a key that outlives it.
      ...((how.creator === undefined || how.creator.id === id) && { parentId: old.parentId }),
    });
    // Keys that the old key created do not end with the old key, since it is only replaced: they now end with the new key.
    await updateParent(transaction, origin.organizationId, { from: id, to: created.record.id });
    const end = new Date(now.getTime() + how.overlapHours * HOUR_MS);
    const expiresAt = old.expiresAt !== null && old.expiresAt < end ? old.expiresAt : end;
    await updateApiKey(transaction, id, { expiresAt, warnedDays: 0 });
    await recordKeyUpdate(transaction, deps, origin, old, [
      ...changesOf(old, { expiresAt }),
      { field: 'followedBy', from: null, to: created.record.id },
    ]);
    return created;
  });
}

/** Returns the time from the creation of a key to its expiry, limited to the maximum for new keys. */
function lifeOf({ createdAt, expiresAt }: ApiKey): KeyLife {
  if (expiresAt === null) return null;
  return Math.min(expiresAt.getTime() - createdAt.getTime(), EXPIRY_DAYS_MAX * DAY_MS);
}

/** Revokes a key and its access tokens. They stop working with the next request, in every process. Throws `notFound` (404). */
export async function revokeApiKey(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  mayTouch: (key: ApiKey) => boolean,
): Promise<ApiKey> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    const found = await requireKey(transaction, organizationId, id, mayTouch);
    if (!(await markRevoked(transaction, organizationId, id, deps.clock.now()))) return found;
    await deleteSessionsOfKey(transaction, id);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'api_key_revoke',
      target: { type: 'api_key', id, name: found.name },
      changes: [
        { field: 'owner', from: found.owner, to: null },
        { field: 'prefix', from: found.prefix, to: null },
      ],
    });
    return await requireKey(transaction, organizationId, id, () => true);
  });
}

async function recordKeyUpdate(
  transaction: Database,
  { clock }: AdminDeps,
  origin: Origin,
  { id, name }: ApiKey,
  changes: ReturnType<typeof changesOf>,
): Promise<void> {
  const target = { type: 'api_key', id, name } as const;
  await recordEvent(transaction, clock, origin, { type: 'api_key_update', target, changes });
}

function changesOf(before: Pick<ApiKey, 'name' | 'expiresAt' | 'allowedIps'>, after: Omit<ApiKeyChange, 'warnedDays'>) {
  return (['name', 'expiresAt', 'allowedIps'] as const).flatMap((field) => {
    const [from, to]: readonly unknown[] = [before[field], after[field]];
    return to === undefined || JSON.stringify(from) === JSON.stringify(to) ? [] : [{ field: String(field), from, to }];
  });
}

/** Throws `tooManyValues` (400) for too many entries, and `invalidValue` (400) for an empty list or an invalid entry. */
function requireAllowedIps(allowedIps: readonly string[] | null): void {
  if (allowedIps === null) return;
  if (allowedIps.length > ALLOWED_ADDRESSES_MAX) {
    throw new TranslatedError('tooManyValues', ({ admin }) => admin.keys.tooManyAddresses(ALLOWED_ADDRESSES_MAX));
  }
  if (allowedIps.length === 0) {
    throw new TranslatedError('invalidValue', ({ admin }) => admin.keys.noAddress, {
      attribute: 'allowedIps',
    });
  }
  requireAddresses(allowedIps);
}

/** Returns the owner of a key. */
export function ownerOfKey({ kind, administratorId, integrationId, userId }: ApiKey): KeyOwner {
  switch (kind) {
    case 'administrator':
      return { kind, administratorId: administratorId ?? '', integrationId };
    case 'integration':
      return { kind, integrationId: integrationId ?? '' };
    case 'user':
      return { kind, userId: userId ?? '' };
  }
}

function isOwnedBy(key: ApiKey, owner: KeyOwner): boolean {
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

/** True if a key works, or would work again once its owner may use keys again. */
function mayStillWork(key: ApiKey, now: Date): boolean {
  return !['revoked', 'expired', 'creatorEnded'].includes(keyStatus(key, now));
}

/** Returns all keys of an organization, newest first, followed by the keys of removed owners. */
export async function listAllKeys(database: Database, organizationId: string): Promise<readonly ApiKey[]> {
  const ended = await listEndedKeys(database, organizationId);
  return [...(await listApiKeys(database, organizationId)), ...ended];
}

/** Returns the keys of all organizations that can provision, and those of removed owners, grouped by organization. */
export async function listProvisioningKeys(database: Database): Promise<readonly ApiKey[]> {
  const ended = await listEndedKeysOfOrganizations(database);
  return [...(await listKeysOfOrganizations(database)), ...ended];
}
