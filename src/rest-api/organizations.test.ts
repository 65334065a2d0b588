import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { updateAdministrator } from '#admins/administrator-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { settingDefinitions, settingNames } from '#organizations/settings.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
const here = () => `/api/organizations/${api.organizationId}`;

beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const refusal = ({ status, body }: RestAnswer) => [status, body?.error_code];
type Method = Parameters<TestRestApi['send']>[0];
const as = (key: string, organizationId?: string) => (method: Method, path: string, body?: unknown) =>
  api.send(method, path, body, {
    'x-api-key': key,
    ...(organizationId !== undefined && { 'x-org-id': organizationId }),
  });

/** Creates an administrator who may create organizations, which only the command line can allow. */
async function creator() {
  const administrator = await api.administratorOf('Administrator With Billing');
  const change = { creates_organizations: 1 } as const;
  await updateAdministrator(api.directory.deps.database, api.organizationId, administrator.id, change);
  return administrator;
}

describe('the default rules of an organization', () => {
  test('apply to integrations that are created later, without a preset, and are recorded', async () => {
    const start = (await api.send('GET', '/api/default-rules')).body;
    expect(start).toEqual({ preset: 'strict', rules: presetRules('strict') });
    const rules = { ...presetRules('standard'), deleteAction: 'suspend' };
    const put = await api.send('PUT', '/api/default-rules', {
      preset: 'standard',
      rules: { deleteAction: 'suspend' },
    });
    expect([put.status, put.body]).toEqual([200, { preset: null, rules }]);
    expect((await api.send('PUT', '/api/default-rules', put.body)).body).toEqual(put.body);
    const [first] = (await api.send('GET', '/api/integrations')).body;
    expect(first.rules).toEqual(presetRules('strict'));
    const create = async (body: object) => (await api.send('POST', '/api/integrations', body)).body.rules;
    expect(await create({ name: 'Okta', rules: { create: false } })).toEqual({ ...rules, create: false });
    expect(await create({ name: 'Keycloak', preset: 'strict' })).toEqual(presetRules('strict'));
    const [event, ...others] = (
      await api.send('POST', '/insights/directory/v1/events', {
        service: 'all',
        start_time: '2020-01-01T00:00:00Z',
        search_term: { event_type: 'default_rules_update' },
      })
    ).body;
    expect(others).toEqual([]);
    expect(event.changes).toContainEqual({ field: 'deleteAction', from: 'delete', to: 'suspend' });
    expect(event.changes).toContainEqual({ field: 'email', from: 'required', to: 'optional' });
  });

  test('reject a rule and a value that do not exist', async () => {
    for (const rules of [{ color: 'blue' }, { email: 'never' }]) {
      expect((await api.send('PUT', '/api/default-rules', { rules })).status).toBe(400);
    }
  });
});

describe('the settings of an organization', () => {
  test('start with their defaults and keep changes, and each change is recorded with the old value', async () => {
    const { settings } = (await api.send('GET', here())).body;
    expect(settings).toMatchObject(
      Object.fromEntries(settingNames.map((name) => [name, settingDefinitions[name].default])),
    );
    const put = await api.send('PUT', here(), { settings: { passwordMinLength: 12, eventRetentionDays: 30 } });
    expect(put.body.settings).toEqual({
      ...settings,
      passwordMinLength: 12,
      passwordPolicy: { ...settings.passwordPolicy, minLength: 12 },
      eventRetentionDays: 30,
    });
    expect((await api.send('PUT', here(), { displayName: 'Renamed' })).body.settings).toEqual(put.body.settings);
    expect((await api.send('GET', here())).body).toEqual({
      _id: api.organizationId,
      id: api.organizationId,
      displayName: 'Renamed',
      settings: put.body.settings,
    });
    const events = await api.send('POST', '/insights/directory/v1/events', {
      service: 'all',
      start_time: '2020-01-01T00:00:00Z',
      search_term: { event_type: 'organization_update' },
    });
    expect(events.body.map((event: { changes: unknown }) => event.changes)).toEqual([
      [
        { field: 'passwordMinLength', from: 8, to: 12 },
        { field: 'eventRetentionDays', from: 90, to: 30 },
      ],
      [{ field: 'displayName', from: 'Entra ID', to: 'Renamed' }],
    ]);
  });

  test('reject the name of a page of the portal, whose address would not open the organization', async () => {
    for (const displayName of ['profile', 'Second-Factor']) {
      const { status, body } = await api.send('PUT', here(), { displayName });
      expect([status, body.error_code]).toEqual([400, 'invalidValue']);
      expect(body.message).toContain(`/portal/${displayName.toLowerCase()} is a page of the portal`);
    }
    const { key } = await creator();
    expect(refusal(await as(key)('POST', '/api/organizations', { name: 'Passkeys' }))).toEqual([400, 'invalidValue']);
    expect((await api.send('PUT', here(), { displayName: 'Profiles' })).status).toBe(200);
    await api.send('PUT', here(), { displayName: 'Renamed' });
  });

  test('keep the values of all changes that are sent at the same time', async () => {
    await Promise.all([
      api.send('PUT', here(), { settings: { passwordNeedsNumber: true } }),
      api.send('PUT', here(), { settings: { passwordNeedsSymbol: true } }),
      api.send('PUT', here(), { settings: { passwordHistory: 5 } }),
    ]);
    const { settings } = (await api.send('GET', here())).body;
    expect(settings).toMatchObject({ passwordNeedsNumber: true, passwordNeedsSymbol: true, passwordHistory: 5 });
  });

  testOnSqlite.for([
    [{ passwordMinLength: 7 }, 'settings.passwordMinLength'],
    [{ passwordMinLength: 65 }, 'settings.passwordMinLength'],
    [{ eventRetentionDays: 0 }, 'settings.eventRetentionDays'],
    [{ requireAdministratorMfa: 'yes' }, 'settings.requireAdministratorMfa'],
    [{ shoes: 'brown' }, 'shoes'],
  ] as const)('such as %j are refused with an error that names the field', async ([settings, field]) => {
    const answer = await api.send('PUT', here(), { settings });
    expect(refusal(answer)).toEqual([400, 'invalidBody']);
    expect(answer.body.details[0].fieldViolationsList[0].field).toBe(field);
  });
});

describeOnSqlite("settings under the legacy directory's names", () => {
  const put = async (settings: unknown) => await api.send('PUT', here(), { settings });
  const read = async () => (await api.send('GET', here())).body.settings;

  test('are all returned, and can be written back as they were read', async () => {
    await put(Object.fromEntries(settingNames.map((name) => [name, settingDefinitions[name].default])));
    const settings = await read();
    expect(settings).toMatchObject({
      passwordPolicy: {
        enableMinLength: true,
        minLength: 8,
        needsLowercase: false,
        needsUppercase: false,
        needsNumeric: false,
        needsSymbolic: false,
        allowUsernameSubstring: false,
        disallowCommonlyUsedPasswords: true,
        disallowSequentialOrRepetitiveChars: true,
        enableMaxHistory: false,
        maxHistory: 0,
        enableMinChangePeriodInDays: false,
        minChangePeriodInDays: 0,
        enablePasswordExpirationInDays: false,
        passwordExpirationInDays: 0,
        enableMaxLoginAttempts: false,
        maxLoginAttempts: 10,
        enableLockoutTimeInSeconds: true,
        lockoutTimeInSeconds: 900,
        enableResetLockoutCounter: true,
        resetLockoutCounterMinutes: 30,
      },
      newSystemUserStateDefaults: {
        manualEntry: 'ACTIVATED',
        csvImport: 'ACTIVATED',
        applicationImport: 'ACTIVATED',
      },
      requireAdminMFA: false,
      systemUsersCanEdit: true,
      userPortal: { idleSessionDurationMinutes: 480 },
      contactName: '',
      contactEmail: '',
    });
    expect((await put(settings)).body.settings).toEqual(settings);
  });

  test.for([
    [{ passwordPolicy: { minLength: 64 } }, { passwordMinLength: 64 }],
    [{ passwordPolicy: { minLength: 8, enableMinLength: true } }, { passwordMinLength: 8 }],
    [{ passwordPolicy: { needsNumeric: true } }, { passwordNeedsNumber: true, passwordMinLength: 8 }],
    [{ passwordPolicy: { disallowCommonlyUsedPasswords: false } }, { passwordCommonAllowed: true }],
    [{ passwordPolicy: { disallowSequentialOrRepetitiveChars: true } }, { passwordCommonAllowed: false }],
    [{ passwordPolicy: { maxHistory: 24 } }, { passwordHistory: 24 }],
    [{ passwordPolicy: { enableMaxHistory: true } }, { passwordHistory: 24 }],
    [{ passwordPolicy: { enableMaxHistory: false, maxHistory: 5 } }, { passwordHistory: 0 }],
    [{ passwordPolicy: { enableMaxHistory: true, maxHistory: 1 } }, { passwordHistory: 1 }],
    [{ passwordPolicy: { maxHistory: 0 } }, { passwordHistory: 0 }],
    [{ passwordPolicy: { enableMaxLoginAttempts: true } }, { accountLockout: true, maxLoginAttempts: 10 }],
    [{ passwordPolicy: { enableMaxLoginAttempts: false } }, { accountLockout: false, maxLoginAttempts: 10 }],
    [{ passwordPolicy: { lockoutTimeInSeconds: 5_400 } }, { lockoutTimeSeconds: 5_400 }],
    [{ passwordPolicy: { lockoutTimeInSeconds: 300 } }, { lockoutTimeSeconds: 300 }],
    [{ newSystemUserStateDefaults: { csvImport: 'STAGED' } }, { defaultStateCsv: 'STAGED' }],
    [{ newSystemUserStateDefaults: { manualEntry: 'STAGED' } }, { defaultStateManual: 'STAGED' }],
    [{ requireAdminMFA: true, requireAdministratorMfa: true }, { requireAdministratorMfa: true }],
    [{ requireAdminMFA: false }, { requireAdministratorMfa: false }],
    [{ systemUsersCanEdit: false }, { portalReadOnly: true }],
    [{ userPortal: { idleSessionDurationMinutes: 129_600 } }, { portalIdleMinutes: 129_600 }],
    [
      { passwordPolicy: {}, contactName: 'Help' },
      { contactName: 'Help', portalReadOnly: true },
    ],
  ] as const)('sent as %j change the settings to %j and change nothing else', async ([sent, expected]) => {
    const before = await read();
    const { status, body } = await put(sent);
    expect([status, body.settings]).toMatchObject([200, expected]);
    const own = (all: Record<string, unknown>) =>
      settingNames.filter((name) => !Object.hasOwn(expected, name)).map((name) => all[name]);
    expect(own(body.settings)).toEqual(own(before));
    expect(await read()).toEqual(body.settings);
  });

  test('can be read, changed under either name, and written back as a whole', async () => {
    const before = await read();
    const policy = { ...before.passwordPolicy, minLength: 14, enableMaxHistory: true, maxHistory: 7 };
    const changed = await put({ ...before, passwordPolicy: policy, systemUsersCanEdit: !before.systemUsersCanEdit });
    expect(changed.status, changed.text).toBe(200);
    expect(changed.body.settings).toMatchObject({
      passwordMinLength: 14,
      passwordHistory: 7,
      portalReadOnly: before.systemUsersCanEdit,
    });
    expect(
      (await put({ ...changed.body.settings, passwordHistory: 0, passwordMinLength: 9 })).body.settings,
    ).toMatchObject({
      passwordPolicy: { enableMaxHistory: false, maxHistory: 0, minLength: 9 },
    });
    expect((await put(before)).body.settings).toEqual(before);
  });

  test.for([
    [{ passwordPolicy: { minLength: 7 } }, 'settings.passwordPolicy.minLength'],
    [{ passwordPolicy: { minLength: 65 } }, 'settings.passwordPolicy.minLength'],
    [{ passwordPolicy: { enableMinLength: false } }, 'settings.passwordPolicy.enableMinLength'],
    [{ passwordPolicy: { maxHistory: 25 } }, 'settings.passwordPolicy.maxHistory'],
    [{ passwordPolicy: { maxHistory: '5' } }, 'settings.passwordPolicy.maxHistory'],
    [{ passwordPolicy: { lockoutTimeInSeconds: 299 } }, 'settings.passwordPolicy.lockoutTimeInSeconds'],
    [{ passwordPolicy: { lockoutTimeInSeconds: 5_401 } }, 'settings.passwordPolicy.lockoutTimeInSeconds'],
    [{ userPortal: { idleSessionDurationMinutes: 0 } }, 'settings.userPortal.idleSessionDurationMinutes'],
    [{ userPortal: { idleSessionDurationMinutes: 129_601 } }, 'settings.userPortal.idleSessionDurationMinutes'],
    [{ newSystemUserStateDefaults: { csvImport: 'SUSPENDED' } }, 'settings.newSystemUserStateDefaults.csvImport'],
    [{ requireAdminMFA: 'yes' }, 'settings.requireAdminMFA'],
    [{ contactEmail: 'ask IT' }, 'settings.contactEmail'],
    [{ contactEmail: 'javascript:alert(1)' }, 'settings.contactEmail'],
    [{ contactEmail: 'it@contoso' }, 'settings.contactEmail'],
    [{ contactEmail: `${'a'.repeat(64)}@${'b.'.repeat(128)}example` }, 'settings.contactEmail'],
    // The old and the new name of one setting, with different values.
    [{ passwordMinLength: 12, passwordPolicy: { minLength: 13 } }, 'settings.passwordPolicy.minLength'],
    [{ passwordHistory: 5, passwordPolicy: { maxHistory: 6 } }, 'settings.passwordPolicy.maxHistory'],
    [{ passwordHistory: 0, passwordPolicy: { enableMaxHistory: true } }, 'settings.passwordHistory'],
    // A setting that is turned on without a valid number.
    [{ passwordPolicy: { enableMaxHistory: true, maxHistory: 0 } }, 'settings.passwordPolicy.maxHistory'],
    [
      { passwordPolicy: { enablePasswordExpirationInDays: true } },
      'settings.passwordPolicy.enablePasswordExpirationInDays',
    ],
  ] as const)(
    'such as %j are refused with an error that names the sent field, and nothing changes',
    async ([sent, field]) => {
      const before = await read();
      const answer = await put({ contactEmail: 'changed@example.com', ...sent });
      expect(refusal(answer)).toEqual([400, 'invalidBody']);
      expect(answer.body.details[0].fieldViolationsList[0].field).toBe(field);
      expect(await read()).toEqual(before);
    },
  );
});

describe('several organizations', () => {
  test('can be created, each with a first administrator, and their creator gets no access to them by default', async () => {
    const created = await api.send('POST', '/api/organizations', {
      name: 'Contoso',
      administratorEmail: 'boss@contoso.example',
    });
    expect(created).toMatchObject({ status: 201, body: { displayName: 'Contoso' } });
    expect((await api.send('PUT', here(), { displayName: 'renamed' })).body.displayName).toBe('renamed');
    // The creator does not work for the new organization unless the request says so.
    expect(refusal(await api.send('GET', `/api/organizations/${created.body.id}`))).toEqual([404, 'notFound']);
    expect((await api.send('GET', '/api/organizations')).body.totalCount).toBe(1);
    const boss = await api.keyOf('Administrator With Billing', created.body.id);
    const admins = (await as(boss)('GET', '/api/users')).body.results;
    expect(admins.map((admin: { email: string }) => admin.email)).toContain('boss@contoso.example');
    expect((await as(boss)('GET', '/api/integrations')).body).toMatchObject([{ name: 'Entra ID' }]);
    expect(refusal(await as(await api.keyOf('Administrator'))('POST', '/api/organizations', { name: 'x' }))[0]).toBe(
      403,
    );
  });

  testOnSqlite(
    'can share an administrator only if a caller who may manage administrators in both creates the link',
    async () => {
      const { id, key } = await creator();
      const owner = as(key);
      const { id: other } = (await owner('POST', '/api/organizations', { name: 'Fabrikam', linked: true })).body;
      const here1 = as(key, api.organizationId);
      const friend = await api.administratorOf('Read Only');
      const link = `/api/users/${friend.id}/organizationlinks/${other}`;
      // The caller of `api.send` does not work for Fabrikam, but the owner does.
      expect(refusal(await api.send('PUT', link, { role: 'Read Only' }))).toEqual([404, 'notFound']);
      expect(refusal(await here1('PUT', link, { role: 'King' }))).toEqual([400, 'invalidValue']);
      expect((await here1('PUT', link, { role: 'help desk' })).body).toEqual({
        organizationId: other,
        role: 'Help Desk',
      });
      expect(
        refusal(await here1('PUT', `/api/users/${id}/organizationlinks/${api.organizationId}`, { role: 'Read Only' })),
      ).toEqual([409, 'conflict']);

      const there = as(key, other);
      const links = (await there('GET', '/api/administratorlinks')).body;
      expect(links).toMatchObject(
        [
          { administratorId: id, role: 'Administrator With Billing', organizationId: api.organizationId },
          { administratorId: friend.id, role: 'Help Desk' },
        ].toSorted(
          (one, two) =>
            links.findIndex((l: { administratorId: string }) => l.administratorId === one.administratorId) -
            links.findIndex((l: { administratorId: string }) => l.administratorId === two.administratorId),
        ),
      );
      expect((await as(friend.key, other)('GET', '/api/systemusers')).status).toBe(200);
      expect((await as(friend.key, other)('GET', '/api/users')).status).toBe(403);
      // Either organization can end the link.
      expect((await there('DELETE', `/api/administratorlinks/${friend.id}`)).status).toBe(204);
      expect(refusal(await there('DELETE', `/api/administratorlinks/${friend.id}`))).toEqual([404, 'notFound']);
      expect(refusal(await as(friend.key, other)('GET', '/api/systemusers'))).toEqual([404, 'notFound']);
      expect((await as(friend.key)('GET', '/api/systemusers')).status).toBe(200);
      const seen = await there('POST', '/insights/directory/v1/events', {
        service: 'all',
        start_time: '2020-01-01T00:00:00Z',
        search_term: { event_type: 'admin_update' },
      });
      expect(seen.body.map((event: { changes: unknown[] }) => event.changes[0])).toMatchObject([
        { field: 'administratorlinks', to: 'Help Desk' },
        { field: 'administratorlinks', to: null },
      ]);
    },
  );

  testOnSqlite('require a valid x-org-id header, with a documented error for each invalid use', async () => {
    const { key } = await creator();
    const { id: other } = (await as(key)('POST', '/api/organizations', { name: 'Northwind', linked: true })).body;
    const get = (path: string, organizationId?: string) => as(key, organizationId)('GET', path);
    expect(refusal(await get('/api/users'))).toEqual([401, 'organizationUnclear']);
    expect(refusal(await get('/api/users', 'x'))).toEqual([400, 'organizationMismatch']);
    expect(refusal(await get('/api/users', '0'.repeat(24)))).toEqual([404, 'notFound']);
    expect(refusal(await get(`/api/organizations/${other}`, api.organizationId))).toEqual([
      400,
      'organizationMismatch',
    ]);
    expect(refusal(await get('/api/organizations', other))).toEqual([403, 'organizationUnsupported']);
    expect((await get(`/api/organizations/${other}`, other.toUpperCase())).status).toBe(200);
    const names = (await get('/api/organizations?sort=-displayName')).body.results.map(
      (one: { displayName: string }) => one.displayName,
    );
    expect(names).toEqual(['renamed', 'Northwind']);
  });
});
