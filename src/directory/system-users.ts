import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { recordEvent } from '#audit/event-store.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { normaliseResource } from '#scim/resource/normalise.ts';
import { managerPath, readText, withManager } from './attribute-contract.ts';
import { requireRequested } from './requested.ts';
import { findSshKeys } from './ssh-key-store.ts';
import type { Caller, DirectoryDeps, StoredUser } from './stored.ts';
import { isPasswordManaged, RELEASED, systemUser } from './system-user.ts';
import { requireReleased, wantedState, withProperties, withSystemUser } from './system-user-change.ts';
import type { SystemUserBody } from './system-user-fields.ts';
import { findReports, findUser, findUserToChange, updateUserFlags } from './user-store.ts';
import { findSecurityOf, updateUserSecurity } from './user-security-store.ts';
import { updateUser } from './user-write-store.ts';
import { changeUser, createUser, deleteUser, targetOf } from './users.ts';

/** Users as the original directory's API shows them. */
export async function showSystemUsers(
  deps: DirectoryDeps,
  organizationId: string,
  users: readonly StoredUser[],
): Promise<readonly JsonObject[]> {
  const ids = users.map(({ id }) => id);
  const settings = await findSettings(deps.database, organizationId);
  const security = await findSecurityOf(deps.database, ids);
  const sshKeys = await findSshKeys(deps.database, ids);
  const now = deps.clock.now();
  return users.map((user) =>
    systemUser(user, { settings, now, security: security.get(user.id), sshKeys: sshKeys.get(user.id) ?? [] }),
  );
}

/** One user. Throws resourceNotFound (404). */
export async function requireUser(deps: DirectoryDeps, organizationId: string, id: string): Promise<StoredUser> {
  return requireRequested('user', id, await findUser(deps.database, organizationId, id));
}

/** Creates a user as the original directory's API does. Throws what createUser throws. */
export async function createSystemUser(
  deps: DirectoryDeps,
  caller: Caller,
  body: SystemUserBody,
  options: { readonly creationSource: string; readonly defaultState: 'ACTIVATED' | 'STAGED' },
): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  await requireManager(deps, organizationId, body);
  const { document } = normalise(deps, withSystemUser({}, body));
  const user = await createUser(deps, caller, {
    document: body.password === undefined ? document : { ...document, password: body.password },
    ignored: [],
    properties: withProperties({}, body),
    state: wantedState(undefined, body) ?? options.defaultState,
    creationSource: options.creationSource,
  });
  if (body.account_locked === true) return await setLocked(deps, caller, user.id, true);
  return user;
}

/** Changes a user as the original directory's API does: what is not sent stays. */
export async function updateSystemUser(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  body: SystemUserBody,
): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  const before = await requireUser(deps, organizationId, id);
  await requireManager(deps, organizationId, body);
  const settings = await findSettings(deps.database, organizationId);
  const owner =
    before.integrationId === null
      ? undefined
      : await findIntegration(deps.database, organizationId, before.integrationId);
  // A username that was derived from the userName is sent back as it was read: that is no change.
  const sent = body.username === before.username ? withoutUsername(body) : body;
  const user = await changeUser(deps, caller, id, {
    expectedVersion: undefined,
    ignored: [],
    password: sent.password,
    transform: (document) => normalise(deps, withSystemUser(document, sent)).document,
    unqualified: (names) => names,
    properties: (current) => {
      const released = requireReleased(current, sent, settings, owner?.name ?? '');
      const { [RELEASED]: _, ...properties } = withProperties(current.properties, sent);
      return released.length === 0 ? properties : { ...properties, [RELEASED]: [...released] };
    },
    state: (current) => wantedState(current.state, sent) ?? current.state,
  });
  if (sent.account_locked !== undefined && sent.account_locked !== user.accountLocked) {
    return await setLocked(deps, caller, id, sent.account_locked);
  }
  return user;
}

function withoutUsername(body: SystemUserBody): SystemUserBody {
  const { username: _, ...rest } = body;
  return rest;
}

/** What is written by hand goes through the same rules as what SCIM sends. */
function normalise(deps: DirectoryDeps, document: JsonObject) {
  return normaliseResource(deps.schemas.User, document, { unknownAttributes: 'reject', unsupported: new Set() });
}

async function requireManager({ database }: DirectoryDeps, organizationId: string, body: SystemUserBody) {
  const manager: unknown = (body as Readonly<Record<string, unknown>>)['manager'];
  if (typeof manager !== 'string' || manager === '') return;
  if ((await findUser(database, organizationId, manager)) !== undefined) return;
  throw new AppError('invalidValue', `manager ${quote(manager)} is no user: send the _id of one, or null.`, {
    attribute: 'manager',
    value: manager,
  });
}

/** What becomes of those who report to a user who is deleted: they report to nobody, or to somebody else. */
export type Cascade = { readonly manager: string | null } | undefined;

/** Deletes a user; restorable for 30 days. */
export async function deleteSystemUser(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  cascade: Cascade,
): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  if (cascade?.manager) await requireUser(deps, organizationId, cascade.manager);
  return await inTransaction(deps.database, async (transaction) => {
    const inside = { ...deps, database: transaction };
    const user = requireRequested('user', id, await findUserToChange(transaction, organizationId, id));
    if (cascade !== undefined) await moveReports(inside, caller, user, cascade.manager);
    await deleteUser(inside, caller, id, { expectedVersion: undefined });
    return user;
  });
}

async function moveReports(deps: DirectoryDeps, caller: Caller, leaving: StoredUser, manager: string | null) {
  for (const report of await findReports(deps.database, leaving.organizationId, [leaving.id])) {
    const document =
      manager === null
        ? withSystemUser(report.document, { manager: null } as SystemUserBody)
        : withManager(report.document, manager);
    const at = deps.clock.now();
    await updateUser(deps, deps.database, report, { ...report, document, passwordHash: undefined, at });
    await recordEvent(deps.database, deps.clock, caller.origin, {
      type: 'user_update',
      target: targetOf(report),
      changes: [{ field: 'manager', from: readText(report.document, managerPath), to: manager }],
    });
  }
}

/** Locks or unlocks a user. Unlocking clears no expiry. */
export async function setLocked(deps: DirectoryDeps, caller: Caller, id: string, locked: boolean): Promise<StoredUser> {
  const at = deps.clock.now();
  return await setFlags(deps, caller, id, {
    type: locked ? 'user_lockout' : 'user_unlocked',
    flags: { account_locked: locked ? 1 : 0 },
    field: 'account_locked',
    value: locked,
    before: async (transaction, user) => {
      await updateUserSecurity(
        transaction,
        { userId: user.id, organizationId: user.organizationId },
        locked ? { locked_at: at.getTime() } : { locked_at: null, bad_login_attempts: 0, last_bad_login_at: null },
      );
    },
  });
}

/** Lets the password of a user expire at once: the user reads as not active until there is a new one. */
export async function expirePassword(deps: DirectoryDeps, caller: Caller, id: string): Promise<StoredUser> {
  const settings = await findSettings(deps.database, caller.origin.organizationId);
  return await setFlags(deps, caller, id, {
    type: 'user_password_expired',
    flags: { password_expired: 1 },
    field: 'password_expired',
    value: true,
    before: async (_, user) => {
      if (user.passwordPending) {
        throw new AppError('conflict', `The password of ${quote(user.username)} is pending: there is none to expire.`);
      }
      if (isPasswordManaged(user, settings)) {
        throw new AppError('passwordManaged', `The password of ${quote(user.username)} is managed by its source.`);
      }
    },
  });
}

interface FlagChange {
  readonly type: 'user_lockout' | 'user_unlocked' | 'user_password_expired';
  readonly flags: { readonly account_locked?: 0 | 1; readonly password_expired?: 0 | 1 };
  readonly field: string;
  readonly value: boolean;
  readonly before: (transaction: Database, user: StoredUser) => Promise<void>;
}

async function setFlags(deps: DirectoryDeps, caller: Caller, id: string, change: FlagChange): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  return await inTransaction(deps.database, async (transaction) => {
    const user = requireRequested('user', id, await findUserToChange(transaction, organizationId, id));
    await change.before(transaction, user);
    await updateUserFlags(transaction, id, change.flags, deps.clock.now());
    await recordEvent(transaction, deps.clock, caller.origin, {
      type: change.type,
      target: targetOf(user),
      changes: [{ field: change.field, from: !change.value, to: change.value }],
    });
    return requireRequested('user', id, await findUser(transaction, organizationId, id));
  });
}
