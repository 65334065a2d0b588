import { describe, expect, test } from 'vitest';
import { systemClock } from '#base/clock.ts';
import type { FlatResource } from '../../src/entra/wire/flat-resource.ts';
import { diff, type ComparedAttribute } from '../../src/entra/wire/diff.ts';
import { loopbackAccess } from '../../src/entra/wire/loopback-access.fixture.ts';
import { openTargetClient } from '../../src/entra/wire/open-target-client.ts';
import type { TargetClient, TargetObject, WireExchange } from '../../src/entra/wire/target-client.ts';
import { scimClient } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const withoutFlag = { withoutFlag: false };

const attributes: readonly ComparedAttribute[] = [
  'userName',
  'active',
  'displayName',
  'title',
  'emails[type eq "work"].value',
  'preferredLanguage',
  'name.givenName',
  'name.familyName',
  'name.formatted',
  'addresses[type eq "work"].streetAddress',
  'addresses[type eq "work"].country',
  'phoneNumbers[type eq "work"].value',
  'phoneNumbers[type eq "mobile"].value',
  'externalId',
  `${E}:employeeNumber`,
  `${E}:department`,
].map((target) => ({ target, type: target === 'active' ? 'Boolean' : 'String', caseExact: false }));
const names = attributes.map(({ target }) => target);

function person(name: string, more: readonly (readonly [string, string | boolean])[] = []): FlatResource {
  return new Map<string, string | boolean>([
    ['userName', name],
    ['active', true],
    ['displayName', `Person ${name}`],
    ['emails[type eq "work"].value', `${name}@contoso.example`],
    ['name.givenName', 'Person'],
    ['name.familyName', name],
    ['addresses[type eq "work"].country', 'CH'],
    ['phoneNumbers[type eq "mobile"].value', '55555555555'],
    ['externalId', `external-${name}`],
    [`${E}:department`, 'Sales'],
    ...more,
  ]);
}

function open(server: RunningServer, query: string): TargetClient {
  return openTargetClient({
    ...loopbackAccess(),
    settings: {
      tenantUrl: `${server.scimUrl}/${query}`,
      authentication: 'AuthenticationToken',
      credentialLocationInRequest: 'Header',
      concurrency: 2,
      requestsPerSecond: null,
      requestTimeoutMs: 10_000,
      faults: {
        sendUserAgent: false,
        throttle: null,
        slowReadMs: 0,
        dropEvery: 0,
        duplicateEvery: 0,
        switchIsNull: false,
      },
    },
    secrets: { secretToken: server.key },
    clock: systemClock,
  });
}

describe.for(['?aadOptscim062020', ''])('the target client of the stand-in, with the query %j', (query) => {
  test('probes, creates, finds, changes, disables, lists and deletes users and a group on a real server', async () => {
    await using server = await startServer();
    const client = open(server, query);
    const exchanges: WireExchange[] = [];
    const record = (exchange: WireExchange) => void exchanges.push(exchange);

    await client.probe({ user: 'userName', group: 'displayName' }, record);
    expect(exchanges.map(({ response }) => response?.status)).toEqual([200, 200]);

    const match = { attribute: 'userName', value: 'ann' };
    expect(await client.query('User', match, names, record)).toEqual([]);
    const ann = await client.create('User', person('ann'), names, record);
    const bjorn = await client.create('User', person('bjorn'), names, record);
    expect(ann.attributes).toEqual(person('ann'));
    expect(await client.query('User', match, names, record)).toEqual([ann]);
    expect(await client.read('User', ann.id, names, record)).toEqual(ann);

    const wanted = person('ann', [
      ['displayName', 'Ann'],
      ['title', 'Head'],
      ['emails[type eq "work"].value', 'ann.keller@contoso.example'],
      ['name.familyName', 'Keller'],
      [`${E}:department`, 'Research'],
    ]);
    const changes = diff(attributes, wanted, ann.attributes);
    expect(changes.map(({ target, op }) => `${op} ${target}`)).toEqual([
      'replace displayName',
      'add title',
      'replace emails[type eq "work"].value',
      'replace name.familyName',
      `replace ${E}:department`,
    ]);
    expect(await client.update('User', ann.id, changes, withoutFlag, record)).toBe(true);
    const changed = await client.read('User', ann.id, names, record);
    expect(changed?.attributes).toEqual(wanted);
    expect(diff(attributes, wanted, changed?.attributes ?? new Map())).toEqual([]);

    const manager = `${E}:manager`;
    const managed = [{ target: manager, op: 'add', value: bjorn.id }] as const;
    expect(await client.update('User', ann.id, managed, withoutFlag, record)).toBe(true);
    expect((await client.read('User', ann.id, [manager], record))?.attributes).toEqual(new Map([[manager, bjorn.id]]));

    for (const active of [false, true]) {
      const change = [{ target: 'active', op: 'replace', value: active }] as const;
      expect(await client.update('User', bjorn.id, change, withoutFlag, record)).toBe(true);
      const read = await client.read('User', bjorn.id, ['active'], record);
      expect(read?.attributes).toEqual(new Map([['active', active]]));
    }

    const group = await client.create('Group', new Map([['displayName', 'All']]), ['displayName'], record);
    expect(
      await client.changeMembers(group.id, { op: 'add', memberIds: [ann.id, bjorn.id] }, withoutFlag, record),
    ).toBe(true);
    expect(await membersOf(server, group)).toEqual([ann.id, bjorn.id].sort());
    expect(await client.read('Group', group.id, ['displayName'], record)).toEqual(group);
    expect(await client.changeMembers(group.id, { op: 'remove', memberIds: [ann.id] }, withoutFlag, record)).toBe(true);
    expect(await membersOf(server, group)).toEqual([bjorn.id]);

    const listed = await Array.fromAsync(client.list('User', ['userName'], record));
    expect(listed.map(({ id }) => id).sort()).toEqual([ann.id, bjorn.id].sort());

    await client.remove('User', ann.id, record);
    await client.remove('User', ann.id, record);
    await client.remove('Group', group.id, record);
    expect(await client.read('User', ann.id, names, record)).toBeUndefined();
    expect(await client.update('User', ann.id, changes, withoutFlag, record)).toBe(false);
    expect(await client.changeMembers(group.id, { op: 'add', memberIds: [bjorn.id] }, withoutFlag, record)).toBe(false);

    await expect(client.create('User', person('bjorn'), names, record)).rejects.toMatchObject({
      failure: { errorCode: 'EntryConflict', status: 409, scope: 'object' },
    });
    expect(JSON.stringify(exchanges)).not.toContain(server.key);
    await client.close();
  });
});

async function membersOf(server: RunningServer, { id }: TargetObject): Promise<readonly string[]> {
  const { body } = await scimClient(server.scimUrl, server.key).get(`/Groups/${id}`);
  const group = body as { readonly members?: readonly { readonly value: string }[] };
  return (group.members ?? []).map(({ value }) => value).sort();
}
