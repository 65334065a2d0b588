import { beforeAll, describe, expect, test } from 'vitest';
import { loggedRequests, newLoggedOrganization, type LoggedOrganization } from './request-log.fixture.ts';
import { openTestScimServer } from './scim-server.fixture.ts';

const mail = (name: string) => [{ type: 'work', value: `${name}@contoso.example`, primary: true }];
const userOf = (name: string) => ({ userName: name, displayName: name, emails: mail(name) });
const patchOf = (...operations: readonly object[]) => ({ Operations: operations });
const BULK = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'] };
const USER = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] };

type Row = Awaited<ReturnType<typeof loggedRequests>>[number];
const kindAndOutcome = ({ kind, outcome }: Row) => `${kind} ${outcome}`;

describe('the setting requestLog', () => {
  const settings = ['off', 'refusals', 'writes', 'all'] as const;
  const rows = new Map<string, readonly Row[]>();

  beforeAll(async () => {
    await using server = await openTestScimServer('strict');
    const organizations = new Map<string, string>();
    for (const requestLog of settings) {
      const organization = await newLoggedOrganization(server, { requestLog });
      organizations.set(requestLog, organization.organizationId);
      await sendEveryKind(organization);
    }
    await server.app.close();
    for (const [setting, id] of organizations) rows.set(setting, await loggedRequests(server, id));
  });

  const writes = [
    'create accepted',
    'patch accepted',
    'patch unchanged',
    'replace accepted',
    'create accepted',
    'create accepted',
    'delete accepted',
  ];
  const refused = ['create refused', 'list refused', 'unknown refused'];
  const reads = [
    'connectionTest accepted',
    'find accepted',
    'list accepted',
    'list accepted',
    'read accepted',
    'discovery accepted',
  ];

  test.for<[setting: (typeof settings)[number], kept: readonly string[], counted: readonly string[]]>([
    ['off', [], []],
    ['refusals', refused, [...writes, ...reads]],
    ['writes', [...writes, ...refused], reads],
    ['all', [...writes, ...refused, ...reads, 'list accepted'], []],
  ])('%s keeps the content of the right requests, and counts the others', ([setting, kept, counted]) => {
    const all = rows.get(setting) ?? [];
    const withContent = all.filter(({ detail }) => detail !== null).map(kindAndOutcome);
    expect(withContent.toSorted()).toEqual([...kept].toSorted());
    const without = all.filter(({ detail }) => detail === null);
    const names = without.map(kindAndOutcome);
    for (const one of counted) expect(names).toContain(one);
    for (const one of names) expect(counted).toContain(one);
    for (const { body, answer, name, target_id: target, size } of without) {
      expect([body, answer, name, target, Number(size)]).toEqual([null, null, null, null, 0]);
    }
  });

  test('folds counted requests of the same kind and outcome into one entry with their number', () => {
    const lists = (rows.get('writes') ?? []).filter(({ kind, detail }) => kind === 'list' && detail === null);
    expect(lists.map(({ resource_type: type, count }) => [type, count])).toEqual([
      ['User', 2],
      ['Group', 1],
    ]);
  });

  test('all keeps the answers to reads, and no answer that is empty', () => {
    const all = rows.get('all') ?? [];
    const read = all.find(({ kind }) => kind === 'read');
    expect(JSON.parse(read?.answer ?? '')).toMatchObject({ userName: 'ann' });
    expect(all.find(({ kind }) => kind === 'delete')).toMatchObject({ status: 204, body: null, answer: null });
  });
});

/** Sends requests of every kind and outcome. */
async function sendEveryKind({ send }: LoggedOrganization): Promise<void> {
  const { id } = (await send('POST', '/Users', userOf('ann'))).body;
  const title = patchOf({ op: 'replace', path: 'title', value: 'Head' });
  await send('PATCH', `/Users/${id}`, title);
  await send('PATCH', `/Users/${id}`, title);
  await send('PUT', `/Users/${id}`, { ...userOf('ann'), title: 'Chief' });
  const group = (await send('POST', '/Groups', { displayName: 'Sales' })).body;
  const operation = { method: 'POST', path: '/Users', bulkId: '1', data: { ...USER, ...userOf('bob') } };
  await send('POST', '/Bulk', { ...BULK, Operations: [operation] });
  await send('DELETE', `/Groups/${group.id}`);
  await send('POST', '/Users', { userName: 'carl' });
  await send('GET', `/Users?filter=${encodeURIComponent('userName eq "b7e2f5a0-6a8e-4b1c-9c7d-0123456789ab"')}`);
  await send('GET', `/Users?filter=${encodeURIComponent('userName eq "ann"')}`);
  await send('GET', `/Users?filter=${encodeURIComponent('nothing eq "x"')}`);
  await send('GET', '/Users');
  await send('GET', '/Users?count=1');
  await send('GET', '/Groups');
  await send('GET', `/Users/${id}`);
  await send('GET', '/ServiceProviderConfig');
  await send('GET', '/Unknown');
}
