import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';

export interface Organization {
  readonly id: string;
  readonly name: string;
}

export async function insertOrganization(database: Database, clock: Clock, name: string): Promise<Organization> {
  const organization = { id: newId(clock), name };
  await database
    .insertInto('organizations')
    .values({ ...organization, created_at: clock.now().getTime() })
    .execute();
  return organization;
}

/** All organizations, the oldest first. */
export async function listOrganizations(database: Database): Promise<readonly Organization[]> {
  return await database
    .selectFrom('organizations')
    .select(['id', 'name'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}
