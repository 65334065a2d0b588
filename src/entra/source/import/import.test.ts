import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf } from '../../../../tests/support/error-of.ts';
import type { JsonObject } from '#base/json.ts';
import { currentChangeNumber, listChanges } from '../change-store.ts';
import { generateTenant } from '../generator/generate-tenant.ts';
import { sourceAttribute } from '../source-attributes.ts';
import { pageOfSourceGroups } from '../source-group-store.ts';
import { createSourceGroup } from '../source-groups.ts';
import { memberIdsOf } from '../source-member-store.ts';
import type { EntraTenant, SourceUser } from '../source-object.ts';
import { findSourceUserByUpn, pageOfSourceUsers } from '../source-user-store.ts';
import { createSourceUser, deleteSourceUser, upnOf } from '../source-users.ts';
import { openTestSource, type TestSource } from '../source.fixture.ts';
import { REPORTED_ERRORS_MAX, importObjects } from './import-objects.ts';
import { readSourceCsv } from './read-csv.ts';
import { readGraphExport } from './read-graph-export.ts';

let source: TestSource;
beforeAll(async () => {
  source = await openTestSource();
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

const importCsv = async (tenant: EntraTenant, text: string) =>
  await importObjects(source.deps, tenant, readSourceCsv(text).rows);
const importGraph = async (tenant: EntraTenant, value: unknown) =>
  await importObjects(source.deps, tenant, readGraphExport(JSON.stringify(value)).rows);
const usersOf = async ({ id }: EntraTenant) =>
  await pageOfSourceUsers(source.database, id, { after: null, limit: 1_000 });

/** The properties of a user that an import sets. */
const importedPart = ({ id, attributes, accountEnabled, managerId }: SourceUser) => {
  return { id, attributes, accountEnabled, managerId };
};
const generated = (tenant: EntraTenant) => generateTenant({ seed: 3, users: 200, groups: 20, tenant, at: new Date(0) });

describe('an import of a CSV file', () => {
  test('creates users with all their attributes, and changes nothing when it is repeated', async () => {
    const tenant = await source.newTenant('CSV');
    const people = [...generated(tenant).users()].flat();
    const names = [...new Set(people.flatMap((user) => Object.keys(user.attributes)))];
    const upns = new Map(people.map((user) => [user.id, upnOf(user)]));
    const table = people.map((user, index) => [
      user.id,
      String(user.accountEnabled),
      // A manager can be given by objectId or by userPrincipalName.
      index % 2 === 0 ? (user.managerId ?? '') : (upns.get(user.managerId ?? '') ?? ''),
      ...names.map((name) => {
        const value = user.attributes[name] ?? '';
        return Array.isArray(value) ? value.join('|') : String(value as string | boolean);
      }),
    ]);
    const header = [
      'id',
      'accountEnabled',
      'manager',
      ...names.map((name) => sourceAttribute('User', name)?.graphName),
    ];
    const result = await importCsv(tenant, stringify([header, ...table], { bom: true }));
    expect(result).toMatchObject({ usersCreated: 200, usersUpdated: 0 });
    const found = await usersOf(tenant);
    expect(found.map(importedPart)).toEqual(
      people.map(importedPart).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    );
    expect(await importCsv(tenant, stringify([header, ...table]))).toMatchObject({ usersCreated: 0, usersUpdated: 0 });
  });

  test('updates existing users, and leaves an attribute unchanged if its cell is empty', async () => {
    const tenant = await source.newTenant('Updates');
    await importCsv(tenant, 'userPrincipalName;displayName;city\nann@contoso.example;Ann;Lund\n');
    const after = await currentChangeNumber(source.database, tenant.id);
    const file =
      'userPrincipalName,displayName,city,Department\nANN@contoso.example,Ann,,Dyes\nben@contoso.example,Ben,x,';
    expect(await importCsv(tenant, file)).toMatchObject({ usersCreated: 1, usersUpdated: 1 });
    const ann = await findSourceUserByUpn(source.database, tenant.id, 'ann@contoso.example');
    expect(ann?.attributes).toMatchObject({ city: 'Lund', department: 'Dyes' });
    const changes = await listChanges(source.database, tenant.id, { after, limit: 10 });
    expect(changes.map(({ kind, fields }) => [kind, fields])).toEqual([
      ['add', []],
      ['update', ['department', 'userPrincipalName']],
    ]);
  });

  test('reports the errors in all rows, and leaves the tenant unchanged', async () => {
    const tenant = await source.newTenant('Mistakes');
    const gone = await createSourceUser(source.deps, tenant, {
      userPrincipalName: 'gone@contoso.example',
      displayName: 'Gone',
    });
    await deleteSourceUser(source.deps, tenant, gone.id);
    const before = await usersOf(tenant);
    const error = await importCsv(
      tenant,
      [
        'objectId,userPrincipalName,displayName,manager,accountEnabled',
        ',ann@contoso.example,Ann,,true',
        ',ann@contoso.example,Ann again,,',
        ',ben,Ben,,',
        ',carl@contoso.example,,,',
        ',dora@contoso.example,Dora,nobody@contoso.example,',
        ',eve@contoso.example,Eve,eve@contoso.example,',
        ',fred@contoso.example,Fred,,maybe',
        `${gone.id},gone2@contoso.example,Gone,,`,
        `${source.tenant.id},hugo@contoso.example,Hugo,ann@contoso.example,`,
      ].join('\n'),
    ).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'invalidBody' });
    const { message } = error as Error;
    expect(message).toContain('7 rows are invalid, and nothing was imported');
    for (const reason of [
      'line 3: The file has "ann@contoso.example" twice',
      'line 4: userPrincipalName is "ben"',
      'line 5: A user needs displayName',
      'line 6: The manager "nobody@contoso.example"',
      'line 7: A user cannot be their own manager',
      'line 8: accountEnabled is "maybe"',
      'line 9: gone@contoso.example',
    ]) {
      expect(message).toContain(reason);
    }
    expect(await usersOf(tenant)).toEqual(before);
  });

  test('lists at most as many errors as the limit allows, and says how many more there are', async () => {
    const rows = (count: number) =>
      ['userPrincipalName', ...Array.from({ length: count }, (_, i) => `x${i}`)].join('\n');
    const messageOf = async (count: number) =>
      await importCsv(source.tenant, rows(count)).catch((error: unknown) => (error as Error).message);
    expect(await messageOf(REPORTED_ERRORS_MAX)).not.toContain('more');
    expect(await messageOf(REPORTED_ERRORS_MAX + 1)).toContain('… and 1 more');
  });

  test.for([
    ['', 'is empty'],
    ['userPrincipalName,departmant\n', 'Did you mean department?'],
    ['userPrincipalName,IsSoftDeleted\n', 'computed'],
    ['mail,mail\n', 'two columns'],
    ['a,b\n1,2\n', 'not an attribute'],
    ['mail,city\nx\n', 'Line 2 ends after column 1'],
  ] as const)('refuses the file %j with an error that contains "%s"', ([text, reason]) => {
    expect(errorOf(() => readSourceCsv(text)).message).toContain(reason);
  });
});

describe('an import of a Microsoft Graph export', () => {
  test('creates users and groups with all attributes and members, and changes nothing when it is repeated', async () => {
    const tenant = await source.newTenant('Graph');
    const { groups, users, members } = generated(tenant);
    const people = [...users()].flat();
    const memberIds = new Map([...members()].map(({ group, ids }) => [group.id, ids]));
    const pages = [
      {
        '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users(manager())',
        '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?$skiptoken=x',
        value: people.slice(0, 150).map(asGraph),
      },
      { value: people.slice(150).map(asGraph) },
      {
        value: groups.map(({ id, attributes, membershipRule }) => ({
          '@odata.type': '#microsoft.graph.group',
          id,
          ...attributes,
          groupTypes: membershipRule === null ? [] : ['DynamicMembership'],
          membershipRule,
          'members@odata.context': 'x',
          members: (memberIds.get(id) ?? []).map((member) => ({ '@odata.type': '#microsoft.graph.user', id: member })),
        })),
      },
    ];
    const read = readGraphExport(JSON.stringify(pages));
    expect(read.ignored).toEqual(['createdDateTime', 'employeeOrgData']);
    const result = await importObjects(source.deps, tenant, read.rows);
    expect(result).toMatchObject({ usersCreated: 200, groupsCreated: 20 });
    const sorted = people.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    expect((await usersOf(tenant)).map(importedPart)).toEqual(sorted.map(importedPart));
    const found = await pageOfSourceGroups(source.database, tenant.id, { after: null, limit: 100 });
    expect(found).toHaveLength(20);
    for (const { id, attributes, membershipRule } of found) {
      const original = groups.find((group) => group.id === id);
      expect(membershipRule).toBe(original?.membershipRule);
      expect(attributes).toMatchObject(original?.attributes ?? {});
      const ids = (await memberIdsOf(source.database, id)).map((member) => member.id);
      if (membershipRule === null) expect(ids).toEqual([...(memberIds.get(id) ?? [])].toSorted());
      else expect(ids.length).toBeGreaterThan(0);
    }
    const again = await importObjects(source.deps, tenant, read.rows);
    expect(again).toEqual({ usersCreated: 0, usersUpdated: 0, groupsCreated: 0, groupsUpdated: 0, membersAdded: 0 });
  });

  test('updates existing users and groups, removes values that are null, and imports deleted users as deleted', async () => {
    const tenant = await source.newTenant('Graph again');
    const group = await createSourceGroup(source.deps, tenant, { displayName: 'Team' });
    const ann = { userPrincipalName: 'ann@contoso.example', displayName: 'Ann', city: 'Lund', manager: null };
    const ben = {
      ...ann,
      userPrincipalName: 'ben@contoso.example',
      manager: { userPrincipalName: 'ann@contoso.example' },
    };
    const carl = { ...ann, userPrincipalName: 'carl@contoso.example', deletedDateTime: '2026-01-01T00:00:00Z' };
    await importGraph(tenant, { value: [ben, ann, carl] });
    const team = { id: group.id, displayName: 'The team', members: [{ userPrincipalName: 'ben@contoso.example' }] };
    const result = await importGraph(tenant, [{ ...ann, city: null }, { ...ben, manager: null }, team]);
    expect(result).toMatchObject({ usersUpdated: 2, groupsUpdated: 1, membersAdded: 1 });
    const users = await usersOf(tenant);
    const byAlias = new Map(users.map((user) => [upnOf(user).split('@')[0], user]));
    expect(byAlias.get('ann')?.attributes).not.toHaveProperty('city');
    expect(byAlias.get('ben')?.managerId).toBeNull();
    expect(byAlias.get('carl')?.deletedAt).toEqual(new Date('2026-01-01T00:00:00Z'));
    await expect(importGraph(tenant, [{ ...team, members: ['x'] }])).rejects.toThrow(/object 1: The member "x"/);
    await expect(importGraph(tenant, [{ ...team, membershipRule: 'user.x' }])).rejects.toThrow(/position 0/);
  });

  test.for([
    ['{', 'not JSON'],
    ['5', 'must contain objects'],
    ['{"value":[{"id":"x"}]}', 'neither a user'],
    ['[{"userPrincipalName":"a@b.example","manager":{"x":1}}]', 'without an id'],
  ] as const)('refuses the file %j with an error that contains "%s"', ([text, reason]) => {
    expect(errorOf(() => readGraphExport(text)).message).toContain(reason);
  });
});

/** Converts a user to the JSON object that Graph would export. */
function asGraph({ id, attributes, accountEnabled, managerId }: SourceUser): JsonObject {
  const entries = Object.entries(attributes).map(([name, value]) => {
    const graphName = sourceAttribute('User', name)?.graphName ?? name;
    return [graphName, graphName === 'businessPhones' ? [value] : value] as const;
  });
  const inner = entries.filter(([name]) => name.startsWith('onPremisesExtensionAttributes.'));
  return {
    '@odata.type': '#microsoft.graph.user',
    id,
    accountEnabled,
    createdDateTime: '2026-01-01T00:00:00Z',
    employeeOrgData: { division: 'x' },
    ...Object.fromEntries(entries.filter((entry) => !inner.includes(entry))),
    onPremisesExtensionAttributes: Object.fromEntries(
      inner.map(([name, value]) => [name.slice('onPremisesExtensionAttributes.'.length), value]),
    ),
    manager: managerId === null ? null : { '@odata.type': '#microsoft.graph.user', id: managerId, displayName: 'x' },
  };
}
