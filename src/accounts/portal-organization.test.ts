import { expect, test } from 'vitest';
import { openTestDirectory } from '../../tests/support/directory.ts';
import type { ObservedStatement } from '#database/statement-observer.ts';
import { insertOrganization } from '#organizations/organization-store.ts';
import { createFleet } from '#shards/fleet.ts';
import { findPortalOrganization, isPortalOrganization } from './portal-organization.ts';

test('an address of the portal reads only the organization that it names, and at most two others', async () => {
  const observed: ObservedStatement[] = [];
  await using directory = await openTestDirectory('standard', { observe: (statement) => observed.push(statement) });
  const { database, clock } = directory.deps;
  const fleet = createFleet(clock, database);
  const only = { id: directory.caller.origin.organizationId, name: 'Entra ID', isOnly: true };
  expect(await findPortalOrganization(fleet, undefined)).toEqual(only);
  for (const name of ['eNTRA id', only.id]) expect(await findPortalOrganization(fleet, name)).toEqual(only);

  const { id } = await insertOrganization(database, clock, 'Straße');
  for (const name of ['A', 'B', 'C']) await insertOrganization(database, clock, name);
  observed.splice(0);
  for (const name of ['STRASSE', id.toUpperCase()]) {
    expect(await findPortalOrganization(fleet, name)).toEqual({ id, name: 'Straße', isOnly: false });
  }
  expect(await findPortalOrganization(fleet, undefined)).toMatchObject({ id: null, isOnly: false });
  expect(await isPortalOrganization(fleet, 'nowhere')).toBe(false);
  for (const { sql } of observed) expect(sql).toMatch(/"id" = |limit/);
});
