import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findUsersByAnyName } from '#directory/named-user-store.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
const base = '/insights/directory/v1/events';
const all = { service: ['all'], start_time: '2020-01-01T00:00:00Z' };

beforeAll(async () => {
  api = await openTestRestApi();
  const names = { displayName: 'Long Y', externalId: 'L-7', emails: [{ value: 'longy@contoso.com' }] };
  await api.send('POST', '/scim/v2/Users', { userName: '1longy', ...names });
  await api.send('POST', '/scim/v2/Users', { userName: 'ann', emails: [{ value: 'ann@contoso.com' }] });
  await api.send('POST', '/api/systemusers', { username: '2rest', email: 'rest@contoso.com', displayname: 'Rest R' });
  await api.send('POST', '/api/v2/usergroups', { name: 'Team' });
});
afterAll(() => api[Symbol.asyncDispose]());

const typesOf = (events: readonly { readonly event_type: string }[]) => events.map((event) => event.event_type);
const get = (query: Readonly<Record<string, string>>) =>
  api.send('GET', `/api/events?${new URLSearchParams(query).toString()}`);

describe('the "target" parameter', () => {
  test.for(['1LONGY', 'longy@contoso.com', 'long y', 'l-7', '2rest', 'REST@contoso.com', 'rest r'])(
    'finds a refused request by %s in the list, the search and the export',
    async (target) => {
      const { body } = await get({ target });
      expect(typesOf(body.results)).toEqual(['request_refused']);
      expect(body).not.toHaveProperty('empty');
      const searched = await api.send('POST', base, { ...all, target });
      expect(searched.body).toEqual(body.results.map((event: object) => ({ ...event, words: undefined })));
      expect((await api.send('POST', `${base}/count`, { ...all, target })).body).toEqual({ count: 1 });
      const distinct = await api.send('POST', `${base}/distinct`, { ...all, target, field: 'event_type' });
      expect(distinct.body.event_type).toEqual([{ key: 'request_refused', doc_count: 1 }]);
      const exported = await api.send(
        'GET',
        `/api/events/export?format=jsonl&start_time=${all.start_time}&target=${encodeURIComponent(target)}`,
      );
      expect(exported.text.trimEnd().split('\n')).toHaveLength(1);
    },
  );

  test('finds changes to users and groups, and can be combined with a search term and paging', async () => {
    expect(typesOf((await get({ target: 'ANN@contoso.com' })).body.results)).toEqual(['user_create']);
    expect(typesOf((await get({ target: 'team' })).body.results)).toEqual(['group_create']);
    const term = { search_term: { success: true }, sort: 'DESC', limit: 1, skip: 0 };
    expect((await api.send('POST', base, { ...all, ...term, target: '1longy' })).body).toEqual([]);
    expect(typesOf((await api.send('POST', base, { ...all, ...term, target: 'ann' })).body)).toEqual(['user_create']);
  });

  test('finds no events of another organization', async () => {
    const other = await api.directory.newCaller('Fabrikam');
    const key = await api.keyOf('Administrator', other.origin.organizationId);
    const { body } = await api.send('GET', '/api/events?target=longy@contoso.com', undefined, { 'x-api-key': key });
    expect(body).toMatchObject({ results: [], empty: { similar: [], searched: { organization: 'Fabrikam' } } });
  });

  test('is refused if it is empty or longer than 1024 characters', async () => {
    for (const target of ['', 'x'.repeat(1_025)]) expect((await get({ target })).status).toBe(400);
    expect((await get({ target: 'x'.repeat(1_024) })).status).toBe(200);
  });
});

test('a search term finds refused requests by the email address, displayName and externalId that they sent', async () => {
  const search = async (search_term: object) => typesOf((await api.send('POST', base, { ...all, search_term })).body);
  expect(await search({ 'resource.email': 'LONGY@contoso.com' })).toEqual(['request_refused']);
  expect(await search({ 'resource.displayName': 'Long Y' })).toEqual(['request_refused']);
  expect(await search({ 'resource.externalId': 'L-7' })).toEqual(['request_refused']);
});

describe('an empty list of events', () => {
  test('reports what was searched, what the empty result means, and similar names', async () => {
    const { body } = await get({ target: 'longy@fabrikam.com' });
    expect(body.results).toEqual([]);
    expect(body.empty.searched).toMatchObject({ target: 'longy@fabrikam.com', retentionDays: 90, refusedOnly: false });
    expect(body.empty.searched.names.join()).toContain('externalId');
    expect(body.empty.meaning.join()).toContain('emails[type eq "work"].value');
    expect(body.empty.similar).toEqual(['longy@contoso.com']);
    expect((await get({ target: 'anm' })).body.empty.similar).toEqual(['ann']);
    expect((await get({ target: 'zz' })).body.empty.similar).toEqual([]);
  });

  test('limited to refused requests says that there are other events', async () => {
    const { body } = await get({ target: 'ann', refused: 'true' });
    expect(body.empty.meaning).toEqual(['There are events about "ann", but none of this kind.']);
    expect((await get({ type: 'schema_delete' })).body.empty.meaning.join()).toContain('of this kind');
  });
});

test('findUsersByAnyName() finds active and deleted users by id, username, display name and email address', async () => {
  const { deps } = api.directory;
  const found = async (name: string) => {
    const { active, deleted } = await findUsersByAnyName(deps.database, api.organizationId, name);
    return [active.length, deleted.length];
  };
  const names = { userName: 'gone', displayName: 'Gone G', emails: [{ value: 'gone@contoso.com' }] };
  const { body } = await api.send('POST', '/scim/v2/Users', names);
  const all = [body.id, 'GONE', 'gone g', 'GONE@contoso.com'];
  for (const name of all) expect(await found(name), name).toEqual([1, 0]);
  expect((await api.send('DELETE', `/scim/v2/Users/${body.id}`)).status).toBe(204);
  for (const name of all) expect(await found(name), name).toEqual([0, 1]);
  expect(await found('no such name')).toEqual([0, 0]);
});
