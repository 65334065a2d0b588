import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { DAY_MS } from '#base/clock.ts';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { openTestScimServer } from '#scim-server/scim-server.fixture.ts';
import { IGNORED_MAX } from '#scim/resource/ignored-attributes.ts';
import { listEvents, recordEvent } from './event-store.ts';
import {
  CREDENTIAL_REFUSALS_MAX,
  recordRefusedRequest,
  REFUSAL_WINDOW_MS,
  SHARED_NAMES_MAX,
  TARGET_REFUSALS_MAX,
  type Refusal,
} from './refusal-store.ts';

function refusalOf(directory: TestDirectory, target: string, more: Partial<Refusal> = {}): Refusal {
  return {
    origin: directory.caller.origin,
    draft: {
      type: 'request_refused',
      target: { type: 'user', id: null, name: target },
      error: { code: 'emailRequired', status: 400, message: 'no email' },
    },
    ...more,
  };
}

async function refuse(directory: TestDirectory, count: number, refusal: Refusal): Promise<void> {
  const { database, clock } = directory.deps;
  for (let number = 0; number < count; number += 1) await recordRefusedRequest(database, clock, refusal);
}

async function refusals(directory: TestDirectory): Promise<readonly Record<string, unknown>[]> {
  const { organizationId } = directory.caller.origin;
  return await listEvents(directory.deps.database, { organizationId, refusedOnly: true, limit: 1_000 });
}

const countsOf = (events: readonly Record<string, unknown>[]) =>
  events.map((event) => (event['repeated'] as { count: number } | undefined)?.count ?? 1);

test('the first refusals of a credential each get an event, and one shared event has the count and times of later ones', async () => {
  await using directory = await openTestDirectory();
  await refuse(directory, TARGET_REFUSALS_MAX, refusalOf(directory, 'ann'));
  expect(countsOf(await refusals(directory))).toEqual([1, 1, 1, 1, 1]);
  directory.clock.advance(1_000);
  await refuse(directory, 1, refusalOf(directory, 'ann'));
  directory.clock.advance(60_000);
  const { database, clock } = directory.deps;
  await Promise.all(
    Array.from({ length: 50 }, () => recordRefusedRequest(database, clock, refusalOf(directory, 'ann'))),
  );
  const [shared, ...alone] = await refusals(directory);
  expect(alone).toHaveLength(TARGET_REFUSALS_MAX);
  expect(shared).toMatchObject({
    event_type: 'request_refused',
    error_code: 'emailRequired',
    error_message: expect.stringContaining('the first of them: no email'),
    resource: { type: 'user', id: null, username: null },
    repeated: { count: 51, first: '2026-01-05T09:00:01.000Z', last: '2026-01-05T09:01:01.000Z' },
  });
});

test('a shared event is found by the names that any of its requests contained', async () => {
  await using directory = await openTestDirectory();
  await refuse(directory, TARGET_REFUSALS_MAX + 1, refusalOf(directory, 'ann'));
  for (let number = 0; number <= CREDENTIAL_REFUSALS_MAX; number += 1) {
    const refusal = refusalOf(directory, `user${number}`);
    const sent = { userName: [], displayName: [], externalId: [], email: [`user${number}@contoso.example`] };
    const target = { ...refusal.draft.target, sent };
    await refuse(directory, 1, { ...refusal, draft: { ...refusal.draft, target } });
  }
  const { organizationId } = directory.caller.origin;
  for (const target of [`user${CREDENTIAL_REFUSALS_MAX}`, `USER${CREDENTIAL_REFUSALS_MAX}@contoso.example`]) {
    const found = await listEvents(directory.deps.database, { organizationId, target, limit: 10 });
    expect(countsOf(found), target).toEqual([expect.any(Number)]);
    expect(found[0]).toMatchObject({ repeated: expect.anything() });
  }
});

test('a name and a count that could not be written are written with the next refusal', async () => {
  await using directory = await openTestDirectory();
  const { database } = directory.deps;
  const { organizationId } = directory.caller.origin;
  const named = (email: string) => {
    const refusal = refusalOf(directory, 'ann');
    const sent = { userName: [], displayName: [], externalId: [], email: [email] };
    return { ...refusal, draft: { ...refusal.draft, target: { ...refusal.draft.target, sent } } };
  };
  await refuse(directory, TARGET_REFUSALS_MAX + 1, named('first@contoso.example'));
  await sql`alter table event_names rename to missing_names`.execute(database);
  await expect(refuse(directory, 1, named('lost@contoso.example'))).rejects.toThrow(/event_names/);
  await sql`alter table missing_names rename to event_names`.execute(database);
  expect(countsOf(await refusals(directory))).toEqual([1, 1, 1, 1, 1, 1]);
  await refuse(directory, 1, named('next@contoso.example'));
  for (const target of ['lost@contoso.example', 'next@contoso.example']) {
    const found = await listEvents(database, { organizationId, target, limit: 10 });
    expect(countsOf(found), target).toEqual([3]);
  }
});

testOnSqlite(
  'a refusal with another target, reason or credential, or in a new time window, gets its own event again',
  async () => {
    await using directory = await openTestDirectory();
    const refusal = refusalOf(directory, 'ann');
    await refuse(directory, TARGET_REFUSALS_MAX + 1, refusal);
    const others: readonly Refusal[] = [
      refusalOf(directory, 'bob'),
      { ...refusal, draft: { ...refusal.draft, error: { code: 'emailInvalid', status: 400, message: 'bad' } } },
      { ...refusal, credentialId: 'another key' },
    ];
    for (const other of others) await refuse(directory, 1, other);
    directory.clock.advance(REFUSAL_WINDOW_MS - 1);
    await refuse(directory, 1, refusal);
    expect(countsOf(await refusals(directory)).toSorted((one, other) => one - other)).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 2,
    ]);
    directory.clock.advance(1);
    await refuse(directory, 1, refusal);
    expect(countsOf(await refusals(directory)).toSorted((one, other) => one - other)).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 1, 2,
    ]);
  },
);

testOnSqlite(
  'after CREDENTIAL_REFUSALS_MAX refusals of a credential in a window, a shared event counts all others',
  async () => {
    await using directory = await openTestDirectory();
    const { database, clock } = directory.deps;
    const names = Array.from({ length: CREDENTIAL_REFUSALS_MAX + 3 }, (_, index) => `user${index}`);
    for (const name of names) await recordRefusedRequest(database, clock, refusalOf(directory, name));
    const shared = (await refusals(directory)).filter(({ repeated }) => repeated !== undefined);
    expect(shared).toMatchObject([{ repeated: { count: 3 } }]);
    const rows = await database.selectFrom('events').select('id').where('success', '=', 0).execute();
    expect(rows).toHaveLength(CREDENTIAL_REFUSALS_MAX + 1);
  },
);

testOnSqlite('refusals of a revoked credential share an event even if their targets differ', async () => {
  await using directory = await openTestDirectory();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
    const refusal = refusalOf(directory, name, { credentialId: 'revoked' });
    await refuse(directory, 1, { ...refusal, draft: { ...refusal.draft, type: 'sign_in_refused' } });
  }
  expect(countsOf(await refusals(directory))).toEqual([2, 1, 1, 1, 1, 1]);
});

test('a refusal is counted in a new event if the shared event was deleted', async () => {
  await using directory = await openTestDirectory();
  const refusal = refusalOf(directory, 'ann');
  await refuse(directory, TARGET_REFUSALS_MAX + 1, refusal);
  await directory.deps.database.deleteFrom('events').where('success', '=', 0).execute();
  await refuse(directory, 1, refusal);
  expect(countsOf(await refusals(directory))).toEqual([2]);
});

testOnSqlite('a request that is refused many times adds only six events to the log', async () => {
  await using server = await openTestScimServer('strict');
  for (let number = 0; number < 20; number += 1) {
    expect((await server.send('POST', '/Users', { userName: 'ann' })).status).toBe(400);
  }
  expect(countsOf(await refusals(server.directory))).toEqual([15, 1, 1, 1, 1, 1]);
});

testOnSqlite(
  'after the daily limit of a credential or an organization, its refusals share one event per window',
  async () => {
    await using directory = await openTestDirectory();
    const { database, clock } = directory.deps;
    const perDay = { credential: 3, organization: 5, counted: 10 };
    const refuseOf = async (credentialId: string, target: string) => {
      await recordRefusedRequest(database, clock, refusalOf(directory, target, { credentialId }), perDay);
    };
    const shared = async () =>
      countsOf((await refusals(directory)).filter((event) => 'repeated' in event)).toSorted((a, b) => a - b);
    for (const target of ['a', 'b']) await refuseOf('first', target);
    directory.clock.advance(REFUSAL_WINDOW_MS);
    await refuseOf('first', 'c');
    expect([(await refusals(directory)).length, await shared()]).toEqual([3, []]);
    for (const target of ['d', 'e']) await refuseOf('first', target);
    expect([(await refusals(directory)).length, await shared()]).toEqual([4, [2]]);
    for (const target of ['a', 'b']) await refuseOf('second', target);
    expect([(await refusals(directory)).length, await shared()]).toEqual([6, [2]]);
    await refuseOf('second', 'c');
    expect([(await refusals(directory)).length, await shared()]).toEqual([7, [1, 2]]);
    directory.clock.advance(DAY_MS);
    await refuseOf('first', 'f');
    expect([(await refusals(directory)).length, await shared()]).toEqual([8, [1, 2]]);
  },
);

testOnSqlite('the daily limit of an organization also applies with more credentials than are tracked', async () => {
  await using directory = await openTestDirectory();
  const { database, clock } = directory.deps;
  const perDay = { credential: 3, organization: 5, counted: 2 };
  for (const credentialId of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    await recordRefusedRequest(database, clock, refusalOf(directory, 'ann', { credentialId }), perDay);
  }
  const events = await refusals(directory);
  expect(events).toHaveLength(8);
  expect(events.filter((event) => 'repeated' in event)).toHaveLength(3);
});

testOnSqlite('ignored changes do not count toward the limits of refusals', async () => {
  await using directory = await openTestDirectory();
  const { database, clock } = directory.deps;
  const { origin } = directory.caller;
  const perDay = { credential: 2, organization: 2, counted: 10 };
  for (const name of ['a', 'b', 'c']) {
    const target = { type: 'user', id: null, name } as const;
    const draft = { type: 'user_update', target, ignored: [{ path: 'shoeSize', reason: 'unknown' }] } as const;
    await recordRefusedRequest(database, clock, { origin, draft }, perDay);
  }
  for (const name of ['bob', 'carol', 'dan']) {
    await recordRefusedRequest(database, clock, refusalOf(directory, name), perDay);
  }
  const { organizationId } = origin;
  const names = (events: readonly Record<string, unknown>[]) =>
    events.map((event) => (event['resource'] as { username: string | null }).username);
  expect(names(await refusals(directory))).toEqual([null, 'carol', 'bob']);
  const updates = await listEvents(database, { organizationId, type: 'user_update', limit: 100 });
  expect(names(updates)).toEqual([null, 'b', 'a']);
});

test('the shared event of ignored changes lists the attributes of all of them, up to the limit', async () => {
  await using directory = await openTestDirectory();
  const { database, clock } = directory.deps;
  const { origin } = directory.caller;
  const ignore = async (...paths: readonly string[]) => {
    const target = { type: 'user', id: null, name: 'ann' } as const;
    const ignored = paths.map((path) => ({ path, reason: 'unknown' }));
    const perDay = { credential: TARGET_REFUSALS_MAX + 2, organization: 100, counted: 10 };
    await recordRefusedRequest(database, clock, { origin, draft: { type: 'user_update', target, ignored } }, perDay);
  };
  const { organizationId } = origin;
  const shown = async () =>
    (await listEvents(database, { organizationId, type: 'user_update', limit: 100 })).map((event) => ({
      isShared: 'repeated' in event,
      paths: (event['ignored_attributes'] as { path: string }[]).map(({ path }) => path),
    }));
  for (let number = 0; number <= TARGET_REFUSALS_MAX; number += 1) await ignore('shoeSize');
  // Attributes that were not sent before get a separate event, whatever their order.
  for (const paths of [
    ['hat', 'coat'],
    ['coat', 'hat'],
  ] as const)
    await ignore(...paths);
  await ignore('glove');
  const alone = Array.from({ length: TARGET_REFUSALS_MAX }, () => ({ isShared: false, paths: ['shoeSize'] }));
  expect(await shown()).toEqual([
    { isShared: false, paths: ['coat', 'hat'] },
    { isShared: false, paths: ['hat', 'coat'] },
    { isShared: true, paths: ['shoeSize', 'glove'] },
    ...alone,
  ]);
  await ignore(...Array.from({ length: IGNORED_MAX - 2 }, (_, index) => `x${index}`));
  await ignore('late');
  const paths = (await shown()).flatMap(({ isShared, paths: all }) => (isShared ? all : []));
  expect(paths).toHaveLength(IGNORED_MAX);
  expect(paths).toContain(`x${IGNORED_MAX - 3}`);
  expect(paths).not.toContain('late');
});

testOnSqlite(
  'the first requests with only ignored attributes each get an event, and one shared event counts the others',
  async () => {
    await using server = await openTestScimServer('standard');
    const { database } = server.directory.deps;
    const { organizationId } = server.directory.caller.origin;
    const created = await server.send('POST', '/Users', { userName: 'ann@contoso.example' });
    const patch = { Operations: [{ op: 'replace', path: 'shoeSize', value: 43 }] };
    const answers: number[] = [];
    for (let number = 0; number < TARGET_REFUSALS_MAX + 3; number += 1) {
      answers.push((await server.send('PATCH', `/Users/${created.body.id}`, patch)).status);
    }
    expect(new Set(answers)).toEqual(new Set([200]));
    const updates = await listEvents(database, { organizationId, type: 'user_update', limit: 100 });
    expect(countsOf(updates)).toEqual([3, 1, 1, 1, 1, 1]);
    for (const event of updates) expect(event).toMatchObject({ ignored_attributes: [{ path: 'shoeSize' }] });
  },
);

test('a shared event is found by at most SHARED_NAMES_MAX names', async () => {
  expect(SHARED_NAMES_MAX).toBe(20_000);
  await using directory = await openTestDirectory();
  const { database, clock } = directory.deps;
  const { organizationId } = directory.caller.origin;
  const perDay = { credential: 0, organization: 0, counted: 10, sharedNames: 2 };
  for (const name of ['first', 'second', 'third']) {
    await recordRefusedRequest(database, clock, refusalOf(directory, name), perDay);
  }
  const found = async (target: string) => (await listEvents(database, { organizationId, target, limit: 10 })).length;
  expect([await found('first'), await found('second'), await found('third')]).toEqual([1, 1, 0]);
});

test('an email that was not created because its recipient receives none is not listed as a refused request', async () => {
  await using directory = await openTestDirectory();
  const { database, clock } = directory.deps;
  const target = { type: 'user', id: null, name: 'ann' } as const;
  await recordEvent(database, clock, directory.caller.origin, {
    type: 'mail_skipped',
    target,
    error: { code: 'mailNotDelivered', status: 502, message: 'no address' },
  });
  await refuse(directory, 1, refusalOf(directory, 'ann'));
  expect((await refusals(directory)).map((event) => event['event_type'])).toEqual(['request_refused']);
});
