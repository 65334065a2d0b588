import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnSqlite } from '../../tests/support/on-sqlite.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { presetRules, type RulePreset, type Rules } from '#integrations/rules.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { GROUP_SCHEMA } from '#scim/schema/group.ts';
import { USER_SCHEMA } from '#scim/schema/user.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { PATCH_OP_SCHEMA } from '#scim/resource/sent-schemas.ts';
import {
  bodyWith,
  describedAttributes,
  sample,
  type DescribedAttribute,
  type TypeName,
} from './characteristics.fixture.ts';
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
/** Returns the paths of the attributes that /Schemas declares as unique, such as `emails.value`. */
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
  ['employeeNumberUnique', `${ENTERPRISE_USER_SCHEMA}:employeeNumber`],
  ['groupNameUnique', `${GROUP_SCHEMA}:displayName`],
] as const;

let names = 0;
const base = (type: TypeName): JsonObject => {
  const name = `base${(names += 1)}`;
  return type === 'Group' ? { displayName: name } : { userName: name, emails: [{ value: `${name}@example.com` }] };
};
async function created(type: TypeName): Promise<string> {
  const { status, body } = await server.send('POST', `/${type}s`, base(type));
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}
/** Returns an email address that is not primary. */
const secondary = (mark: string) => ({ value: `${mark}@example.com`, type: 'home' });
/** Returns a value for two resources to share. An address must not be part of the password, which has the same `mark`. */
const sharedValue = ({ definition }: DescribedAttribute, mark: string, id: string): JsonValue =>
  definition.name === 'emails' ? secondary(`home.${mark}`) : sample(definition, mark, id);
/** Returns the value to send. A shared address is sent together with a primary address that is not shared. */
const valueOf = ({ definition }: DescribedAttribute, shared: JsonValue, who: string): JsonValue =>
  definition.name === 'emails' ? [{ value: `${who}${(names += 1)}@example.com`, primary: true }, shared] : shared;

/** Attributes of one resource type, each with its new value. */
type Values = readonly (readonly [DescribedAttribute, JsonValue])[];
/** Writes the resource with this id, or a new resource, and returns the status of the response. */
type Write = (type: TypeName, values: Values, id: string) => Promise<number>;
/** The ways to write values of a user or a group. */
const ways: Readonly<Record<string, Write>> = {
  post: async (type, values) => (await server.send('POST', `/${type}s`, { ...base(type), ...bodyWith(values) })).status,
  put: async (type, values, id) =>
    (await server.send('PUT', `/${type}s/${id}`, { ...base(type), ...bodyWith(values) })).status,
  patch: async (type, values, id) => {
    const Operations = values.map(([{ path }, value]) => ({ op: 'replace', path, value }));
    return (await server.send('PATCH', `/${type}s/${id}`, { schemas: [PATCH_OP_SCHEMA], Operations })).status;
  },
  bulk: async (type, values) => {
    const part = bodyWith(values);
    const Operations = [{ method: 'POST', path: `/${type}s`, bulkId: 'one', data: { ...base(type), ...part } }];
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    return Number((await server.send('POST', '/Bulk', { schemas, Operations })).body.Operations[0].status);
  },
};

const isUnique = ({ definition }: DescribedAttribute): boolean =>
  [definition, ...(definition.subAttributes ?? [])].some(({ uniqueness }) => uniqueness !== 'none');

describeOnSqlite('/Schemas', () => {
  test.for(['strict', 'standard'] as const)(
    'under the %s preset declares an attribute unique if and only if every way to write it refuses a duplicate value',
    async (preset) => {
      await setRules(preset);
      const writable = (await describedAttributes(server)).filter(
        ({ definition }) => definition.mutability !== 'readOnly',
      );
      const wrong: unknown[] = [];
      for (const type of ['User', 'Group'] as const) {
        const own = writable.filter((one) => one.type === type);
        // Sends each unique attribute in a separate request, and all other attributes in one request, which fails if any of them is
        // refused.
        const parts = [...own.filter(isUnique).map((one) => [one]), own.filter((one) => !isUnique(one))];
        const [first, second, member] = [await created(type), await created(type), await created('User')];
        for (const part of parts) {
          for (const [way, write] of Object.entries(ways)) {
            const mark = `${preset}${way}`;
            const values = (who: string) =>
              part.map((one) => [one, valueOf(one, sharedValue(one, mark, member), who)] as const);
            const statuses = [await write(type, values('a'), first), await write(type, values('b'), second)];
            if (Number(statuses[0]) >= 300 || (part.some(isUnique) ? statuses[1] !== 409 : Number(statuses[1]) >= 300))
              wrong.push([type, part.map(({ path }) => path), way, statuses]);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  test.for(['strict', 'standard'] as const)(
    'under the %s preset describes which email address must be unique',
    async (preset) => {
      await setRules(preset);
      const emails = (await describedAttributes(server)).find(({ path }) => path === 'emails');
      const value = emails?.definition.subAttributes?.find(({ name }) => name === 'value');
      expect(value).toMatchObject({ uniqueness: 'none', description: expect.stringContaining('emailUnique') });
      const address = (name: string) => `${preset}-${name}@example.com`;
      const lists = [
        [
          { value: address('a'), type: 'other' },
          { value: address('marked'), type: 'other', primary: true },
        ],
        [
          { value: address('b'), type: 'other' },
          { value: address('work'), type: 'work' },
        ],
        [
          { value: address('first'), type: 'other' },
          { value: address('c'), type: 'home' },
        ],
      ];
      for (const [index, emails] of lists.entries()) {
        const send = (who: string) => server.send('POST', '/Users', { userName: `${preset}${who}${index}`, emails });
        expect((await send('one')).status).toBe(201);
        expect((await send('two')).status).toBe(preset === 'strict' ? 409 : 201);
      }
    },
  );

  test.for(rows)('declares an additional attribute unique if the rule %s is on', async ([rule, path]) => {
    await setRules('standard', { [rule]: true });
    expect(await uniqueAttributes()).toEqual([always, path]);
  });

  test('declares only userName unique under the standard preset, and further attributes under the strict preset', async () => {
    expect(await uniqueAttributes()).toEqual([always]);
    await setRules('strict');
    expect(await uniqueAttributes()).toEqual([always, ...rows.map(([, path]) => path)]);
    const { body } = await server.send('GET', `/Schemas/${ENTERPRISE_USER_SCHEMA}`);
    expect(body.attributes[0]).toMatchObject({ name: 'employeeNumber', uniqueness: 'server' });
  });
});

describe('under the standard preset', () => {
  const email = 'desk@example.com';
  const user = (userName: string) => ({
    userName,
    emails: [{ type: 'work', value: email, primary: true }],
    [ENTERPRISE_USER_SCHEMA]: { employeeNumber: '7' },
  });

  test('users can share an email address and an employeeNumber, and a filter by either value finds all of them', async () => {
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

  test('groups can have the same name, and a filter by the name finds all of them', async () => {
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
