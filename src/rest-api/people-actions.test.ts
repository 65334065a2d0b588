import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateUserFlags } from '#directory/user-store.ts';
import { createUser } from '#directory/users.ts';
import { exemptionsOf, peopleActionNames, type PeopleAction } from '#people-search/action-outcomes.ts';
import { SELECTED_IDS_MAX, SELECTED_PAGE_MAX } from '#people-search/select-people.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

type Result = { readonly id: string; readonly name: string; readonly outcome: string; readonly reason: string | null };
const post = async (path: string, body: object, headers?: Readonly<Record<string, string>>) =>
  await api.send('POST', path, body, headers);
const act = async (body: object, headers?: Readonly<Record<string, string>>) =>
  await post('/api/people/actions', body, headers);
const preview = async (action: PeopleAction, people: object) =>
  (await post('/api/people/actions/preview', { action, people })).body;

/** Performs an action part by part, and returns the results of all parts. */
async function perform(path: string, body: object): Promise<readonly Result[]> {
  const results: Result[] = [];
  let cursor: string | undefined;
  do {
    const answer = await post(path, { ...body, ...(cursor !== undefined && { cursor }) });
    expect(answer.status, answer.text).toBe(200);
    results.push(...answer.body.results);
    cursor = answer.body.next ?? undefined;
  } while (cursor !== undefined);
  return results;
}

let created = 0;
/** Creates one person of each combination of state, password and owner. All of them have the title. */
async function createPeople(title: string): Promise<readonly string[]> {
  const { deps, caller } = api.directory;
  const ids: string[] = [];
  for (const state of ['STAGED', 'ACTIVATED', 'SUSPENDED'] as const) {
    for (const kind of ['pending', 'active', 'expired', 'locked', 'both', 'no address', 'alternate']) {
      for (const origin of [caller.origin, { ...caller.origin, integration: undefined }]) {
        created += 1;
        const userName = `p${String(created).padStart(3, '0')}`;
        const hasEmail = kind !== 'no address' && kind !== 'alternate';
        const emails = hasEmail ? { emails: [{ value: `${userName}@contoso.example`, primary: true }] } : {};
        const user = await createUser(
          deps,
          { rules: { ...caller.rules, email: 'optional' }, origin },
          {
            document: { userName, displayName: `Name ${userName}`, title, ...emails },
            ignored: [],
            state,
            passwordHash: kind === 'pending' || kind === 'alternate' ? undefined : '$argon2id$not-a-hash',
            properties: kind === 'alternate' ? { alternateEmail: `${userName}@other.example` } : {},
          },
        );
        ids.push(user.id);
        const flags = {
          ...((kind === 'expired' || kind === 'both') && { password_expired: 1 as const }),
          ...((kind === 'locked' || kind === 'both') && { account_locked: 1 as const }),
        };
        if (Object.keys(flags).length > 0) await updateUserFlags(deps.database, user.id, flags, deps.clock.now());
      }
    }
  }
  return ids;
}

const setAuthority = async (externalPasswordAuthority: 'scim' | 'none') =>
  await api.send('PUT', `/api/organizations/${api.organizationId}`, { settings: { externalPasswordAuthority } });

describe.for(['none', 'scim'] as const)('with the password authority %s', (authority) => {
  test.for(peopleActionNames)('the preview of %s counts what the action then does', async (action) => {
    expect((await setAuthority(authority)).status).toBeLessThan(300);
    const title = `Tester${authority}${action}`;
    const ids = await createPeople(title);
    const people = { query: { search: title } };
    const said = await preview(action, people);
    expect(said).toMatchObject({ total: ids.length, missing: 0, owned: ids.length / 2 });
    expect(said.people).toHaveLength(5);
    const results = await perform('/api/people/actions', { action, people, expected: said.total, limit: 10 });
    expect(results.map(({ id }) => id)).toEqual(ids);
    const counts = Object.groupBy(results, ({ outcome }) => outcome);
    const exempt: readonly { reason: string; total: number; people: readonly { id: string }[] }[] = said.exempt;
    const saidOf = (isWanted: (reason: string) => boolean) =>
      exempt.filter(({ reason }) => isWanted(reason)).reduce((sum, { total }) => sum + total, 0);
    expect(saidOf((reason) => reason === 'unchanged')).toBe(counts['unchanged']?.length ?? 0);
    expect(saidOf((reason) => reason !== 'unchanged')).toBe(counts['refused']?.length ?? 0);
    for (const { reason, people: some } of exempt) {
      expect(exemptionsOf[action]).toContain(reason);
      const outcomes = some.map(({ id }) => results.find((one) => one.id === id)?.outcome);
      expect(new Set(outcomes)).toEqual(new Set([reason === 'unchanged' ? 'unchanged' : 'refused']));
    }
  });
});

test('each person that an action changes has an event of the caller, and no other person has', async () => {
  const ids = await createPeople('Eventful');
  await perform('/api/people/actions', { action: 'suspend', people: { ids }, expected: ids.length });
  const { body } = await api.send('GET', '/api/events?type=user_suspended&limit=100');
  const targets = body.results
    .filter(({ resource }: { resource: { id: string } }) => ids.includes(resource.id))
    .map(({ resource }: { resource: { id: string } }) => resource.id);
  const shown = (await api.send('GET', '/api/people?search=eventful&state=SUSPENDED&limit=100')).body;
  expect(shown.total).toBe(ids.length);
  // A third of the people were suspended before.
  expect(targets.toSorted()).toEqual(ids.slice(0, (ids.length / 3) * 2).toSorted());
});

test('an action leaves out the people of except and those who are created meanwhile, and stops when the caller stops', async () => {
  const ids = await createPeople('Partial');
  const people = { query: { search: 'partial' }, except: ids.slice(0, 3) };
  const { total } = await preview('suspend', people);
  expect(total).toBe(ids.length - 3);
  const first = (await act({ action: 'delete', people, expected: total, limit: 10 })).body;
  expect(first.results.map(({ id }: Result) => id)).toEqual(ids.slice(3, 10));
  await createPeople('Partial');
  expect((await api.send('GET', '/api/people?search=partial')).body.total).toBe(ids.length * 2 - 7);
  const second = (await act({ action: 'delete', people, cursor: first.next, limit: SELECTED_PAGE_MAX })).body;
  expect(second).toMatchObject({ next: null });
  expect(second.results.map(({ id }: Result) => id)).toEqual(ids.slice(10));
  // Repeating a request whose answer was lost changes nothing more.
  const again = (await act({ action: 'delete', people, cursor: first.next, limit: SELECTED_PAGE_MAX })).body;
  expect(again.results).toEqual([]);
  expect((await api.send('GET', '/api/people?search=partial')).body.total).toBe(ids.length + 3);
});

test('the first request is refused if another number of people is selected, and a cursor for another selection', async () => {
  const ids = await createPeople('Counted');
  const people = { query: { search: 'counted' } };
  const refused = await act({ action: 'suspend', people, expected: ids.length - 1 });
  expect([refused.status, refused.body.error_code]).toEqual([412, 'versionMismatch']);
  expect(refused.body.message).toContain(String(ids.length));
  const { next } = (await act({ action: 'suspend', people, expected: ids.length, limit: 1 })).body;
  for (const other of [
    { action: 'delete', people },
    { action: 'suspend', people: { query: {} } },
    { action: 'suspend', people: { ...people, except: [ids[0]] } },
  ]) {
    expect((await act({ ...other, cursor: next })).body.error_code).toBe('invalidCursor');
  }
  expect((await act({ action: 'suspend', people, cursor: 'x' })).body.error_code).toBe('invalidCursor');
});

test('a preview counts ids that are not users, and an action ignores them', async () => {
  const [id = ''] = await createPeople('Known');
  const ids = [id, id, '0'.repeat(24)];
  expect(await preview('delete', { ids })).toMatchObject({ total: 1, missing: 1, people: [{ id }] });
  expect((await act({ action: 'delete', people: { ids }, expected: 1 })).body.results).toHaveLength(1);
  const other = await api.send('POST', '/api/organizations', { name: 'Other' });
  const headers = { 'x-api-key': await api.keyOf('Administrator With Billing', other.body.id) };
  const foreign = await act({ action: 'delete', people: { ids: [id] } }, headers);
  expect(foreign.body).toEqual({ results: [], next: null });
});

test('an action accepts each limit, and refuses a value past it and an unclear selection', async () => {
  const unknown = (count: number) => Array.from({ length: count }, (_, index) => `unknown-${index}`);
  const sent = { action: 'unlock', expected: 0 } as const;
  const query = { search: 'nobody-has-this-name' };
  expect((await act({ ...sent, people: { ids: unknown(SELECTED_IDS_MAX) } })).status).toBe(200);
  expect((await act({ ...sent, people: { query, except: unknown(SELECTED_IDS_MAX) } })).status).toBe(200);
  expect((await act({ ...sent, people: { query }, limit: SELECTED_PAGE_MAX })).status).toBe(200);
  for (const [bad, field] of [
    [{ people: { ids: unknown(SELECTED_IDS_MAX + 1) } }, 'people.ids'],
    [{ people: { ids: [] } }, 'people.ids'],
    [{ people: { query, except: unknown(SELECTED_IDS_MAX + 1) } }, 'people.except'],
    [{ people: { query }, limit: SELECTED_PAGE_MAX + 1 }, 'limit'],
    [{ people: { query }, expected: undefined }, 'expected'],
    [{ people: { query, ids: ['x'] } }, 'people'],
    [{ people: {} }, 'people'],
    [{ people: { ids: ['x'], except: ['x'] } }, 'people.except'],
    [{ people: { query: { serch: 'ann' } } }, 'serch'],
    [{ people: { query: { group: 'unknown' } } }, 'group'],
  ] as const) {
    const { status, body } = await act({ ...sent, ...bad });
    expect(status, JSON.stringify(bad)).toBe(400);
    expect(body.details[0].fieldViolationsList[0].field, JSON.stringify(body)).toContain(field);
  }
});

test('a role may perform only the actions that it may perform for one person', async () => {
  const headers = { 'x-api-key': await api.keyOf('Help Desk') };
  const people = { query: { search: 'nobody-has-this-name' } };
  for (const action of peopleActionNames) {
    const isAllowed = ['unlock', 'expire', 'mail'].includes(action);
    const answers = [
      await act({ action, people, expected: 0 }, headers),
      await post('/api/people/actions/preview', { action, people }, headers),
    ];
    expect(answers.map(({ status }) => status)).toEqual(isAllowed ? [200, 200] : [403, 403]);
  }
});

test('many people are removed from a group, with one event for each part, and a group of a source refuses it', async () => {
  const ids = await createPeople('Grouped');
  const group = (await post('/api/v2/usergroups', { name: 'Many' })).body.id;
  for (const id of ids.slice(0, 30)) await post(`/api/v2/usergroups/${group}/members`, { op: 'add', type: 'user', id });
  const path = `/api/groups/${group}/removals`;
  const before = (await api.send('GET', `/api/events?target=${group}&limit=100`)).body.results.length;
  const people = { query: {}, except: ids.slice(0, 2) };
  const results = await perform(path, { people, expected: 28, limit: 10 });
  expect(results.map(({ id, outcome }) => [id, outcome])).toEqual(ids.slice(2, 30).map((id) => [id, 'changed']));
  const events = (await api.send('GET', `/api/events?target=${group}&limit=100`)).body.results;
  expect(events).toHaveLength(before + 3);
  expect((await api.send('GET', `/api/groups/${group}`)).body.members.users).toBe(2);
  expect(await perform(path, { people: { ids: ids.slice(0, 5) }, expected: 2 })).toHaveLength(2);
  const sent = await post('/scim/v2/Groups', { displayName: 'Sent', members: [{ value: ids[0] }] });
  const refused = await post(`/api/groups/${sent.body.id}/removals`, { people: { query: {} }, expected: 1 });
  expect([refused.status, refused.body.error_code]).toEqual([403, 'fieldOwned']);
});

test('GET /api/export/people.csv has all people of a search in its order, or the refused people', async () => {
  await createPeople('Exported');
  const query = 'search=exported&state=ACTIVATED&state=STAGED&sort=userName&order=desc';
  const listed = (await api.send('GET', `/api/people?${query}&limit=200`)).body.results;
  const answer = await api.send('GET', `/api/export/people.csv?${query}&details=true`);
  expect(answer.headers['content-disposition']).toContain('people.csv');
  const rows: Record<string, string>[] = parse(answer.text, { columns: true });
  expect(rows.map(({ _id }) => _id)).toEqual(listed.map(({ id }: Result) => id));
  expect(rows[0]).toMatchObject({ jobTitle: 'Exported', state: expect.any(String) });
  await post('/scim/v2/Users', { userName: 'refused', displayName: 'Rita Refused' });
  const refused = await api.send('GET', '/api/export/people.csv?presence=refused&search=rita');
  expect(parse(refused.text, { columns: true })).toMatchObject([
    { name: 'Rita Refused', userName: 'refused', errorCode: expect.any(String), refusals: '1' },
  ]);
  expect((await api.send('GET', '/api/export/people.csv?sort=color')).status).toBe(400);
  expect((await api.send('GET', '/api/export/people.csv?group=unknown')).status).toBe(400);
});
