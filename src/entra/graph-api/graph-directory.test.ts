import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { listEvents } from '#audit/event-store.ts';
import { allItems, type GraphClient } from './client.ts';
import { openTestGraph, refusal, type TestGraph } from './graph-api.fixture.ts';
import { deleteChangesUpTo } from '../source/change-store.ts';

let graph: TestGraph;
let client: GraphClient;
let tenantId: string;
beforeAll(async () => {
  graph = await openTestGraph();
  client = graph.client({ tenant: 'Contoso' });
  tenantId = (await client.tenants.create({ displayName: 'Contoso', domain: 'contoso.example' })).id;
});
afterAll(() => graph[Symbol.asyncDispose]());

let names = 0;
const makeUser = async (values: Readonly<Record<string, unknown>> = {}) => {
  names += 1;
  return await client.users.create({
    accountEnabled: true,
    displayName: `User ${names}`,
    mailNickname: `user${names}`,
    userPrincipalName: `user${names}@contoso.example`,
    passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
    ...values,
  });
};

describe('tenants', () => {
  test('can be created with generated users and groups, listed and deleted', async () => {
    const created = await client.tenants.create({ displayName: 'Sample', sample: { users: 60, groups: 8, seed: 7 } });
    expect(created).toMatchObject({ displayName: 'Sample', users: 60, domain: 'sample.onmicrosoft.example' });
    expect(created.groups).toBeGreaterThan(0);
    expect((await client.tenants.list()).value.map(({ displayName }) => displayName)).toEqual(['Contoso', 'Sample']);
    const sample = graph.client({ tenant: created.id });
    expect(await sample.users.count()).toBe(60);
    expect((await sample.tenants.organization()).value).toMatchObject([
      { id: created.id, displayName: 'Sample', verifiedDomains: [{ name: created.domain, isDefault: true }] },
    ]);
    await client.tenants.delete(created.id);
    expect((await refusal(client.tenants.get(created.id))).status).toBe(404);
  });

  test('must be named in each request if the organization has more than one', async () => {
    const other = await client.tenants.create({ displayName: 'Göteborg & Co' });
    expect(await graph.send('GET', '/users')).toMatchObject({
      status: 400,
      body: { error: { code: 'Request_BadRequest', innerError: { target: 'x-entra-tenant' } } },
    });
    expect((await graph.send('GET', '/users?tenant=contoso')).status).toBe(200);
    expect(await graph.client({ tenant: 'Göteborg & Co' }).users.count()).toBe(0);
    expect(await graph.send('GET', '/users?tenant=Fabrikam')).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringContaining('The tenants are: "Contoso", "Göteborg & Co"') } },
    });
    await client.tenants.delete(other.id);
    expect((await graph.send('GET', '/users')).status).toBe(200);
  });

  test('cannot be seen or deleted by another organization', async () => {
    const stranger = await graph.directory.newCaller('Stranger');
    const key = await graph.keyOf('Administrator With Billing', stranger.origin.organizationId);
    const theirs = graph.client({ key });
    expect((await theirs.tenants.list()).value).toEqual([]);
    expect((await refusal(theirs.users.list())).message).toContain('There is no tenant yet');
    expect((await refusal(graph.client({ key, tenant: tenantId }).users.list())).status).toBe(404);
    expect((await refusal(theirs.tenants.delete(tenantId))).status).toBe(404);
  });
});

describe('users', () => {
  test('have Graph’s property names, and are returned with only Graph’s default properties if $select is missing', async () => {
    const user = await makeUser({
      displayName: 'Ann Berg',
      userPrincipalName: 'ann@contoso.example',
      officeLocation: 'Göteborg',
      businessPhones: ['+46 31 1'],
      mobilePhone: '+46 70 1',
      otherMails: ['ann@home.example'],
      employeeHireDate: '2026-01-31T00:00:00Z',
      onPremisesExtensionAttributes: { extensionAttribute3: 'x' },
    });
    const read = await client.users.get('Ann@Contoso.example');
    expect(read).toEqual({
      '@odata.context': `${graph.url}/entra/v1.0/$metadata#users/$entity`,
      id: user.id,
      businessPhones: ['+46 31 1'],
      displayName: 'Ann Berg',
      givenName: null,
      jobTitle: null,
      mail: null,
      mobilePhone: '+46 70 1',
      officeLocation: 'Göteborg',
      preferredLanguage: null,
      surname: null,
      userPrincipalName: 'ann@contoso.example',
    });
    const whole = await client.users.get(user.id, { select: ['*'] });
    expect(whole).toMatchObject({
      accountEnabled: true,
      otherMails: ['ann@home.example'],
      userType: 'Member',
      employeeHireDate: '2026-01-31T00:00:00Z',
      onPremisesExtensionAttributes: { extensionAttribute3: 'x', extensionAttribute1: null },
      deletedDateTime: null,
    });
    expect(whole).not.toHaveProperty('passwordProfile');
    await client.users.update(user.id, { jobTitle: 'Pilot', accountEnabled: false, officeLocation: null });
    expect(await client.users.get(user.id, { select: ['jobTitle', 'accountEnabled', 'OfficeLocation'] })).toMatchObject(
      {
        jobTitle: 'Pilot',
        accountEnabled: false,
        officeLocation: null,
      },
    );
  });

  test('have a manager who can be set, returned with $expand, and removed', async () => {
    const [boss, report] = [await makeUser(), await makeUser()];
    expect((await refusal(client.users.manager(report.id))).status).toBe(404);
    await client.users.setManager(report.id, boss.id);
    expect(await client.users.manager(report.id)).toMatchObject({
      '@odata.type': '#microsoft.graph.user',
      id: boss.id,
    });
    const expanded = await client.users.list({ filter: `id eq '${report.id}'`, expand: 'manager', select: ['id'] });
    expect(expanded.value).toEqual([{ id: report.id, manager: expect.objectContaining({ id: boss.id }) }]);
    await client.users.removeManager(report.id);
    expect((await refusal(client.users.manager(report.id))).status).toBe(404);
    const bound = await makeUser({ 'manager@odata.bind': `https://graph.microsoft.com/v1.0/users/${boss.id}` });
    expect((await client.users.manager(bound.id)).id).toBe(boss.id);
    expect((await refusal(client.users.setManager(boss.id, boss.id))).status).toBe(400);
  });

  test('can be deleted, restored and purged', async () => {
    const user = await makeUser({ displayName: 'Gone' });
    await client.users.delete(user.id);
    expect((await refusal(client.users.get(user.id))).message).toContain('deletedItems');
    const deleted = await client.deletedUsers.list({ filter: "displayName eq 'Gone'" });
    expect(deleted.value).toMatchObject([{ id: user.id, deletedDateTime: expect.any(String) }]);
    expect(await client.deletedUsers.restore(user.id)).toMatchObject({ id: user.id, deletedDateTime: null });
    expect((await refusal(client.deletedUsers.purge(user.id))).status).toBe(404);
    await client.users.delete(user.id);
    await client.deletedUsers.purge(user.id);
    expect((await refusal(client.deletedUsers.get(user.id))).status).toBe(404);
  });

  testOnSqlite(
    'cannot be read or changed by invalid requests, which get errors in Graph’s format and record an event',
    async () => {
      const answer = await graph.send(
        'POST',
        '/users',
        { displayName: 'X', userPrincipalName: 'user1@contoso.example', departmant: 'x' },
        { 'x-api-key': graph.key, 'client-request-id': 'my-id' },
      );
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        error: {
          code: 'Request_BadRequest',
          message: expect.stringContaining('Did you mean department?'),
          innerError: {
            date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
            'request-id': answer.headers['request-id'],
            'client-request-id': 'my-id',
            error_code: 'unknownAttribute',
            target: 'departmant',
          },
        },
      });
      const taken = { displayName: 'X', userPrincipalName: 'ANN@contoso.example' };
      expect(await graph.send('POST', '/users', taken)).toMatchObject({
        status: 409,
        body: { error: { code: 'Conflict' } },
      });
      expect(await graph.send('GET', '/users', undefined, {})).toMatchObject({
        status: 401,
        body: { error: { code: 'InvalidAuthenticationToken', innerError: { error_code: 'keyMissing' } } },
      });
      expect(await graph.send('GET', '/nothing')).toMatchObject({
        status: 404,
        body: { error: { code: 'BadRequest' } },
      });
      expect(await graph.send('DELETE', '/users')).toMatchObject({
        status: 405,
        headers: { allow: 'GET, POST' },
        body: { error: { code: 'MethodNotAllowed' } },
      });
      const refused = await listEvents(graph.directory.deps.database, {
        organizationId: graph.organizationId,
        type: 'request_refused',
        limit: 10,
      });
      expect(refused).toContainEqual(expect.objectContaining({ error_code: 'unknownAttribute' }));
    },
  );

  test('have one event for every change, and none for an update that changes nothing', async () => {
    const user = await makeUser();
    await client.users.update(user.id, { department: 'Sales' });
    await client.users.update(user.id, { department: 'Sales' });
    await client.users.delete(user.id);
    await client.deletedUsers.restore(user.id);
    await client.users.delete(user.id);
    await client.deletedUsers.purge(user.id);
    const events = await listEvents(graph.directory.deps.database, { target: user.id, limit: 20 });
    expect(events.map((event) => event['event_type']).toReversed()).toEqual([
      'entra_user_create',
      'entra_user_update',
      'entra_user_delete',
      'entra_user_restore',
      'entra_user_delete',
      'entra_user_purge',
    ]);
    expect(events.at(-2)).toMatchObject({ changes: [{ field: 'department', from: null, to: 'Sales' }] });
  });
});

describe('lists of users', () => {
  let list: GraphClient;
  beforeAll(async () => {
    await client.tenants.create({ displayName: 'Lists', domain: 'lists.example' });
    list = graph.client({ tenant: 'Lists' });
    for (const [index, name] of ['Åsa', 'bo', 'Ann', 'ann', 'Carl', 'Berta', 'Dan'].entries()) {
      await list.users.create({
        userPrincipalName: `u${index}@lists.example`,
        displayName: name,
        accountEnabled: index % 2 === 0,
        department: index < 3 ? 'R&D' : 'Sales',
        otherMails: index === 1 ? ['Bo@home.example'] : [],
      });
    }
  });
  afterAll(() => client.tenants.delete('Lists'));

  const namesOf = async (options: Parameters<GraphClient['users']['list']>[0]) =>
    (await list.users.list(options)).value.map(({ displayName }) => displayName);

  test('are ordered by displayName across pages, ascending and descending', async () => {
    const all = ['Ann', 'ann', 'Berta', 'bo', 'Carl', 'Dan', 'Åsa'];
    for (const top of [1, 2, 3, 7, 999]) {
      const items = await Array.fromAsync(allItems(list, list.users.list({ top })));
      expect(items.map(({ displayName }) => displayName?.toLowerCase())).toEqual(all.map((name) => name.toLowerCase()));
    }
    const down = await Array.fromAsync(allItems(list, list.users.list({ top: 2, orderby: 'displayName desc' })));
    expect(down.map(({ displayName }) => displayName?.toLowerCase())).toEqual(
      all.map((name) => name.toLowerCase()).toReversed(),
    );
    expect((await list.users.list({ top: 7 }))['@odata.nextLink']).toBeUndefined();
  });

  test('apply the filter on every page and in the count', async () => {
    const filter = "accountEnabled eq true and department eq 'sales'";
    const first = await list.users.list({ filter, top: 1, count: true });
    expect(first).toMatchObject({ '@odata.count': 2, value: [{ displayName: 'Carl' }] });
    const second = await list.follow<{ displayName: string }>(first['@odata.nextLink'] ?? '');
    expect(second.value).toMatchObject([{ displayName: 'Dan' }]);
    expect(second['@odata.nextLink']).toBeUndefined();
    expect(await list.users.count({ filter })).toBe(2);
  });

  test.for<[string, readonly string[]]>([
    ["displayName eq 'ANN'", ['ann', 'ann']],
    ["startswith(displayName,'b')", ['berta', 'bo']],
    ["userPrincipalName eq 'U4@lists.example'", ['carl']],
    ["startswith(userPrincipalName,'u6')", ['dan']],
    ["displayName eq 'åsa'", ['åsa']],
    ["department eq 'R&D' and not startswith(displayName,'a')", ['bo', 'åsa']],
    ["otherMails/any(x:x eq 'bo@home.example') or displayName in ('Dan')", ['bo', 'dan']],
    ["displayName eq 'Ann' and displayName eq 'Dan'", []],
  ])('can be filtered with %s', async ([filter, expected]) => {
    expect((await namesOf({ filter })).map((name) => name?.toLowerCase())).toEqual(expected);
  });

  test('can be searched with $search, and reject invalid query options', async () => {
    expect(await namesOf({ search: '"displayName:be" OR "displayName:da"' })).toEqual(['Berta', 'Dan']);
    for (const query of [
      '$filter=hat eq 1',
      '$orderby=mail',
      '$skiptoken=abc',
      '$top=1000',
      '$expand=memberOf',
      '$select=hat',
    ]) {
      const answer = await graph.send('GET', `/users?tenant=Lists&${query}`);
      expect([answer.status, answer.body.error.innerError.error_code], query).toEqual([400, 'invalidQuery']);
    }
  });

  test('return all users in the first delta query, and only changed users through the delta link', async () => {
    let page = await list.users.delta({ top: 3 });
    const seen = [...page.value];
    while (page['@odata.nextLink'] !== undefined) {
      page = await list.follow(page['@odata.nextLink']);
      seen.push(...page.value);
    }
    expect(seen).toHaveLength(7);
    const [first, second, third] = (await list.users.list({ filter: "department eq 'Sales'" })).value;
    await list.users.update(first?.id ?? '', { jobTitle: 'Pilot' });
    await list.users.delete(second?.id ?? '');
    await list.users.delete(third?.id ?? '');
    await list.deletedUsers.purge(third?.id ?? '');
    const link = page['@odata.deltaLink'] ?? '';
    const changes = await list.follow<{ id: string }>(link);
    expect(changes.value).toMatchObject([
      { id: first?.id, jobTitle: 'Pilot' },
      { id: second?.id, '@removed': { reason: 'changed' } },
      { id: third?.id, '@removed': { reason: 'deleted' } },
    ]);
    expect((await list.follow(changes['@odata.deltaLink'] ?? '')).value).toEqual([]);
    const [tenant] = (await client.tenants.list()).value.filter(({ displayName }) => displayName === 'Lists');
    await deleteChangesUpTo(graph.directory.deps.database, tenant?.id ?? '', tenant?.changeNumber ?? 0);
    expect(await refusal(list.follow(link))).toMatchObject({ status: 410, error: { code: 'SyncStateNotFound' } });
  });
});

describe('groups', () => {
  test('list users and nested groups as members, except deleted users, and let members be added and removed', async () => {
    const [one, two] = [await makeUser(), await makeUser()];
    const nested = await client.groups.create({ displayName: 'Nested' });
    const group = await client.groups.create({
      displayName: 'Pilots',
      mailEnabled: false,
      mailNickname: 'pilots',
      securityEnabled: true,
      'members@odata.bind': [`https://graph.microsoft.com/v1.0/users/${one.id}`],
    });
    await client.groups.addMember(group.id, two.id);
    await client.groups.addMember(group.id, nested.id);
    const members = await Array.fromAsync(allItems(client, client.groups.members(group.id, { top: 1 })));
    expect(members.map((member) => `${member.id} ${member['@odata.type']}`).toSorted()).toEqual(
      [
        `${one.id} #microsoft.graph.user`,
        `${two.id} #microsoft.graph.user`,
        `${nested.id} #microsoft.graph.group`,
      ].toSorted(),
    );
    expect((await refusal(client.groups.addMember(group.id, two.id))).message).toContain('already exist');
    expect((await client.users.memberOf(two.id)).value).toMatchObject([{ id: group.id, displayName: 'Pilots' }]);
    expect((await client.groups.memberOf(nested.id)).value).toMatchObject([{ id: group.id }]);
    await client.groups.removeMember(group.id, two.id);
    expect((await refusal(client.groups.removeMember(group.id, two.id))).status).toBe(404);
    await client.users.delete(one.id);
    expect(await client.groups.members(group.id, { count: true })).toMatchObject({
      '@odata.count': 1,
      value: [{ id: nested.id }],
    });
    await client.groups.delete(group.id);
    expect((await refusal(client.groups.get(group.id))).status).toBe(404);
  });

  test('that are dynamic have exactly the members that match their membership rule', async () => {
    const user = await makeUser({ department: 'Flight' });
    const group = await client.groups.create({
      displayName: 'Flight',
      groupTypes: ['DynamicMembership'],
      membershipRule: 'user.department -eq "Flight"',
      membershipRuleProcessingState: 'On',
    });
    expect(group).toMatchObject({ groupTypes: ['DynamicMembership'], membershipRuleProcessingState: 'On' });
    expect((await client.groups.members(group.id)).value).toMatchObject([{ id: user.id }]);
    expect(await refusal(client.groups.addMember(group.id, user.id))).toMatchObject({ status: 409 });
    const dynamic = await client.groups.list({ filter: "groupTypes/any(c:c eq 'DynamicMembership')" });
    expect(dynamic.value.map(({ id }) => id)).toEqual([group.id]);
    expect((await refusal(client.groups.update(group.id, { membershipRule: 'user.hat -eq 1' }))).status).toBe(400);
    await client.groups.update(group.id, { membershipRule: 'user.department -eq "Nobody"', description: 'None' });
    expect((await client.groups.members(group.id)).value).toEqual([]);
    expect((await client.groups.get(group.id)).membershipRule).toBe('user.department -eq "Nobody"');
  });

  test('include changed members in a delta query', async () => {
    const user = await makeUser();
    const group = await client.groups.create({ displayName: 'Delta' });
    const page = await client.groups.delta({ top: 999 });
    await client.groups.addMember(group.id, user.id);
    const changed = await client.follow<object>(page['@odata.deltaLink'] ?? '');
    expect(changed.value).toMatchObject([{ id: group.id, 'members@delta': [{ id: user.id }] }]);
    await client.groups.removeMember(group.id, user.id);
    await client.groups.delete(group.id);
    const gone = await client.follow<object>(changed['@odata.deltaLink'] ?? '');
    expect(gone.value).toEqual([{ id: group.id, '@removed': { reason: 'deleted' } }]);
  });
});
