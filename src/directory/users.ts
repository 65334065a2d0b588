import { recordEvent } from '#audit/event-store.ts';
import { recordRefusedRequest } from '#audit/refusal-store.ts';
import type { EventType } from '#audit/event-types.ts';
import { newId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { inResourceTransaction } from '#database/resource-transaction.ts';
import { applyPatch } from '#scim/patch/apply-patch.ts';
import type { IgnoredAttribute, PatchOperation } from '#scim/patch/operation.ts';
import { sameDocument } from '#scim/resource/diff.ts';
import { replaceDocument } from '#scim/resource/immutable.ts';
import { diffWithoutSecrets, SECRET_MASK } from '#scim/resource/secret-values.ts';
import { unqualifiedNames } from '#scim/resource/unqualified.ts';
import { validateResource } from '#scim/resource/validate.ts';
import { hasChangedAddresses } from './addresses.ts';
import { readText } from './attribute-contract.ts';
import { resolveAwaitedReferences } from './awaited-references.ts';
import { explainUserConflict } from './conflicts.ts';
import { isActivated, rulesOfUser } from './deciding-rules.ts';
import { resolveManager } from './managers.ts';
import { touchGroupsOf } from './membership-write-store.ts';
import {
  adoptionRule,
  claimUser,
  requireMayChangeAddresses,
  requireMaySetPassword,
  withoutReleased,
} from './ownership.ts';
import { requireRequested, type ExpectedVersion } from './requested.ts';
import { capitalized, isRenamed, namesOfUserChange } from './resource-names.ts';
import { freeUsername } from './username.ts';
import {
  displayNameOf,
  isActive,
  type AccountChange,
  type Caller,
  type DirectoryDeps,
  type StoredUser,
  type Submitted,
  type UserState,
} from './stored.ts';
import { digestOperands, digestSecrets } from './secret-digests.ts';
import { revokeStaleAccess } from './user-access.ts';
import { changedPasswordHash, newPasswordHash } from './user-password.ts';
import { checkCreatable, checkUserRules, derivedProperties, requireOperation, uniquenessBy } from './user-rules.ts';
import { findPasswordHash, findUser, findUserToChange } from './user-store.ts';
import { insertUser, updateUser } from './user-write-store.ts';

const SCIM_SOURCE = 'tanhua:scim';

/**
 * Creates a user (RFC 7644 §3.3). Throws an AppError, and changes nothing, if a rule refuses it (400, 403) or a value is taken (409).
 * @example await createUser(deps, caller, { document: { userName: 'ann', displayName: 'Ann' }, ignored: [] });
 */
export async function createUser(deps: DirectoryDeps, caller: Caller, submitted: Submitted): Promise<StoredUser> {
  requireOperation(caller, 'create', 'Users');
  validateResource(deps.schemas.User, submitted.document);
  checkCreatable(caller, submitted.document);
  const { document: sent, password, active } = splitDocument(submitted.document);
  checkUserRules(caller, sent, undefined);
  const id = submitted.newId ?? newId(deps.clock);
  const document = digestSecrets(deps, 'User', id, sent);
  const { organizationId, integration } = caller.origin;
  const passwordHash = submitted.passwordHash ?? (await newPasswordHash(deps, { organizationId, password, document }));
  const derived = derivedProperties(caller.rules, document);
  const uniqueness = uniquenessBy(caller.rules);
  const user = {
    id,
    organizationId,
    integrationId: integration?.id ?? null,
    creationSource: submitted.creationSource ?? SCIM_SOURCE,
    state: submitted.state ?? (active === false ? 'SUSPENDED' : caller.rules.newUserState),
    properties: submitted.properties ?? {},
    passwordHash,
    unqualified: submitted.unqualified ?? [],
    at: deps.clock.now(),
    uniqueness,
  } as const;
  let { username } = derived;
  const wanted = () => ({ id, document, email: derived.email, username, uniqueness });
  return await explainUserConflict(deps, caller.origin, wanted, () =>
    inTransaction(deps.database, async (transaction) => {
      const named = { id, organizationId, document, username: derived.username, rules: caller.rules };
      const managed = await resolveManager(transaction, organizationId, document);
      username = await freeUsername(transaction, named);
      const { email } = derived;
      const stored = await insertUser(deps, transaction, { ...user, document: managed, email, username });
      await resolveAwaitedReferences(deps, transaction, caller.origin, stored);
      await recordEvent(transaction, deps.clock, caller.origin, {
        type: 'user_create',
        target: targetOf(stored),
        names: capitalized(readText(stored.document, ['externalId'])),
        changes: diffWithoutSecrets(deps.schemas.User, {}, eventDocument(stored, passwordHash !== null)),
        ignored: submitted.ignored,
      });
      await deps.welcome?.(transaction, caller, stored, 'created');
      await deps.written?.(transaction, {
        effect: 'created',
        type: 'User',
        resource: stored,
        rules: rulesOfUser(caller, deps.schemas.User, { found: undefined, after: stored, ignored: submitted.ignored }),
      });
      return stored;
    }),
  );
}

/** Replaces a user (RFC 7644 §3.5.1). A state or password that is not sent stays. Throws the errors of `createUser`, 404, and 412. */
export async function replaceUser(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  submitted: Submitted & ExpectedVersion,
): Promise<StoredUser> {
  return await changeUser(deps, caller, id, putChange(deps, id, submitted));
}

/** Returns the change that a PUT requests. */
export function putChange(deps: DirectoryDeps, id: string, submitted: Submitted & ExpectedVersion): Change {
  const document = digestSecrets(deps, 'User', id, submitted.document);
  return {
    ignored: submitted.ignored,
    expectedVersion: submitted.expectedVersion,
    password: passwordOf(submitted.document['password']),
    transform: (before) => replaceDocument(deps.schemas.User, before, document),
    unqualified: () => submitted.unqualified ?? [],
  };
}

/** A parsed PATCH request. */
export interface Patch extends ExpectedVersion {
  readonly operations: readonly PatchOperation[];
  readonly ignored: readonly IgnoredAttribute[];
}

/** Applies all operations of a PATCH request or none (RFC 7644 §3.5.2). Throws the same errors as `replaceUser`. */
export async function patchUser(deps: DirectoryDeps, caller: Caller, id: string, patch: Patch): Promise<StoredUser> {
  return await changeUser(deps, caller, id, patchChange(deps, id, patch));
}

/** Returns the change that a PATCH requests. */
export function patchChange(deps: DirectoryDeps, id: string, patch: Patch): Change {
  const operations = digestOperands(deps, 'User', id, patch.operations);
  const written = unqualifiedNames(
    deps.schemas.User,
    patch.operations.map((operation) => operation.target.text),
  );
  const password = patch.operations.findLast((operation) => operation.target.attribute.name === 'password');
  return {
    ignored: patch.ignored,
    expectedVersion: patch.expectedVersion,
    password: password === undefined || password.op === 'remove' ? undefined : passwordOf(password.value),
    transform: (document) => applyPatch(deps.schemas.User, document, operations),
    unqualified: (before) => [...new Set([...before, ...written])],
  };
}

/** A change to a user. Its functions compute the new values from the stored values. */
export interface Change extends ExpectedVersion {
  readonly ignored: readonly IgnoredAttribute[];
  readonly password: string | undefined;
  /** The hash of a new password that was already checked. */
  readonly passwordHash?: string | undefined;
  /** The session in which the user sets the password. All other sessions end. */
  readonly keptSession?: string | undefined;
  readonly transform: (document: JsonObject) => JsonObject;
  readonly unqualified: (before: readonly string[]) => readonly string[];
  /** Returns the new values of properties that have no SCIM attribute; by default, the values stay. */
  readonly properties?: ((before: StoredUser) => JsonObject) | undefined;
  /** Returns the new state; by default, `active` in the document determines the state. */
  readonly state?: ((before: StoredUser) => UserState) | undefined;
  /** The type of the event; by default, the states before and after the change determine the type. */
  readonly eventType?: EventType | undefined;
}

/** Changes a user and records the event in one transaction. Returns the stored user if the change has no effect. */
export async function changeUser(deps: DirectoryDeps, caller: Caller, id: string, change: Change): Promise<StoredUser> {
  requireOperation(caller, 'update', 'Users');
  const { organizationId } = caller.origin;
  const passwordHash = change.password === undefined ? change.passwordHash : await newHashOf(deps, caller, id, change);
  let wanted: Parameters<typeof explainUserConflict>[2] = () => undefined;
  let isOnlyIgnored = false;
  const user = await explainUserConflict(
    deps,
    caller.origin,
    () => wanted(),
    () =>
      inResourceTransaction(deps.database, id, async (transaction) => {
        isOnlyIgnored = false;
        const found = requireRequested('user', id, await findUserToChange(transaction, organizationId, id), change);
        const before = await claimUser(deps, transaction, caller, found);
        if (passwordHash !== undefined) await requireMaySetPassword(transaction, caller, before);
        const { document, state, properties } = await wantedUser(deps, transaction, caller, change, { found, before });
        const same =
          sameDocument(before.document, document) &&
          sameDocument(before.properties, properties) &&
          state === before.state &&
          passwordHash === undefined;
        if (same) {
          // The event is recorded after the transaction, because one event may count many requests like this one.
          if (change.ignored.length > 0) isOnlyIgnored = true;
          const effect = adoptionRule(found, before) === undefined ? 'unchanged' : 'changed';
          const rules = rulesOfUser(caller, deps.schemas.User, { found, after: before, ignored: change.ignored });
          await deps.written?.(transaction, { effect, type: 'User', resource: before, rules });
          return before;
        }
        const derived = await changedProperties(transaction, caller, before, document);
        await requireMayChangeAddresses(transaction, caller, before, { ...derived, document, properties });
        const uniqueness = uniquenessBy(caller.rules);
        wanted = () => ({ id, document, ...derived, uniqueness, before });
        const changed = await updateUser(deps, transaction, before, {
          id,
          organizationId,
          document,
          properties,
          state,
          passwordHash,
          unqualified: change.unqualified(before.unqualified),
          ...derived,
          at: deps.clock.now(),
          uniqueness,
        });
        const isNewPassword = passwordHash !== undefined;
        return await applySideEffects(deps, transaction, caller, { found, before, changed, change, isNewPassword });
      }),
  );
  if (isOnlyIgnored) await recordIgnored(deps, caller, user, change.ignored);
  return user;
}

interface ClaimedUser {
  /** The user before the request. */
  readonly found: StoredUser;
  /** The user before the change, but after an adoption by the caller. */
  readonly before: StoredUser;
}

/** Returns the document, the state, and the properties after a change, validated against the schema and the rules. */
async function wantedUser(
  deps: DirectoryDeps,
  transaction: Database,
  caller: Caller,
  change: Change,
  { found, before }: ClaimedUser,
) {
  const transformed = change.transform(before.document);
  validateResource(deps.schemas.User, transformed);
  const { document: sent, active } = splitDocument(transformed);
  checkUserRules(caller, sent, before.document);
  const document = await resolveManager(transaction, caller.origin.organizationId, sent, before.document);
  const state = change.state === undefined ? nextState(before, active) : change.state(before);
  const properties = change.properties === undefined ? before.properties : change.properties(before);
  const isAdopted = found.integrationId !== before.integrationId;
  return { document, state, properties: isAdopted ? withoutReleased(properties) : properties };
}

/** Applies the effects of a stored change on access, groups, and references; records the event, and queues emails. */
async function applySideEffects(
  deps: DirectoryDeps,
  transaction: Database,
  caller: Caller,
  written: ClaimedUser & { readonly changed: StoredUser; readonly change: Change; readonly isNewPassword: boolean },
): Promise<StoredUser> {
  const { found, before, changed, change, isNewPassword } = written;
  const byOwner = caller.origin.integration !== undefined;
  const { keptSession } = change;
  await revokeStaleAccess(transaction, before, changed, { clock: deps.clock, isNewPassword, keptSession, byOwner });
  // Groups return the names of their members, so their versions increase, too.
  if (displayNameOf(before) !== displayNameOf(changed)) {
    await touchGroupsOf(transaction, changed.id, changed.modifiedAt);
  }
  const hasNewName = isRenamed(before, changed);
  if (hasNewName) await resolveAwaitedReferences(deps, transaction, caller.origin, changed);
  // The user may now be a member of groups that awaited the new name.
  const after = hasNewName ? { ...changed, inGroups: undefined } : changed;
  await recordEvent(transaction, deps.clock, caller.origin, {
    type: change.eventType ?? changeType(before.state, after.state),
    target: targetOf(after),
    names: namesOfUserChange(before, after),
    changes: diffWithoutSecrets(deps.schemas.User, eventDocument(before, false), eventDocument(after, isNewPassword)),
    ignored: change.ignored,
  });
  await mail(deps, transaction, caller, { before, after, isNewPassword });
  const rules = rulesOfUser(caller, deps.schemas.User, { found, after, ignored: change.ignored });
  await deps.written?.(transaction, { effect: 'changed', type: 'User', resource: after, rules });
  return after;
}

/** Queues emails to a user who was activated, or whose password or addresses changed. */
async function mail(deps: DirectoryDeps, transaction: Database, caller: Caller, change: AccountChange): Promise<void> {
  const { before, after, isNewPassword } = change;
  if (isActivated(before, after)) await deps.welcome?.(transaction, caller, after, 'activated');
  if (isNewPassword || hasChangedAddresses(before, after)) await deps.accountChanged?.(transaction, caller, change);
}

/** Runs before the transaction, because hashing is slow and must not delay other writes. */
async function newHashOf(deps: DirectoryDeps, caller: Caller, id: string, change: Change) {
  const { organizationId } = caller.origin;
  const before = requireRequested('user', id, await findUser(deps.database, organizationId, id), change);
  await requireMaySetPassword(deps.database, caller, before);
  const current = await findPasswordHash(deps.database, organizationId, id);
  const { password } = change;
  return await changedPasswordHash(deps, current, {
    organizationId,
    password,
    document: change.transform(before.document),
  });
}

/** Records ignored attributes of a request that changed nothing. Repeated requests share one event, as refused requests do. */
async function recordIgnored(
  deps: DirectoryDeps,
  { origin }: Caller,
  user: StoredUser,
  ignored: readonly IgnoredAttribute[],
): Promise<void> {
  const draft = { type: 'user_update', target: targetOf(user), changes: [], ignored } as const;
  // Within a larger transaction, the event belongs to that transaction.
  if (deps.database.isTransaction) await recordEvent(deps.database, deps.clock, origin, draft);
  else await recordRefusedRequest(deps.database, deps.clock, { origin, draft });
}

/** Returns the username and the email of a changed user. If the userName stays, the username, which may have a number, stays, too. */
async function changedProperties(database: Database, caller: Caller, before: StoredUser, document: JsonObject) {
  const { username, email } = derivedProperties(caller.rules, document);
  if (readText(document, ['userName']) === before.userName) return { username: before.username, email };
  return { username: await freeUsername(database, { ...before, document, username, rules: caller.rules }), email };
}

/** Separates the stored document from the password and from `active`, which is stored as the state. */
export function splitDocument(whole: JsonObject) {
  const { password, active, ...document } = whole;
  return { document, password: passwordOf(password), active: typeof active === 'boolean' ? active : undefined };
}

function passwordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Returns the state for a value of `active`: false suspends; true ends a suspension, and keeps a staged user staged. */
function nextState(before: StoredUser, active: boolean | undefined): UserState {
  if (active === false) return 'SUSPENDED';
  return active === true && before.state === 'SUSPENDED' ? 'ACTIVATED' : before.state;
}

function changeType(before: UserState, after: UserState): EventType {
  if (before === after) return 'user_update';
  if (before === 'STAGED' && after === 'ACTIVATED') return 'user_activated';
  return after === 'SUSPENDED' ? 'user_suspended' : 'user_unsuspended';
}

/** Returns the document in the form that events contain: with the properties and the state, and with a masked password. */
export function eventDocument(user: StoredUser, withPassword: boolean): JsonObject {
  return {
    ...user.properties,
    ...user.document,
    active: isActive(user),
    state: user.state,
    ...(withPassword && { password: SECRET_MASK }),
  };
}

export function targetOf(user: StoredUser) {
  return { type: 'user', id: user.id, name: user.userName } as const;
}
