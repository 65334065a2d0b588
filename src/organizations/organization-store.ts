import type { Clock } from '#base/clock.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import { parseSettings, type Settings } from './settings.ts';

export interface Organization {
  readonly id: string;
  readonly name: string;
}

/** Inserts an organization. Its id is new by default; callers that have already used a new id elsewhere pass that `id`. */
export async function insertOrganization(
  database: Database,
  clock: Clock,
  name: string,
  id = newId(clock),
): Promise<Organization> {
  const organization = { id, name };
  await database
    .insertInto('organizations')
    .values({ ...organization, name_key: fold(name), created_at: clock.now().getTime() })
    .execute();
  return organization;
}

/** Lists all organizations, oldest first. */
export async function listOrganizations(database: Database): Promise<readonly Organization[]> {
  return await database
    .selectFrom('organizations')
    .select(['id', 'name'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/**
 * Lists the organizations that are not moving between shards. Scheduled work skips organizations that are moving: the shard that
 * serves an organization does this work.
 */
export async function listOrganizationsNotMoving(database: Database): Promise<readonly Organization[]> {
  return await database
    .selectFrom('organizations')
    .select(['id', 'name'])
    .where('id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .orderBy('id')
    .execute();
}

/** Lists the organizations with the lowest ids. */
export async function listFirstOrganizations(database: Database, limit: number): Promise<readonly Organization[]> {
  return await selectFirst(database, { limit });
}

const selectFirst = prepared((database, values: { limit: number }) =>
  database.selectFrom('organizations').select(['id', 'name']).orderBy('id').limit(values.limit),
);

/** Lists organizations with a name, ignoring letter case, those with the lowest ids first. */
export async function listOrganizationsNamed(
  database: Database,
  name: string,
  limit: number,
): Promise<readonly Organization[]> {
  return await selectNamed(database, { key: fold(name), limit });
}

const selectNamed = prepared((database, values: { key: string; limit: number }) =>
  database
    .selectFrom('organizations')
    .select(['id', 'name'])
    .where('name_key', '=', values.key)
    .orderBy('id')
    .limit(values.limit),
);

export async function findOrganization(database: Database, id: string): Promise<Organization | undefined> {
  return await database.selectFrom('organizations').select(['id', 'name']).where('id', '=', id).executeTakeFirst();
}

/** Finds the settings of an organization. Settings that were never changed have their defaults. */
export async function findSettings(database: Database, organizationId: string): Promise<Settings> {
  const [row] = await selectSettings(database, { organizationId });
  return parseSettings(row?.settings ?? '{}');
}

const selectSettings = prepared((database, values: { organizationId: string }) =>
  database.selectFrom('organizations').select('settings').where('id', '=', values.organizationId),
);

export async function updateSettings(database: Database, organizationId: string, settings: Settings): Promise<void> {
  await database
    .updateTable('organizations')
    .set({ settings: JSON.stringify(settings) })
    .where('id', '=', organizationId)
    .execute();
}

export async function updateOrganization(
  database: Database,
  organizationId: string,
  { name, settings }: { readonly name: string; readonly settings: Settings },
): Promise<void> {
  await database
    .updateTable('organizations')
    .set({ name, name_key: fold(name), settings: JSON.stringify(settings) })
    .where('id', '=', organizationId)
    .execute();
}
