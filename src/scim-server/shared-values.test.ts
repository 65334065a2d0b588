import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { updateRules } from '#integrations/integration-store.ts';
import { presetRules, type RulePreset, type Rules } from '#integrations/rules.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { GROUP_SCHEMA } from '#scim/schema/group.ts';
import { USER_SCHEMA } from '#scim/schema/user.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

let server: TestScimServer;
beforeAll(async () => {
  server = await openTestScimServer('standard');
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => setRules('standard'));

async function setRules(preset: RulePreset, rules: Partial<Rules> = {}): Promise<void> {
  const { deps, caller } = server.directory;
  await updateRules(deps.database, caller.origin.integration?.id ?? '', { ...presetRules(preset), ...rules });
}

interface Attribute {
  readonly name: string;
  readonly uniqueness: string;
  readonly subAttributes?: readonly Attribute[];
}
/** The attributes that /Schemas says are unique, such as `emails.value`. */
async function uniqueAttributes(): Promise<readonly string[]> {
  const { body } = await server.send('GET', '/Schemas');
  const schemas: readonly { readonly id: string; readonly attributes: readonly Attribute[] }[] = body.Resources;
  const unique = (attribute: Attribute, path: string): readonly string[] => [
    ...(attribute.uniqueness === 'none' ? [] : [path]),
    ...(attribute.subAttributes ?? []).flatMap((sub) => unique(sub, `${path}.${sub.name}`)),
  ];
  return schemas.flatMap(({ id, attributes }) => attributes.flatMap((one) => unique(one, `${id}:${one.name}`)));
}

const always = `${USER_SCHEMA}:userName`;
const rows = [
  ['emailUnique', `${USER_SCHEMA}:emails.value`],
  ['employeeNumberUnique', `${ENTERPRISE_USER_SCHEMA}:employeeNumber`],
  ['groupNameUnique', `${GROUP_SCHEMA}:displayName`],
] as const;

describe('/Schemas', () => {
  test.for(rows)('says what is unique while the rule %s alone is on', async ([rule, path]) => {
    await setRules('standard', { [rule]: true });
    expect(await uniqueAttributes()).toEqual([always, path]);
  });

  test('says under standard that the userName alone is unique, and under strict each value of a rule too', async () => {
    expect(await uniqueAttributes()).toEqual([always]);
    await setRules('strict');
    expect(await uniqueAttributes()).toEqual([always, ...rows.map(([, path]) => path)]);
    const { body } = await server.send('GET', `/Schemas/${ENTERPRISE_USER_SCHEMA}`);
    expect(body.attributes[0]).toMatchObject({ name: 'employeeNumber', uniqueness: 'server' });
  });
});

describe('under standard', () => {
  const email = 'desk@example.com';
  const user = (userName: string) => ({
    userName,
    emails: [{ type: 'work', value: email, primary: true }],
    [ENTERPRISE_USER_SCHEMA]: { employeeNumber: '7' },
  });

  test('users who share an e-mail and an employeeNumber are created, changed, and all found by them', async () => {
    const operation = (userName: string) => ({
      method: 'POST',
      path: '/Users',
      bulkId: userName,
      data: user(userName),
    });
    const bulk = await server.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [operation('ann'), operation('ann.admin')],
    });
    expect(bulk.body.Operations.map(({ status }: { status: string }) => status)).toEqual(['201', '201']);
    const late = await server.send('POST', '/Users', { ...user('late'), emails: [], [ENTERPRISE_USER_SCHEMA]: {} });
    const changed = await server.send('PATCH', `/Users/${late.body.id}`, {
      Operations: [
        { op: 'add', path: 'emails[type eq "work"].value', value: email.toUpperCase() },
        { op: 'add', path: `${ENTERPRISE_USER_SCHEMA}:employeeNumber`, value: '7' },
      ],
    });
    expect(changed.status).toBe(200);
    for (const filter of [
      `emails[type eq "work"].value eq "${email}"`,
      `emails[type eq "work" and value eq "${email}"]`,
      `emails.value eq "${email}"`,
      `${ENTERPRISE_USER_SCHEMA}:employeeNumber eq "7"`,
    ]) {
      const { body } = await server.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      const names = body.Resources.map(({ userName }: { userName: string }) => userName);
      expect([filter, body.totalResults, names]).toEqual([filter, 3, ['ann', 'ann.admin', 'late']]);
    }
  });

  test('groups may have one name, and are all found by it', async () => {
    const ids = [];
    for (const displayName of ['Crew', 'CREW'])
      ids.push((await server.send('POST', '/Groups', { displayName })).body.id);
    const third = await server.send('POST', '/Groups', { displayName: 'Other' });
    const renamed = await server.send('PATCH', `/Groups/${third.body.id}`, {
      Operations: [{ op: 'replace', path: 'displayName', value: 'crew' }],
    });
    expect(renamed.status).toBe(204);
    const { body } = await server.send('GET', '/Groups?filter=displayName%20eq%20%22crew%22');
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([...ids, third.body.id]);
  });
});
