import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDirectory } from '../../tests/support/directory.ts';
import { findDirectoryFaults } from '../../tests/support/directory-faults.ts';
import { createGroup } from '#directory/groups.ts';
import { createUser } from '#directory/users.ts';
import { runFuzz } from './run-fuzz.fixture.ts';
import { openTestScimServer } from './scim-server.fixture.ts';

/** `npm run fuzz` sends any number of requests. */
const REQUESTS = 2_000;

test(`${REQUESTS} generated requests cause no server fault and leave the directory consistent`, async () => {
  await using server = await openTestScimServer();
  const { statuses, faults, deps } = await runFuzz(server, { requests: REQUESTS, seed: 20_260_105 });
  expect(faults).toEqual([]);
  // Checks that all these statuses occurred, as evidence that the run covered many code paths.
  for (const status of [200, 201, 204, 304, 400, 404, 409, 412])
    expect(statuses.get(status) ?? 0, `status ${status}`).toBeGreaterThan(3);
  expect(await findDirectoryFaults(deps)).toEqual([]);
  expect(Object.prototype).not.toHaveProperty('admin');
});

test.for<[statement: string, fault: RegExp]>([
  [`update users set search = '{}'`, /^user \w+ has a search document that differs/],
  [`update users set user_name_key = 'other'`, /a user_name_key that differs/],
  [`update users set manager_value = 'other'`, /a manager_value that differs/],
  [`update users set document = '{"active":true,' || substr(document, 2)`, /active in a document/],
  [`update users set document = '{"shoeSize":1,' || substr(document, 2)`, /document that is refused/],
  [
    `update users set document = replace(document, '"userName"', '"nickName"')`,
    /document that is refused.*userName is required/,
  ],
  [`update users set version = 0`, /^no version/],
  [`update users set version = 9`, /^a version without its event/],
  [`update groups set display_name = 'other'`, /^group \w+ has a display_name that differs/],
  [`delete from user_emails`, /emails in user_emails that differ/],
  [`delete from events`, /^not one event of creation/],
  [`update users set deleted_at = created_at`, /^no event of deletion/],
  [`update memberships set member_id = 'missing'`, /^a member that never existed: missing/],
  [`update memberships set member_id = group_id, member_type = 'Group'`, /^groups in a cycle/],
  [`update resource_counts set living = living + 1`, /^a wrong count/],
])('findDirectoryFaults reports the inconsistency that this statement causes: %s', async ([statement, fault]) => {
  await using directory = await openTestDirectory();
  const { deps, caller } = directory;
  const ann = { userName: 'ann', emails: [{ value: 'ann@x.example' }] };
  const { id } = await createUser(deps, caller, { document: ann, ignored: [] });
  await createGroup(deps, caller, { document: { displayName: 'team', members: [{ value: id }] }, ignored: [] });
  expect(await findDirectoryFaults(deps)).toEqual([]);
  await sql.raw(statement).execute(deps.database);
  expect(await findDirectoryFaults(deps)).toContainEqual(expect.stringMatching(fault));
});
