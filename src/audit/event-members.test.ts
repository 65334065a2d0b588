import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunks } from '#database/database.ts';
import { memberEvents, SUMMARIZED_MEMBERS_MAX, SUMMARY_KEY_LENGTH } from '#database/event-conditions.ts';
import { up } from '#database/migrations/041-event-members.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { openTestScimServer, type TestScimServer } from '#scim-server/scim-server.fixture.ts';
import { findMemberEvents } from './event-member-store.ts';
import { findPersonEvents } from './timeline-store.ts';

let server: TestScimServer;
beforeAll(async () => {
  server = await openTestScimServer();
  const { deps, caller } = server.directory;
  await updateRules(deps.database, caller.origin.integration?.id ?? '', { ...caller.rules, unknownMembers: 'defer' });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Returns what the events about a user say about the members of groups, newest first. */
async function changesOf(personId: string) {
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const found = await findPersonEvents(deps.database, { organizationId, personId, names: [] }, { limit: 9 });
  return found.flatMap(({ event: { changes = [] } }) =>
    changes.filter(({ field }) => field === 'members').map(({ from, to }) => [from, to]),
  );
}

/** Returns the summaries of the changes of groups, newest first. */
async function summaries() {
  const { rows } = await sql<{ members: string | null }>`select members from events where ${memberEvents}
    order by sequence desc`.execute(server.directory.deps.database);
  return rows.map(({ members }) => members);
}

async function patch(groupId: string, op: string, members: readonly string[]) {
  const value = members.map((one) => ({ value: one }));
  const answer = await server.send('PATCH', `/Groups/${groupId}`, { Operations: [{ op, path: 'members', value }] });
  expect(answer.status).toBe(204);
}

const newIds = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1).padStart(24, '0'));

test('changes of groups are found by their members, also those from before events had summaries', async () => {
  const { database } = server.directory.deps;
  const create = async (name: string) => (await server.send('POST', '/Users', { userName: name })).body.id as string;
  const [ann, bob] = [await create('ann'), await create('bob')];
  const { body: group } = await server.send('POST', '/Groups', { displayName: 'Staff', members: [{ value: ann }] });
  await patch(group.id, 'add', [bob]);
  await patch(group.id, 'remove', [ann]);
  await server.send('PATCH', `/Groups/${group.id}`, {
    Operations: [{ op: 'replace', path: 'displayName', value: 'All Staff' }],
  });
  const many = [ann, ...newIds(SUMMARIZED_MEMBERS_MAX)];
  await patch(group.id, 'add', many);
  const before = await summaries();
  expect(before).toEqual([
    null,
    '',
    ann.slice(-SUMMARY_KEY_LENGTH),
    bob.slice(-SUMMARY_KEY_LENGTH),
    ann.slice(-SUMMARY_KEY_LENGTH),
  ]);
  const ofAnn = [
    [null, many],
    [[ann], null],
    [null, [ann]],
  ];
  expect(await changesOf(ann)).toEqual(ofAnn);
  expect(await changesOf(bob)).toEqual([[null, [bob]]]);

  const migration: Migration = { up };
  await database.transaction().execute(async (transaction) => {
    // The state before the migration.
    await sql`drop index events_members`.execute(transaction);
    await sql`alter table events drop column members`.execute(transaction);
    await sql`create index events_members on events (organization_id) where ${memberEvents}`.execute(transaction);
    await migration.up(transaction);
  });
  expect(await summaries()).toEqual(before);
  await patch(group.id, 'remove', [ann]);
  expect(await changesOf(ann)).toEqual([[[ann], null], ...ofAnn]);
});

test('a summary contains SUMMARIZED_MEMBERS_MAX members, and one more makes it null', async () => {
  const { body: group } = await server.send('POST', '/Groups', { displayName: 'Large' });
  const ids = newIds(SUMMARIZED_MEMBERS_MAX + 1);
  await patch(group.id, 'add', ids.slice(1));
  await patch(group.id, 'add', ids.slice(0, 1));
  await patch(group.id, 'remove', ids);
  expect(await summaries()).toEqual(expect.arrayContaining([null, '0001']));
  const [removed, first, others] = await summaries();
  expect([removed, first, others?.length]).toEqual([null, '0001', SUMMARY_KEY_LENGTH * SUMMARIZED_MEMBERS_MAX]);
});

test('values of members that are not ids are not in summaries', async () => {
  const { body: group } = await server.send('POST', '/Groups', { displayName: 'Awaited' });
  await patch(group.id, 'add', ['x'.repeat(200), '\u{1f600}'.repeat(12)]);
  expect((await summaries())[0]).toBe('');
});

test('an id in another form than the ids of the directory is searched in the JSON of all changes', async () => {
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const found = await findMemberEvents(deps.database, { organizationId, memberId: 'xxxx', limit: 9 });
  expect(found).toHaveLength(1);
});

test('more changes than one statement chooses are searched, newest first, until the page is full', async () => {
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const memberId = 'a'.repeat(24);
  const row = (index: number) => ({
    id: `many-${index}`,
    organization_id: organizationId,
    at: index,
    type: 'group_update',
    success: 1 as const,
    target_id: null,
    target_key: null,
    integration_id: null,
    request_id: null,
    body: index % 1_000 === 0 ? memberId : 'b',
    members: null,
  });
  const all = Array.from({ length: 2_002 }, (_, index) => row(index));
  for (const some of chunks(all, 100)) await deps.database.insertInto('events').values(some).execute();
  const find = async (limit: number, until?: number) =>
    (await findMemberEvents(deps.database, { organizationId, memberId, limit, until })).map(({ at }) => Number(at));
  expect(await find(9)).toEqual([2_000, 1_000, 0]);
  expect(await find(2)).toEqual([2_000, 1_000]);
  expect(await find(9, 1_500)).toEqual([1_000, 0]);
});
