import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listIntegrations } from '#integrations/integration-store.ts';
import { presetRules, ruleDefinitions, ruleValues, type RuleName, type Rules } from '#integrations/rules.ts';
import { findSettings, updateSettings } from '#organizations/organization-store.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let api: TestRestApi;
let integrationId: string;
beforeAll(async () => {
  api = await openTestRestApi();
  const { database } = api.directory.deps;
  integrationId = (await listIntegrations(database, api.organizationId))[0]?.id ?? '';
  const settings = await findSettings(database, api.organizationId);
  await updateSettings(database, api.organizationId, { ...settings, requestLog: 'all' });
});
afterAll(() => api[Symbol.asyncDispose]());

let nextName = 0;
const newName = () => `user${(nextName += 1)}`;
const user = (name: string, rest: object = {}) => ({
  userName: name,
  emails: [{ type: 'work', primary: true, value: `${name.split('@', 1)[0]}@contoso.example` }],
  ...rest,
});
const create = async (rest: object = {}) => await api.send('POST', '/scim/v2/Users', user(newName(), rest));
const createGroup = async (rest: object = {}) =>
  await api.send('POST', '/scim/v2/Groups', { displayName: newName(), ...rest });
const withoutEmail = async () => {
  const { emails: _, ...rest } = user(`${newName()}@contoso.example`);
  return await api.send('POST', '/scim/v2/Users', rest);
};
const twice = async (send: (body: object) => Promise<RestAnswer>, body: () => object) => {
  const same = body();
  await send(same);
  return await send(same);
};
const createdId = async () => String((await create()).body.id);

/** Changes a group that belongs to no integration. */
async function changeUnowned(): Promise<RestAnswer> {
  const { body } = await createGroup();
  const { database } = api.directory.deps;
  await database.updateTable('groups').set({ integration_id: null }).where('id', '=', body.id).execute();
  return await api.send('PUT', `/scim/v2/Groups/${body.id}`, { displayName: body.displayName });
}

async function changeSharedEmail(): Promise<RestAnswer> {
  const email = `${newName()}@contoso.example`;
  return await twice(create, () => ({ emails: [{ type: 'work', primary: true, value: email }] }));
}

async function changeSharedNumber(): Promise<RestAnswer> {
  const number = newName();
  return await twice(create, () => ({ [ENTERPRISE]: { employeeNumber: number } }));
}

/** A value of a rule with a request, and whether the rule is one of those that decided it. Other rules can be set for the request. */
type Case = readonly [
  value: string | boolean,
  isKept: boolean,
  send: () => Promise<RestAnswer>,
  others?: Partial<Rules>,
];

/** Every rule with each of its values. A rule that only lets a request pass did not decide it. */
const cases: Readonly<Record<RuleName, readonly Case[]>> = {
  userName: [
    ['username', true, async () => await api.send('POST', '/scim/v2/Users', user(`${newName()}@contoso.example`))],
    ['any', true, async () => await api.send('POST', '/scim/v2/Users', user(`${newName()}@contoso.example`))],
    ['any', false, create],
  ],
  email: [
    ['required', true, withoutEmail, { userName: 'any' }],
    ['optional', true, withoutEmail, { userName: 'any' }],
    ['optional', false, create],
  ],
  emailFormat: [
    [true, true, async () => await create({ emails: [{ type: 'work', primary: true, value: 'none' }] })],
    [false, true, async () => await create({ emails: [{ type: 'work', primary: true, value: 'none' }] })],
    [false, false, create],
  ],
  emailUnique: [
    [true, true, changeSharedEmail],
    [false, false, changeSharedEmail],
  ],
  employeeNumberUnique: [
    [true, true, changeSharedNumber],
    [false, false, changeSharedNumber],
  ],
  groupNameUnique: [
    [true, true, async () => await twice(createGroup, () => ({ displayName: newName() }))],
    [false, false, async () => await twice(createGroup, () => ({ displayName: newName() }))],
  ],
  unknownAttributes: [
    ['ignore', true, async () => await create({ shoeSize: 44 })],
    ['ignore', true, async () => await createGroup({ shoeSize: 44 })],
    [
      'ignore',
      true,
      async () => await api.send('PUT', `/scim/v2/Users/${await createdId()}`, user(newName(), { x: 1 })),
    ],
    ['ignore', false, create],
    ['reject', true, async () => await create({ shoeSize: 44 })],
  ],
  schemas: [
    ['any', false, create],
    ['patch', true, async () => await patchWithoutSchemas()],
    ['required', true, create],
  ],
  inactiveOnCreate: [
    ['refuse', true, async () => await create({ active: false })],
    ['suspend', true, async () => await create({ active: false })],
    ['suspend', false, create],
  ],
  create: [
    [true, false, create],
    [false, true, create],
  ],
  update: [
    [true, false, async () => await patchWithoutSchemas()],
    [false, true, async () => await patchWithoutSchemas()],
  ],
  delete: [
    [true, false, async () => await api.send('DELETE', `/scim/v2/Users/${await createdId()}`)],
    [false, true, async () => await api.send('DELETE', `/scim/v2/Users/${await createdId()}`)],
  ],
  deleteAction: [
    ['delete', true, async () => await api.send('DELETE', `/scim/v2/Users/${await createdId()}`)],
    ['suspend', true, async () => await api.send('DELETE', `/scim/v2/Users/${await createdId()}`)],
  ],
  adopt: [
    ['never', true, changeUnowned],
    ['unmanaged', true, changeUnowned],
    ['any', true, changeUnowned],
    ['any', false, createGroup],
  ],
  groups: [
    [true, false, createGroup],
    [false, true, createGroup],
    [false, true, async () => await api.send('GET', '/scim/v2/Groups')],
    [false, true, async () => await api.send('GET', '/scim/v2/Groups/unknown')],
    [false, false, async () => await api.send('GET', '/scim/v2/Users')],
  ],
  unknownMembers: [
    ['refuse', true, async () => await createGroup({ members: [{ value: newName() }] })],
    ['defer', true, async () => await createGroup({ members: [{ value: newName() }] })],
    ['defer', false, createGroup],
  ],
  manager: [
    [true, false, async () => await create({ [ENTERPRISE]: { manager: { value: await createdId() } } })],
    [false, true, async () => await create({ [ENTERPRISE]: { manager: { value: await createdId() } } })],
    [false, true, async () => await create({ manager: await createdId() })],
    [false, true, async () => await patchPath(`${ENTERPRISE}:manager.value`)],
    [false, true, async () => await patchPath('manager[value eq "1"].displayName')],
    [false, true, async () => await patchPath(`${ENTERPRISE}.manager`)],
    [false, false, async () => await patchPath('lineManager')],
    [false, false, create],
  ],
  activationMail: [
    ['never', true, create],
    ['onCreate', true, create],
    ['onActivate', true, create],
    ['onActivate', true, async () => await activate()],
    ['onActivate', false, async () => await create({ active: false }), { inactiveOnCreate: 'suspend' }],
    ['onCreate', false, async () => await api.send('PUT', `/scim/v2/Users/${await createdId()}`, user(newName()))],
  ],
  newUserState: [
    ['ACTIVATED', false, create],
    ['STAGED', true, create],
  ],
};

async function patchPath(path: string): Promise<RestAnswer> {
  return await api.send('PATCH', `/scim/v2/Users/${await createdId()}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path, value: 'x' }],
  });
}

async function patchWithoutSchemas(): Promise<RestAnswer> {
  return await api.send('PATCH', `/scim/v2/Users/${await createdId()}`, {
    Operations: [{ op: 'replace', path: 'title', value: newName() }],
  });
}

/** Activates a user who was created suspended. */
async function activate(): Promise<RestAnswer> {
  await setRules({ inactiveOnCreate: 'suspend' });
  const { body } = await create({ active: false });
  return await api.send('PATCH', `/scim/v2/Users/${body.id}`, {
    Operations: [{ op: 'replace', path: 'active', value: true }],
  });
}

async function setRules(rules: Partial<Rules>): Promise<void> {
  const { status, text } = await api.send('PUT', `/api/integrations/${integrationId}`, { rules });
  expect(status, text).toBe(200);
}

const all = Object.entries(cases).flatMap(([name, list]) =>
  list.map(([value, isKept, send, others], index) => ({ name: name as RuleName, value, isKept, send, others, index })),
);

describe('the rules that decided a request', () => {
  test('are tested with each rule and each of its values', () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(ruleDefinitions).toSorted());
    const onOff = (value: string | boolean) => (typeof value === 'string' ? value : value ? 'on' : 'off');
    for (const [name, list] of Object.entries(cases)) {
      const values = new Set(list.map(([value]) => onOff(value)));
      expect(values, name).toEqual(new Set(ruleValues(name as RuleName)));
      expect(
        list.some(([, isKept]) => isKept),
        name,
      ).toBe(true);
    }
  });

  test.for(all)('have $name=$value: $isKept ($index)', async ({ name, value, isKept, send, others }) => {
    const strict = presetRules('strict');
    const rules = { ...strict, ...others, [name]: value };
    await setRules(rules);
    const { headers, text } = await send();
    await setRules(strict);
    const { body } = await api.send('GET', `/api/requests/${String(headers['x-request-id'])}`);
    const kept: readonly { readonly name: string }[] = body.content.rules;
    expect(
      kept.filter((rule) => rule.name === name),
      `${text} ${JSON.stringify(kept)}`,
    ).toMatchObject(
      isKept ? [{ name, value, valueNow: strict[name], description: ruleDefinitions[name].description }] : [],
    );
    if (body.outcome !== 'accepted' || body.method === 'GET') return;
    // A replay names the same rules.
    await setRules(rules);
    const replay = await api.send('POST', `/api/requests/${body.id}/replay`);
    await setRules(strict);
    if (replay.body.evaluation?.decision !== body.content.effect) return;
    const named = (list: readonly { readonly name: string }[]) => list.map((rule) => rule.name);
    expect(named(replay.body.evaluation.rules)).toEqual(named(kept));
  });
});

test('no rule decides about an activation email if the source manages the password', async () => {
  const { database } = api.directory.deps;
  const settings = await findSettings(database, api.organizationId);
  await updateSettings(database, api.organizationId, { ...settings, externalPasswordAuthority: 'scim' });
  const { headers } = await create();
  await updateSettings(database, api.organizationId, settings);
  const { body } = await api.send('GET', `/api/requests/${String(headers['x-request-id'])}`);
  expect(body).toMatchObject({ outcome: 'accepted', content: { rules: [] } });
});

test('a request of an earlier version shows the single rule that it has', async () => {
  const { headers } = await api.send('DELETE', `/scim/v2/Users/${await createdId()}`);
  const id = String(headers['x-request-id']);
  const { database } = api.directory.deps;
  const { detail } = await database
    .selectFrom('requests')
    .select('detail')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const {
    rules: [rule],
    ...rest
  } = JSON.parse(detail ?? '{}');
  await database
    .updateTable('requests')
    .set({ detail: JSON.stringify({ ...rest, rule }) })
    .where('id', '=', id)
    .execute();
  const { body } = await api.send('GET', `/api/requests/${id}`);
  expect(body.content.rules).toMatchObject([{ name: 'deleteAction', value: 'delete' }]);
});
