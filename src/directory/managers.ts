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
 * The document with its manager as an id. A manager that is not a user here yet stays as it was sent: the user may arrive
 * later than the report. A manager that `before` has as well was resolved when it was set, or is resolved when the user
 * arrives (`resolveAwaitedManagers`): nothing is looked up.
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
    (await findArriving(database, organizationId, value));
  return id === undefined || id === value ? document : withManager(document, id);
}

/** The user that a value means once whoever is just being created is there. */
async function findArriving(database: Database, organizationId: string, value: string): Promise<string | undefined> {
  if (!isConcurrent(database)) return undefined;
  await lockReferences(database, organizationId, [value]);
  return await findReferencedUser(database, organizationId, value);
}

/** Gives the users that wait for this manager, by externalId or userName, the manager's id. */
export async function resolveAwaitedManagers(
  deps: DirectoryDeps,
  database: Database,
  origin: Origin,
  manager: StoredUser,
): Promise<void> {
  const externalId = readText(manager.document, ['externalId']);
  const names = externalId === undefined ? [manager.userName] : [manager.userName, externalId];
  for (const report of await findReports(database, manager.organizationId, names)) {
    // Who is its own manager waits for nobody, and is being written at this moment.
    if (report.id === manager.id) continue;
    const sent = readText(report.document, managerPath) ?? '';
    // A name may look like an id: whoever has that id is meant.
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

/** Who is named as a user's manager. Of users without one, as most answers are about, no document is read. */
export function managerOf({ documentText }: ShownUser): string | undefined {
  return documentText.includes('"manager":') ? readText(JSON.parse(documentText), managerPath) : undefined;
}

/** The managers of these users, by id, those that exist. */
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
