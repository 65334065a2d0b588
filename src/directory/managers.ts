import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import type { JsonObject } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { managerPath, readText, withManager } from './attribute-contract.ts';
import type { DirectoryDeps, ShownUser, StoredUser } from './stored.ts';
import { lockReferences } from './references.ts';
import { findReferencedUser, findReports, findUsers } from './user-store.ts';
import { updateUser } from './user-write-store.ts';

/**
 * Returns the document with the value of `manager` (an id, externalId, or userName) replaced by the manager's id. A value that matches
 * no user stays as it was sent, because the manager may be created later. A value that is the same in `before` is not looked up: it
 * was resolved when it was set, or `resolveAwaitedManagers` resolves it when the manager is created.
 */
export async function resolveManager(
  database: Database,
  organizationId: string,
  document: JsonObject,
  before?: JsonObject,
): Promise<JsonObject> {
  const value = readText(document, managerPath);
  if (value === undefined || (before !== undefined && value === readText(before, managerPath))) return document;
  const id =
    (await findReferencedUser(database, organizationId, value)) ??
    (await findReferencedUserAfterLock(database, organizationId, value));
  return id === undefined || id === value ? document : withManager(document, id);
}

/** Finds the user that a value refers to, after waiting for concurrent transactions that create such a user. */
async function findReferencedUserAfterLock(
  database: Database,
  organizationId: string,
  value: string,
): Promise<string | undefined> {
  if (!isConcurrent(database)) return undefined;
  await lockReferences(database, organizationId, [value]);
  return await findReferencedUser(database, organizationId, value);
}

/** Sets the manager's id in the users that refer to the manager by externalId or userName. Records an event for each of these users. */
export async function resolveAwaitedManagers(
  deps: DirectoryDeps,
  database: Database,
  origin: Origin,
  manager: StoredUser,
): Promise<void> {
  const externalId = readText(manager.document, ['externalId']);
  const names = externalId === undefined ? [manager.userName] : [manager.userName, externalId];
  for (const report of await findReports(database, manager.organizationId, names)) {
    // Skips a user who is their own manager: the current write already stores that user.
    if (report.id === manager.id) continue;
    const sent = readText(report.document, managerPath) ?? '';
    // The name may also be the id of another user, and an id takes precedence.
    if ((await findReferencedUser(database, manager.organizationId, sent)) !== manager.id) continue;
    await updateUser(deps, database, report, {
      ...report,
      document: withManager(report.document, manager.id),
      passwordHash: undefined,
      at: deps.clock.now(),
    });
    await recordEvent(database, deps.clock, origin, {
      type: 'user_update',
      target: { type: 'user', id: report.id, name: report.userName },
      changes: [{ field: `${ENTERPRISE_USER_SCHEMA}:manager.value`, from: sent, to: manager.id }],
    });
  }
}

/** Returns the value of `manager` in a user's document. Most documents have no manager, so they are not parsed. */
export function managerOf({ documentText }: ShownUser): string | undefined {
  return documentText.includes('"manager":') ? readText(JSON.parse(documentText), managerPath) : undefined;
}

/** Loads the managers of these users, by id. Managers that do not exist are left out. */
export async function loadManagers(
  database: Database,
  organizationId: string,
  users: readonly ShownUser[],
): Promise<ReadonlyMap<string, StoredUser>> {
  const ids = new Set(users.flatMap((user) => managerOf(user) ?? []));
  if (ids.size === 0) return new Map();
  const managers = await findUsers(database, organizationId, [...ids]);
  return new Map(managers.map((manager) => [manager.id, manager]));
}
