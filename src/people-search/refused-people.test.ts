import { expect, test } from 'vitest';
import {
  REFUSED_PEOPLE_MAX,
  recordRefusedPerson,
  refusedPersonOf,
  removeOldRefusedPeople,
} from '#audit/refused-person-store.ts';
import { recordRefusedRequest, TARGET_REFUSALS_MAX } from '#audit/refusal-store.ts';
import type { EventDraft, Origin, SentNames } from '#audit/event-types.ts';
import { listEvents } from '#audit/event-store.ts';
import { restoreUser } from '#directory/trash.ts';
import { deleteUser } from '#directory/delete-user.ts';

import { addPerson, allNames, namesOn, openTestDirectory, search, type TestDirectory } from './people.fixture.ts';

const request = {
  id: 'request',
  method: 'POST',
  path: '/scim/v2/Users',
  clientIp: '192.0.2.1',
  userAgent: undefined,
  client: undefined,
  authMethod: 'bearer',
} as const;

function draftOf(sent: Partial<SentNames>, message = 'The user has no email address.'): EventDraft {
  const all = { userName: [], displayName: [], externalId: [], email: [], ...sent };
  const target = { type: 'user', id: null, name: all.userName[0] ?? null, sent: all } as const;
  return { type: 'request_refused', target, error: { code: 'emailRequired', status: 400, message } };
}

async function refuse(
  directory: TestDirectory,
  draft: EventDraft,
  origin: Origin = directory.caller.origin,
): Promise<void> {
  const { database, clock } = directory.deps;
  await recordRefusedRequest(database, clock, { origin: { ...origin, request }, draft });
}

const bob = { userName: ['Bob'], displayName: ['Bob Möser'], email: ['bob@contoso.example'], externalId: ['ext-bob'] };

test('lists a person whose creation was refused, with names, reason, source, number and event', async () => {
  await using directory = await openTestDirectory();
  await refuse(directory, draftOf(bob, 'first'));
  directory.clock.advance(1_000);
  await refuse(directory, draftOf(bob, 'second'));
  const { organizationId, integration } = directory.caller.origin;
  const [event] = await listEvents(directory.deps.database, { organizationId, refusedOnly: true, limit: 1 });
  const page = await search(directory, { presence: 'refused', search: 'moser' });
  expect(page).toEqual({
    presence: 'refused',
    results: [
      {
        presence: 'refused',
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        name: 'Bob Möser',
        userName: 'Bob',
        email: 'bob@contoso.example',
        externalId: 'ext-bob',
        source: integration,
        errorCode: 'emailRequired',
        reasonCode: null,
        reason: 'second',
        refusals: 2,
        firstRefused: '2026-01-05T09:00:00.000Z',
        lastRefused: '2026-01-05T09:00:01.000Z',
        eventId: event?.['id'],
      },
    ],
    total: 1,
    otherTotal: 0,
    indexing: false,
    next: null,
  });
  expect(await search(directory, { search: 'bob' })).toMatchObject({ total: 0, otherTotal: 1 });
  expect(await search(directory, { search: 'bob', states: ['STAGED'] })).toMatchObject({ total: 0, otherTotal: 0 });
});

test.for([
  ['userName', { userName: 'BOB' }],
  ['email', { userName: 'robert', emails: [{ value: 'x@contoso.example' }, { value: 'BOB@contoso.example' }] }],
  ['externalId', { userName: 'robert', externalId: 'ext-bob' }],
] as const)(
  'no longer lists a refused person when a user with the %s is created, changed or restored',
  async ([, document]) => {
    await using directory = await openTestDirectory();
    const { deps, caller } = directory;
    await refuse(directory, draftOf(bob));
    const total = async () => (await search(directory, { presence: 'refused' })).total;
    expect(await total()).toBe(1);
    const user = await addPerson(directory, structuredClone(document));
    expect(await total()).toBe(0);
    // A user has the name: the person is present, although the request is refused.
    await refuse(directory, draftOf(bob));
    expect(await total()).toBe(0);
    await deleteUser(deps, caller, user.id, { expectedVersion: undefined });
    await refuse(directory, draftOf(bob));
    expect(await total()).toBe(1);
    await restoreUser(deps, caller.origin, user.id);
    expect(await total()).toBe(0);
  },
);

test('counts refusals that share an event, and lists each of their people', async () => {
  await using directory = await openTestDirectory();
  const total = TARGET_REFUSALS_MAX + 3;
  for (let number = 0; number < total; number += 1) await refuse(directory, draftOf(bob));
  expect((await search(directory, { presence: 'refused' })).results).toMatchObject([
    { refusals: total, userName: 'Bob' },
  ]);
});

test('lists no person for a refused change, a refused group, a request without names, and a successful request', async () => {
  await using directory = await openTestDirectory();
  const draft = draftOf(bob);
  const origin = { ...directory.caller.origin, request };
  expect(refusedPersonOf(origin, draft)).toMatchObject({ nameKey: 'bob' });
  expect(refusedPersonOf(origin, { ...draft, target: { ...draft.target, id: '1' } })).toBeUndefined();
  expect(refusedPersonOf(origin, { ...draft, target: { ...draft.target, type: 'group' } })).toBeUndefined();
  expect(refusedPersonOf(origin, { type: 'user_create', target: draft.target })).toBeUndefined();
  expect(refusedPersonOf(origin, draftOf({}))).toBeUndefined();
  expect(refusedPersonOf({ ...origin, request: { ...request, method: 'PUT' } }, draft)).toBeUndefined();
  expect(refusedPersonOf({ ...origin, request: undefined }, draft)).toBeUndefined();
});

test('sorts and pages refused people, and filters them by source and time', async () => {
  await using directory = await openTestDirectory();
  for (const name of ['d', 'a', 'c', 'b']) {
    await refuse(directory, draftOf({ userName: [name], email: [`${name}@x.example`] }));
    directory.clock.advance(1_000);
  }
  const api = { ...directory.caller.origin, integration: undefined };
  await refuse(directory, draftOf({ email: ['e@x.example'], displayName: ['E'] }), api);
  const names = async (query: object) => await allNames(directory, { presence: 'refused', limit: 2, ...query });
  expect(await names({ sort: 'userName' })).toEqual(['a', 'b', 'c', 'd', null]);
  expect(await names({ sort: 'email', descending: true })).toEqual([null, 'd', 'c', 'b', 'a']);
  expect(await names({ sort: 'lastChanged' })).toEqual(['d', 'a', 'c', 'b', null]);
  for (const sort of ['name', 'created', 'title', 'department']) expect(await names({ sort })).toHaveLength(5);
  expect(await names({ source: 'none' })).toEqual([null]);
  expect(await names({ changedSince: new Date('2026-01-05T09:00:03Z'), sort: 'lastChanged' })).toEqual(['b', null]);
});

test('sorts refused people by the folded value, and those without a value last in ascending order', async () => {
  await using directory = await openTestDirectory();
  for (const [userName, displayName, email] of [
    ['u1', 'Zed', 'b@x.example'],
    ['u2', undefined, 'C@x.example'],
    ['u3', 'ann', undefined],
    ['u4', 'Bob', 'a@x.example'],
    ['u5', undefined, undefined],
  ]) {
    const sent = { userName: [userName ?? ''], displayName: [displayName].flatMap((name) => name ?? []) };
    await refuse(directory, draftOf({ ...sent, email: [email].flatMap((one) => one ?? []) }));
  }
  for (const limit of [1, 2, 5]) {
    const names = async (query: object) => await allNames(directory, { presence: 'refused', limit, ...query });
    const ascending = await names({ sort: 'name' });
    expect(ascending.slice(0, 3)).toEqual(['u3', 'u4', 'u1']);
    expect(new Set(ascending.slice(3))).toEqual(new Set(['u2', 'u5']));
    expect(await names({ sort: 'name', descending: true })).toEqual(ascending.toReversed());
    const byEmail = await names({ sort: 'email' });
    expect(byEmail.slice(0, 3)).toEqual(['u4', 'u1', 'u2']);
    expect(await names({ sort: 'email', descending: true })).toEqual(byEmail.toReversed());
    const byTitle = await names({ sort: 'title' });
    expect(await names({ sort: 'title', descending: true })).toEqual(byTitle.toReversed());
  }
});

test('finds a refused person by either apostrophe', async () => {
  await using directory = await openTestDirectory();
  await refuse(directory, draftOf({ userName: ['oneill'], displayName: ['Ann O’Neill'] }));
  for (const text of ["o'ne", 'o’ne']) {
    expect(await search(directory, { presence: 'refused', search: text })).toMatchObject({ total: 1 });
  }
});

test('lists refused people of the own organization only, and keeps those of other sources', async () => {
  await using directory = await openTestDirectory();
  const other = await directory.newCaller('Other');
  await refuse(directory, draftOf(bob), other.origin);
  expect((await search(directory, { presence: 'refused' })).total).toBe(0);
  await addPerson(directory, { userName: 'bob' });
  const { database } = directory.deps;
  expect(await database.selectFrom('refused_people').select('organization_id').execute()).toEqual([
    { organization_id: other.origin.organizationId },
  ]);
});

test('keeps at most a number of refused people, removes those of the oldest refusals, and those that expire', async () => {
  expect(REFUSED_PEOPLE_MAX).toBe(10_000);
  await using directory = await openTestDirectory();
  const { database, clock } = directory.deps;
  const { organizationId } = directory.caller.origin;
  const max = 3;
  for (const name of ['a', 'b', 'c', 'd']) {
    if (name === 'd')
      expect(namesOn(await search(directory, { presence: 'refused', sort: 'userName' }))).toEqual(['a', 'b', 'c']);
    const person = refusedPersonOf({ ...directory.caller.origin, request }, draftOf({ userName: [name] }));
    if (person !== undefined)
      await recordRefusedPerson(database, organizationId, person, { id: name, at: clock.now() }, max);
    directory.clock.advance(1_000);
  }
  expect(namesOn(await search(directory, { presence: 'refused', sort: 'userName' }))).toEqual(['b', 'c', 'd']);
  await removeOldRefusedPeople(database, organizationId, new Date(clock.now().getTime() - 2_000));
  expect(namesOn(await search(directory, { presence: 'refused', sort: 'userName' }))).toEqual(['c', 'd']);
});
