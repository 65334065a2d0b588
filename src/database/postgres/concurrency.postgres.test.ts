import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfTemplate } from '../../../tests/support/template-database.ts';
import { findDirectoryFaults } from '../../../tests/support/directory-faults.ts';
import { findGroupToChange } from '#directory/group-store.ts';
import { openTestScimServer, type TestScimServer } from '#scim-server/scim-server.fixture.ts';
import { inTransaction, TRANSACTION_ATTEMPTS_MAX } from '../database.ts';
import { releaseLease, acquireLease } from '../lease-store.ts';
import { migrate } from '../migrate.ts';
import { openPostgres } from './open-postgres.ts';
import { MIGRATION_WAITS_MAX } from './server-dialect.ts';

const AT_ONCE = 12;

let server: TestScimServer;

beforeAll(async () => {
  server = await openTestScimServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const numbers = Array.from({ length: AT_ONCE }, (_, number) => number);
const together = async <Result>(work: (number: number) => Promise<Result>) => await Promise.all(numbers.map(work));
const userOf = async (document: object) => (await server.send('POST', '/Users', document)).body;

const statusesOf = (answers: readonly { readonly status: number }[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, (answer) => answer.status)].map(([status, some]) => [status, some.length]),
  );

describe('concurrent requests:', () => {
  test('only one of several creations with the same userName succeeds', async () => {
    const answers = await together(() => server.send('POST', '/Users', { userName: 'same@x.example' }));
    expect(statusesOf(answers)).toEqual({ 201: 1, 409: AT_ONCE - 1 });
  });

  test('no change to a user is lost', async () => {
    const { id } = await userOf({ userName: 'much@x.example' });
    const answers = await together((number) =>
      server.send('PATCH', `/Users/${id}`, {
        Operations: [{ op: 'add', path: 'emails', value: [{ value: `mail${number}@x.example` }] }],
      }),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const { body } = await server.send('GET', `/Users/${id}`);
    expect(body.emails).toHaveLength(AT_ONCE);
    expect(body.meta.version).toBe(`W/"${AT_ONCE + 1}"`);
  });

  test('no member that is added to a group is lost', async () => {
    const users = await together((number) => userOf({ userName: `member${number}@x.example` }));
    const { body: group } = await server.send('POST', '/Groups', { displayName: 'everybody' });
    const answers = await Promise.all(
      users.map(({ id }) =>
        server.send('PATCH', `/Groups/${group.id}`, {
          Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
        }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([204]));
    expect((await server.send('GET', `/Groups/${group.id}`)).body.members).toHaveLength(AT_ONCE);
  });

  test('changes to one group wait without holding connections, so that other requests get them', async () => {
    const { deps, caller } = server.directory;
    const users = await together((number) => userOf({ userName: `patient${number}@x.example` }));
    const { body: group } = await server.send('POST', '/Groups', { displayName: 'busy' });
    // The test makes more changes than there are connections.
    const adds = [...users, ...users].map(
      ({ id }) =>
        () =>
          server.send('PATCH', `/Groups/${group.id}`, {
            Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
          }),
    );
    const pending = await inTransaction(deps.database, async (transaction) => {
      // Locks the row, as another process would: changes wait for it until this transaction ends.
      await findGroupToChange(transaction, caller.origin.organizationId, group.id);
      const answers = Promise.all(adds.map((add) => add()));
      const reads = await Promise.all(users.map(({ id }) => server.send('GET', `/Users/${id}`)));
      expect(statusesOf(reads)).toEqual({ 200: AT_ONCE });
      const { rows } = await sql<{ waiting: number }>`select count(*) as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(transaction);
      expect(rows[0]?.waiting).toBeLessThanOrEqual(1);
      return { answers };
    });
    expect(statusesOf(await pending.answers)).toEqual({ 204: adds.length });
    expect((await server.send('GET', `/Groups/${group.id}`)).body.members).toHaveLength(AT_ONCE);
  });

  test('a user refers to their manager even if both are created concurrently', async () => {
    const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const pairs = await together(async (number) => {
      const report = userOf({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', manager],
        userName: `report${number}@x.example`,
        [manager]: { manager: { value: `boss-${number}` } },
      });
      const boss = userOf({ userName: `boss${number}@x.example`, externalId: `boss-${number}` });
      return [await report, await boss];
    });
    for (const [report, boss] of pairs) {
      const { body } = await server.send('GET', `/Users/${report.id}`);
      expect(body[manager].manager.value).toBe(boss.id);
    }
  });

  test('groups that add each other as members do not form a cycle', async () => {
    const groups = await together(
      async (number) => (await server.send('POST', '/Groups', { displayName: `ring ${number}` })).body,
    );
    const answers = await Promise.all(
      groups.map(({ id }, number) =>
        server.send('PATCH', `/Groups/${id}`, {
          Operations: [{ op: 'add', path: 'members', value: [{ value: groups[(number + 1) % AT_ONCE].id }] }],
        }),
      ),
    );
    expect(statusesOf(answers)).toEqual({ 204: AT_ONCE - 1, 400: 1 });
  });

  test('the directory has no faults afterwards', async () => {
    expect(await findDirectoryFaults(server.directory.deps)).toEqual([]);
  });
});

describe('a transaction that conflicts with others', () => {
  const failing = async (times: number) => {
    let runs = 0;
    const { database } = server.directory.deps;
    const result = await inTransaction(database, async (transaction) => {
      runs += 1;
      if (runs <= times)
        await sql`do $$ begin raise exception 'x' using errcode = '40001'; end $$`.execute(transaction);
      return 'done';
    });
    return { result, runs };
  };

  test('is retried up to the maximum number of attempts', async () => {
    expect(await failing(TRANSACTION_ATTEMPTS_MAX - 1)).toEqual({ result: 'done', runs: TRANSACTION_ATTEMPTS_MAX });
  });

  test('fails with unavailable after the maximum number of attempts', async () => {
    await expect(failing(TRANSACTION_ATTEMPTS_MAX)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('commits after a deadlock, as does the other transaction', async () => {
    const { database } = server.directory.deps;
    await sql`create table if not exists pair (id int primary key, n int)`.execute(database);
    await sql`insert into pair values (1, 0), (2, 0)`.execute(database);
    const add = async (first: number, second: number) => {
      await inTransaction(database, async (transaction) => {
        for (const id of [first, second]) {
          await sql`update pair set n = n + 1 where id = ${id}`.execute(transaction);
          await sql`select pg_sleep(0.05)`.execute(transaction);
        }
      });
    };
    await Promise.all([add(1, 2), add(2, 1)]);
    const { rows } = await sql<{ n: number }>`select n from pair`.execute(database);
    expect(rows.map((row) => row.n)).toEqual([2, 2]);
  });
});

test('only one of several processes that start concurrently migrates an empty database', async () => {
  const { url, drop } = await copyOfTemplate(false);
  const all = numbers.slice(0, 4).map(() => openPostgres({ url, connectionsMax: 2 }));
  const ran = await Promise.all(all.map(migrate));
  expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
  await Promise.all(all.map((database) => database.destroy()));
  await drop();
});

describe('a process that waits for another process to migrate', () => {
  /** The id of Kysely's migration lock. */
  const LOCK = 3853314791062309107n;

  /** Cancels the given number of statements that wait for the lock, as the server does after the statement timeout. */
  async function endWaits(url: string, times: number): Promise<void> {
    await using other = openPostgres({ url, connectionsMax: 1 });
    const ended = new Set<string>();
    while (ended.size < times) {
      const { rows } = await sql<{
        pid: number;
        statement: string;
      }>`select pid, concat(pid, ' ', query_start) as statement
        from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`.execute(other);
      for (const { pid, statement } of rows) {
        // A second cancellation of the same statement would cancel the next one, which would then not be counted.
        if (ended.has(statement)) continue;
        ended.add(statement);
        await sql`select pg_cancel_backend(${pid})`.execute(other);
      }
    }
  }

  test.for<[string, number, string]>([
    ['waits again after the statement timeout', MIGRATION_WAITS_MAX - 1, 'fulfilled'],
    ['gives up after the maximum number of waits', MIGRATION_WAITS_MAX, 'rejected'],
  ])('%s', async ([, times, end]) => {
    const { url, drop } = await copyOfTemplate(false);
    const holder = openPostgres({ url, connectionsMax: 1 });
    const waiting = openPostgres({ url, connectionsMax: 1 });
    await sql`select pg_advisory_lock(${sql.lit(LOCK)})`.execute(holder);
    const migrated = migrate(waiting);
    const ended = Promise.allSettled([migrated]);
    await endWaits(url, times);
    await holder.destroy();
    expect((await ended).map(({ status }) => status)).toEqual([end]);
    await waiting.destroy();
    await drop();
  });
});

test('a lease belongs to one process until it is released or expires, and can then be acquired by another process', async () => {
  const { database, clock } = server.directory.deps;
  const take = (holder: string) => acquireLease(database, { name: 'x', holder, now: clock.now(), durationMs: 1_000 });
  const taken = await Promise.all(['a', 'b', 'c'].map(take));
  expect(taken.filter(Boolean)).toHaveLength(1);
  const holder = ['a', 'b', 'c'][taken.indexOf(true)] ?? '';
  expect(await take(holder)).toBe(true);
  server.directory.clock.advance(999);
  expect(await take('d')).toBe(false);
  server.directory.clock.advance(1);
  expect(await take('d')).toBe(true);
  await releaseLease(database, 'x', 'd');
  expect(await take('e')).toBe(true);
});
