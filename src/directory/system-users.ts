import { recordEvent } from '#audit/event-store.ts';
import { quote } from '#base/errors.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction } from '#database/database.ts';
import { inResourceTransaction } from '#database/resource-transaction.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { splitSecretExtensions } from '#scim/resource/secret-values.ts';
import { sameValue } from '#scim/resource/diff.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import { managerPath, readText, withManager } from './attribute-contract.ts';
import { requireRequested } from './requested.ts';
import { findSshKeys } from './ssh-key-store.ts';
import type { Caller, DirectoryDeps, StoredUser } from './stored.ts';
import { RELEASED, systemUser } from './system-user.ts';
import { changeAccess } from './system-user-access.ts';
import {
  requireConsistentState,
  requireReleased,
  requestedState,
  withoutUnchanged,
  withProperties,
  withSystemUser,
} from './system-user-change.ts';
import type { SystemUserBody } from './system-user-fields.ts';
import { changedPasswordHash, newPasswordHash } from './user-password.ts';
import { findPasswordHash, findReports, findUser, findUserToChange } from './user-store.ts';
import { findSecurityOf } from './user-security-store.ts';
import { updateUser } from './user-write-store.ts';
import { deleteUser } from './delete-user.ts';
import { changeUser, createUser, targetOf, type Change } from './users.ts';

/** Returns users in the format of the legacy directory's API. */
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

/** Finds a user. Throws `resourceNotFound` (404) if there is no user with this id. */
export async function requireUser(deps: DirectoryDeps, organizationId: string, id: string): Promise<StoredUser> {
  return requireRequested('user', id, await findUser(deps.database, organizationId, id));
}

export interface CreateOptions {
  readonly creationSource: string;
  readonly defaultState: 'ACTIVATED' | 'STAGED';
  /** The hash of the body's password, if it was computed before the transaction. */
  readonly passwordHash?: string | undefined;
  /** The username of a manager who does not exist yet. */
  readonly awaitedManager?: string | undefined;
}

/** Returns the hash of a new user's password; undefined if the body has no password. Throws `passwordPolicy` (400). */
export async function hashNewPassword(
  deps: DirectoryDeps,
  organizationId: string,
  body: SystemUserBody,
): Promise<string | undefined> {
  const sent = { organizationId, password: body.password, document: withSystemUser({}, body) };
  return (await newPasswordHash(deps, sent)) ?? undefined;
}

/**
 * Creates a user from a body of the legacy directory's API, completely or not at all. Throws `invalidValue` (400) for a manager who
 * does not exist, `stateTransition` (400) if `state` and `suspended` contradict each other, and the errors of `createUser`.
 */
export async function createSystemUser(
  deps: DirectoryDeps,
  caller: Caller,
  body: SystemUserBody,
  options: CreateOptions,
): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  requireConsistentState(body);
  await requireManager(deps, organizationId, body);
  const passwordHash = options.passwordHash ?? (await hashNewPassword(deps, organizationId, body));
  const { awaitedManager } = options;
  const written = withSystemUser({}, body);
  const { document } = normalize(deps, awaitedManager === undefined ? written : withManager(written, awaitedManager));
  return await inTransaction(deps.database, async (transaction) => {
    const inside = { ...deps, database: transaction };
    const user = await createUser(inside, caller, {
      document,
      passwordHash,
      ignored: [],
      properties: withProperties({}, body),
      state: requestedState(undefined, body) ?? options.defaultState,
      creationSource: options.creationSource,
    });
    // Sends no email about SSH keys: the welcome email already reports the new account.
    return await changeAccess({ ...inside, sshKeyChanged: undefined }, caller, user, body);
  });
}

/**
 * Applies a request body of the legacy directory's API to a user, completely or not at all. Fields that are not in the body keep
 * their values. `keptSession` is the session in which the user makes the change: it stays active if the change ends all other sessions.
 */
export async function updateSystemUser(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  body: SystemUserBody,
  keptSession?: string,
): Promise<StoredUser> {
  return await (
    await prepareUpdate(deps, caller, id, body, keptSession)
  )(deps);
}

/**
 * Like `updateSystemUser`, but in two steps. Checks the body and hashes the password outside of any transaction, because hashing is
 * slow. Then returns a function that changes the user.
 */
export async function prepareUpdate(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  body: SystemUserBody,
  keptSession?: string,
): Promise<(deps: DirectoryDeps) => Promise<StoredUser>> {
  const { organizationId } = caller.origin;
  requireConsistentState(body);
  const before = await requireUser(deps, organizationId, id);
  const [shown = {}] = await showSystemUsers(deps, organizationId, [before]);
  const sent = withoutUnchanged(body, shown);
  await requireManager(deps, organizationId, sent);
  const settings = await findSettings(deps.database, organizationId);
  const ownerName = await ownerNameOf(deps, before);
  const passwordHash = await hashChangedPassword(deps, before, sent);
  const change: Change = {
    expectedVersion: undefined,
    ignored: [],
    password: undefined,
    passwordHash,
    keptSession,
    transform: (document) => {
      // Digests of secrets do not have the type of their attribute, so they are not normalized.
      const { secret, rest } = splitSecretExtensions(deps.schemas.User, document);
      return { ...normalizeChanged(deps, rest, withSystemUser(rest, sent)), ...secret };
    },
    unqualified: (names) => names,
    properties: (current) => {
      const released = requireReleased(current, sent, settings, ownerName);
      const { [RELEASED]: _, ...properties } = withProperties(current.properties, sent);
      return released.length === 0 ? properties : { ...properties, [RELEASED]: [...released] };
    },
    state: (current) => requestedState(current.state, sent) ?? current.state,
  };
  return async ({ database }) =>
    await inResourceTransaction(database, id, async (transaction) => {
      const inside = { ...deps, database: transaction };
      return await changeAccess(inside, caller, await changeUser(inside, caller, id, change), sent);
    });
}

async function ownerNameOf({ database }: DirectoryDeps, { organizationId, integrationId }: StoredUser) {
  if (integrationId === null) return '';
  return (await findIntegration(database, organizationId, integrationId))?.name ?? '';
}

/** Runs before the transaction, because hashing is slow and must not delay other writes. */
async function hashChangedPassword(deps: DirectoryDeps, before: StoredUser, sent: SystemUserBody) {
  const { organizationId, id } = before;
  if (sent.password === undefined) return undefined;
  return await changedPasswordHash(deps, await findPasswordHash(deps.database, organizationId, id), {
    organizationId,
    password: sent.password,
    document: withSystemUser(before.document, sent),
  });
}

/** Normalizes a document by the rules for documents that SCIM clients send. */
function normalize(deps: DirectoryDeps, document: JsonObject) {
  return normalizeResource(deps.schemas.User, document, { unknownAttributes: 'reject', unsupported: new Set() });
}

/** Normalizes only the changed attributes: stored values that earlier rules accepted must not block a change of other attributes. */
function normalizeChanged(deps: DirectoryDeps, before: JsonObject, after: JsonObject): JsonObject {
  const isSame = ([name, value]: readonly [string, JsonValue]) => sameValue(before[name], value);
  const { same = [], changed = [] } = Object.groupBy(Object.entries(after), (entry) =>
    isSame(entry) ? 'same' : 'changed',
  );
  return { ...Object.fromEntries(same), ...normalize(deps, Object.fromEntries(changed)).document };
}

async function requireManager({ database }: DirectoryDeps, organizationId: string, body: SystemUserBody) {
  const { manager } = body as Readonly<Record<string, unknown>>;
  if (typeof manager !== 'string' || manager === '') return;
  if ((await findUser(database, organizationId, manager)) !== undefined) return;
  throw new TranslatedError('invalidValue', ({ admin }) => admin.users.managerUnknown(quote(manager)), {
    attribute: 'manager',
    value: manager,
  });
}

/** The new manager of the users who report to a deleted user, or null for no manager. If undefined, these users are not changed. */
export type Cascade = { readonly manager: string | null } | undefined;

/**
 * Deletes a user, who can be restored for 30 days. Users who reported to the deleted user get the manager that `cascade` names.
 * Throws `resourceNotFound` (404) if the user or the new manager does not exist, and `invalidValue` (400) if the new manager is the
 * user to delete.
 */
export async function deleteSystemUser(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  cascade: Cascade,
): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  if (cascade?.manager === id) {
    throw new TranslatedError('invalidValue', ({ admin }) => admin.users.managerDeleted(quote(id)), {
      attribute: 'cascade_manager',
    });
  }
  if (cascade?.manager) await requireUser(deps, organizationId, cascade.manager);
  return await inResourceTransaction(deps.database, id, async (transaction) => {
    const inside = { ...deps, database: transaction };
    const user = requireRequested('user', id, await findUserToChange(transaction, organizationId, id));
    if (cascade !== undefined) await moveReports(inside, caller, user, cascade.manager);
    await deleteUser(inside, caller, id, { expectedVersion: undefined });
    return user;
  });
}

async function moveReports(deps: DirectoryDeps, caller: Caller, leaving: StoredUser, next: string | null) {
  for (const { id, organizationId } of await findReports(deps.database, leaving.organizationId, [leaving.id])) {
    const report = await findUserToChange(deps.database, organizationId, id);
    if (report === undefined) continue;
    // The new manager may be one of these users. It must not be its own manager, so it gets the manager of the deleted user.
    const manager = next === report.id ? (readText(leaving.document, managerPath) ?? null) : next;
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
