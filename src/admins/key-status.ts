import { commonAddresses } from './allowed-addresses.ts';
import type { ApiKey, KeyProblem, KeyRecord } from './key-record.ts';

export const keyStatuses = [
  'valid',
  'expired',
  'revoked',
  'ownerSuspended',
  'ownerRemoved',
  'keysForbidden',
  'userInactive',
  'creatorEnded',
] as const;

/** Returns the status of a key for lists: valid, or why it does not work. */
export function keyStatus({ revokedAt, expiresAt, problem }: ApiKey, now: Date): (typeof keyStatuses)[number] {
  if (revokedAt !== null) return 'revoked';
  if (problem === 'ownerRemoved') return problem;
  if (expiresAt !== null && expiresAt <= now) return 'expired';
  return problem ?? 'valid';
}

/**
 * Returns the valid keys that stop working when an administrator is suspended, is removed, or may no longer have keys: the
 * administrator's own keys, and all keys that were created with them, directly or indirectly.
 */
export function keysOfAdministrator(keys: readonly ApiKey[], administratorId: string, now: Date): readonly ApiKey[] {
  const ids = new Set(keys.filter((key) => key.administratorId === administratorId).map(({ id }) => id));
  for (let before = -1; before < ids.size;) {
    before = ids.size;
    for (const { id, parentId } of keys) if (parentId !== null && ids.has(parentId)) ids.add(id);
  }
  return keys.filter((key) => ids.has(key.id) && keyStatus(key, now) === 'valid');
}

/** Returns why a key does not work because of its owner; null if nothing is wrong. */
export function ownerProblem(row: {
  readonly suspended: number | null;
  readonly api_key_allowed: number | null;
  readonly user_id: string | null;
  readonly state: string | null;
  readonly deleted_at: number | null;
}): KeyProblem | null {
  if (row.suspended === 1) return 'ownerSuspended';
  if (row.api_key_allowed === 0) return 'keysForbidden';
  if (row.user_id !== null && (row.state !== 'ACTIVATED' || row.deleted_at !== null)) return 'userInactive';
  return null;
}

/**
 * Applies the limits of creating keys to all keys of an organization: a key that another key created expires no later than the
 * creating key, and may be used only from addresses that the creating key allows.
 */
export function limitByCreators(keys: readonly ApiKey[]): readonly ApiKey[] {
  const byId = new Map(keys.map((key) => [key.id, key]));
  const resolved = new Map<string, ApiKey>();
  const resolve = (key: ApiKey): ApiKey => {
    const known = resolved.get(key.id);
    if (known !== undefined || key.parentId === null) return known ?? key;
    const found = byId.get(key.parentId);
    const creator = found && resolve(found);
    const hasEnded = creator === undefined || creator.revokedAt !== null || creator.problem !== null;
    const result: ApiKey = {
      ...key,
      problem: key.problem ?? (hasEnded ? 'creatorEnded' : null),
      expiresAt: earlier(key.expiresAt, creator?.expiresAt ?? null),
      allowedIps: commonAddresses(key.allowedIps, creator?.allowedIps ?? null),
    };
    resolved.set(key.id, result);
    return result;
  };
  return keys.map(resolve);
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

/**
 * Applies the limits of the creating key to a key: the key ends no later than its creator, and may be used only from addresses that
 * the creator allows. The limits of the keys that created `creator` are already applied to `creator`.
 */
export function limitByCreator(key: KeyRecord, creator: KeyRecord | undefined): KeyRecord {
  const reason = creator === undefined ? 'was removed with its owner' : creatorProblem(creator);
  const expiresAt = Math.min(key.expiresAt ?? Infinity, creator?.expiresAt ?? Infinity);
  return {
    ...key,
    generation: (creator?.generation ?? 0) + 1,
    expiresAt: Number.isFinite(expiresAt) ? expiresAt : null,
    allowedIps: commonAddresses(key.allowedIps, creator?.allowedIps ?? null),
    ended:
      key.ended ??
      (reason === undefined
        ? null
        : { ownerName: undefined, reason: `it was created by another key, which ${reason}` }),
  };
}

function creatorProblem({ ended, revokedAt, administrator }: KeyRecord): string | undefined {
  if (revokedAt !== null) return `was revoked on ${new Date(revokedAt).toISOString()}`;
  if (ended !== null) return 'has ended';
  if (administrator?.suspended === true) return `belongs to the administrator ${administrator.name}, who is suspended`;
  if (administrator?.apiKeyAllowed === false) {
    return `belongs to the administrator ${administrator.name}, who may not have API keys`;
  }
  return undefined;
}
