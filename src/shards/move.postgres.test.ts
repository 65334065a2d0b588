import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { urlOnServer } from '../../tests/support/template-database.ts';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { systemClock } from '#base/clock.ts';
import { organizationTables } from '#database/copied-tables.ts';
import { scopeTo } from '#database/database.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { createGroup } from '#directory/groups.ts';
import { deleteUser } from '#directory/delete-user.ts';
import { createUser } from '#directory/users.ts';
import { createFleet, MAIN_SHARD, shardOf, type Fleet } from './fleet.ts';
import { moveOrganization, SWITCH_DURATION_MS } from './move-organization.ts';
import {
  awaitChanges,
  endMove,
  freeze,
  setMoveState,
  dequeueChangedKeys,
  unwatchChanges,
  watchChanges,
} from './move-store.ts';
import { findPlacement, writePlacement } from './placement-store.ts';
import { applyChanges, copyRows, verifyKeys, verifyRows } from './row-store.ts';

let directory: TestDirectory;
let other: TestDatabase;
let fleet: Fleet;
let organizationId: string;

beforeAll(async () => {
  directory = await openTestDirectory();
  other = await openTestDatabase();
  fleet = createFleet(directory.clock, directory.deps.database, [{ name: 'eu', database: other.database }]);
  ({ organizationId } = directory.caller.origin);
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

const nothing = () => undefined;
const newUser = async (userName: string) =>
  await createUser(directory.deps, directory.caller, { document: { userName }, ignored: [] });

describe('a change while an organization is being copied', () => {
  beforeEach(async () => {
    await setMoveState(directory.deps.database, organizationId, 'copying');
    await watchChanges(directory.deps.database);
  });

  test('is applied to the copy, even if users swapped names, and changes to other organizations are not recorded', async () => {
    const { deps, caller, newCaller } = directory;
    const { database } = deps;
    const [ann, bob, gone] = [await newUser('ann'), await newUser('bob'), await newUser('gone')];
    await createGroup(deps, caller, { document: { displayName: 'Team', members: [{ value: ann.id }] }, ignored: [] });
    await dequeueChangedKeys(database, organizationId, 1_000);
    for (const table of organizationTables) await copyRows(database, other.database, table, organizationId, nothing);

    for (const [id, name] of [
      [ann.id, 'third'],
      [bob.id, 'ann'],
      [ann.id, 'bob'],
    ] as const) {
      await database.updateTable('users').set({ user_name: name, user_name_key: name }).where('id', '=', id).execute();
    }
    await deleteUser(deps, caller, gone.id, { expectedVersion: undefined });
    await newUser('late');
    const stranger = await newCaller('Other');
    await createUser(deps, stranger, { document: { userName: 'stranger' }, ignored: [] });
    const notes = await dequeueChangedKeys(database, organizationId, 1_000);
    const keys = new Map<string, Set<string>>();
    for (const { table, key } of notes) {
      keys.set(table, (keys.get(table) ?? new Set()).add(JSON.stringify(JSON.parse(key))));
    }
    expect([...(keys.get('users') ?? [])]).toHaveLength(4);
    await other.database.transaction().execute((to) => applyChanges(database, to, keys));
    for (const table of organizationTables) {
      await verifyKeys(database, other.database, table, keys.get(table.name) ?? new Set());
      await verifyRows(database, other.database, table, organizationId, nothing);
    }
  });

  test('is refused after the organization was frozen, while changes to other organizations succeed', async () => {
    const { deps, caller, newCaller } = directory;
    const stranger = await newCaller('Another');
    await freeze(deps.database, organizationId, 'x');
    await awaitChanges(deps.database, organizationId);
    const own = { ...deps, database: scopeTo(deps.database, organizationId) };
    const refused = createUser(own, caller, { document: { userName: 'frozen' }, ignored: [] });
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/being moved/) });
    await createUser(deps, stranger, { document: { userName: 'free' }, ignored: [] });
    await endMove(deps.database, organizationId);
    await unwatchChanges(deps.database);
    await newUser('thawed');
  });
});

test('a change that waits for a stalled move ends the move and is admitted', async () => {
  const { deps, clock } = directory;
  const leaving = { shard: MAIN_SHARD, state: 'leaving', token: 'x', expiresAt: clock.now().getTime() + 10 } as const;
  await writePlacement(deps.database, organizationId, leaving);
  await freeze(deps.database, organizationId, 'x');
  clock.advance(SWITCH_DURATION_MS);
  await fleet.placements.admit(organizationId);
  expect(await findPlacement(deps.database, organizationId)).toMatchObject({ shard: MAIN_SHARD, state: 'served' });
  await newUser('admitted');
});

test('a change that ends a stalled move to another database waits until all processes read from that database', async () => {
  const { deps, clock } = directory;
  const eu = { name: 'eu', database: other.database };
  // Another process, which has just read that the organization is about to leave.
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(deps.database);
  await using catalog = openPostgres({ url: urlOnServer(rows[0]?.name ?? ''), connectionsMax: 1 });
  const { placements } = createFleet(systemClock, catalog, [eu]);
  const expiresAt = clock.now().getTime() - 1;
  await writePlacement(deps.database, organizationId, { shard: MAIN_SHARD, state: 'leaving', token: 'x', expiresAt });
  expect(await placements.of(organizationId)).toMatchObject({ shard: MAIN_SHARD });
  await writePlacement(deps.database, organizationId, { shard: eu.name, state: 'arriving', token: 'x', expiresAt });
  await fleet.placements.admit(organizationId);
  expect(await placements.of(organizationId)).toMatchObject({ shard: eu.name, state: 'served' });
  await writePlacement(deps.database, organizationId, {
    shard: MAIN_SHARD,
    state: 'served',
    token: null,
    expiresAt: null,
  });
});

test('moves an organization although an administrator in the target database has the same address', async () => {
  const { deps, clock } = directory;
  const row = { email: 'a@x', email_key: 'a@x', name: 'A', role: 'Manager', suspended: 0, created_at: 1 } as const;
  await deps.database
    .insertInto('administrators')
    .values({ ...row, id: 'one', organization_id: organizationId, organization_email_key: `${organizationId} a@x` })
    .execute();
  await other.database.insertInto('organizations').values({ id: 'o', name: 'o', created_at: 1 }).execute();
  await other.database
    .insertInto('administrators')
    .values({ ...row, id: 'two', organization_id: 'o', organization_email_key: 'o a@x' })
    .execute();
  const target = fleet.shards[1];
  await moveOrganization({ fleet, clock, organizationId, onProgress: nothing }, target ?? fleet.main);
  expect((await shardOf(fleet, organizationId)).name).toBe(target?.name);
  const found = other.database.selectFrom('administrators').select('id').where('email_key', '=', 'a@x').orderBy('id');
  expect(await found.execute()).toEqual([{ id: 'one' }, { id: 'two' }]);
});
