import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { DAY_MS } from '#base/clock.ts';
import { restoreUser } from '#directory/trash.ts';
import { purgeUser } from '#directory/user-store.ts';
import { deleteUser } from '#directory/delete-user.ts';
import { createUser } from '#directory/users.ts';
import { insertAdministrator } from './administrator-store.ts';
import { isWellFormedKey, newApiKey, shownPrefix } from './api-key.ts';
import { findKeyByHash, insertApiKey, listApiKeys, markRevoked } from './api-key-store.ts';
import type { KeyOwner } from './key-record.ts';
import { authenticate, requireAccess, StaleKeyError } from './authenticate.ts';
import { roles, type Role } from './roles.ts';

test('a key has a prefix and a checksum, and a wrong prefix or checksum is detected', () => {
  const key = newApiKey();
  expect(key).toMatch(/^tnh_[\w-]{49}$/);
  expect(isWellFormedKey(key)).toBe(true);
  expect(isWellFormedKey(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).toBe(false);
  expect(isWellFormedKey(key.replace('tnh_', 'abc_'))).toBe(false);
  expect(shownPrefix(key)).toHaveLength(10);
});

describe('API keys', () => {
  let directory: TestDirectory;
  let organizationId: string;
  let integrationId: string;

  beforeAll(async () => {
    directory = await openTestDirectory();
    organizationId = directory.caller.origin.organizationId;
    integrationId = directory.caller.origin.integration?.id ?? '';
  });
  afterAll(async () => {
    await directory[Symbol.asyncDispose]();
  });

  const integrationToken = async (expiresAt: Date | null) => {
    const key = newApiKey();
    const { database, clock } = directory.deps;
    const owner = { kind: 'integration', integrationId } as const;
    const id = await insertApiKey(database, clock, { organizationId, owner, name: 'token', key, expiresAt });
    return { id, key };
  };
  const check = (key: string | undefined) =>
    authenticate(directory.clock, (hash) => findKeyByHash(directory.deps.database, hash), { key });

  test('are refused if they are missing, unknown or cut off', async () => {
    await expect(check(undefined)).rejects.toMatchObject({ code: 'keyMissing' });
    await expect(check('')).rejects.toMatchObject({ code: 'keyMissing' });
    await expect(check(newApiKey())).rejects.toMatchObject({
      code: 'keyUnknown',
      message: expect.stringContaining('does not belong to this directory'),
    });
    await expect(check('tnh_cut')).rejects.toMatchObject({
      code: 'keyUnknown',
      message: expect.stringContaining('mistyped'),
    });
  });

  test('of an integration work until they expire', async () => {
    const { key } = await integrationToken(new Date(directory.clock.now().getTime() + DAY_MS));
    const owner = { administrator: null, user: null };
    expect(await check(key)).toEqual({
      keyId: expect.any(String),
      credential: 'key',
      authMethods: [],
      lastUsedAt: null,
      expiresAt: expect.any(Number),
      generation: 0,
      signedInAt: null,
      scopes: null,
      allowedIps: null,
      organizationId,
      integrationId,
      ...owner,
    });
    directory.clock.advance(DAY_MS - 1);
    await expect(check(key)).resolves.toBeDefined();
    directory.clock.advance(1);
    await expect(check(key)).rejects.toMatchObject({ code: 'keyExpired' });
    await expect(check(key)).rejects.toBeInstanceOf(StaleKeyError);
  });

  test('of an integration work until they are revoked', async () => {
    const { id, key } = await integrationToken(null);
    await check(key);
    const { database, clock } = directory.deps;
    expect(await markRevoked(database, 'another organization', id, clock.now())).toBe(false);
    await check(key);
    expect(await markRevoked(database, organizationId, id, clock.now())).toBe(true);
    expect(await markRevoked(database, organizationId, id, clock.now())).toBe(false);
    await expect(check(key)).rejects.toMatchObject({ code: 'keyRevoked' });
  });

  test.for(Object.keys(roles) as Role[])(
    'of an administrator with the role %s allow SCIM only if that role does',
    async (role) => {
      const { database, clock } = directory.deps;
      const administrator = await insertAdministrator(database, clock, {
        organizationId,
        email: `${role.replaceAll(' ', '.')}@localhost`,
        name: role,
        role,
        passwordHash: null,
      });
      const key = newApiKey();
      const owner = { kind: 'administrator', administratorId: administrator.id, integrationId: null } as const;
      await insertApiKey(database, clock, { organizationId, owner, name: role, key, expiresAt: null });
      const principal = await check(key);
      expect(principal.administrator).toMatchObject({ role });
      const allowed = ['Administrator With Billing', 'Administrator', 'Manager'].includes(role);
      const attempt = () => requireAccess(principal, { openToUsers: false, permission: 'scim' });
      if (allowed) expect(attempt).not.toThrow();
      else
        expect(attempt).toThrow(
          expect.objectContaining({ code: 'roleForbidden', message: expect.stringContaining(role) }),
        );
      // The keys of a suspended administrator are refused.
      await database.updateTable('administrators').set({ suspended: 1 }).where('id', '=', administrator.id).execute();
      await expect(check(key)).rejects.toMatchObject({ code: 'keyRevoked' });
    },
  );

  test('are listed with their owner, but without the secret value', async () => {
    const keys = await listApiKeys(directory.deps.database, organizationId);
    expect(keys.map((key) => key.owner)).toEqual(expect.arrayContaining(['Entra ID', 'Manager@localhost']));
    expect(JSON.stringify(keys)).not.toMatch(/tnh_[\w-]{20}/);
    expect(await listApiKeys(directory.deps.database, 'another organization')).toEqual([]);
  });

  test('of a user work only while the user is active, and are deleted when the user is purged', async () => {
    const { deps, caller } = directory;
    const { database, clock } = deps;
    const user = await createUser(deps, caller, { document: { userName: 'grace' }, ignored: [] });
    const key = newApiKey();
    const draft = { organizationId, name: 'token', key, expiresAt: null };
    await insertApiKey(database, clock, { ...draft, owner: { kind: 'user', userId: user.id } });
    const principal = await check(key);
    expect(principal).toMatchObject({ integrationId, administrator: null, user: { id: user.id, name: 'grace' } });
    expect(() => requireAccess(principal, { openToUsers: true, permission: 'scim' })).not.toThrow();
    expect(() => requireAccess(principal, { openToUsers: false, permission: 'scim' })).toThrow(
      expect.objectContaining({ code: 'roleForbidden' }),
    );
    const listed = await listApiKeys(database, organizationId);
    expect(listed.find(({ kind }) => kind === 'user')).toMatchObject({ kind: 'user', owner: 'grace', role: null });

    const setState = (state: 'STAGED' | 'ACTIVATED' | 'SUSPENDED') =>
      database.updateTable('users').set({ state }).where('id', '=', user.id).execute();
    for (const [state, reason] of [
      ['STAGED', 'not activated yet'],
      ['SUSPENDED', 'suspended'],
    ] as const) {
      await setState(state);
      const message = expect.stringContaining(reason);
      await expect(check(key)).rejects.toMatchObject({ code: 'userInactive', message });
      await expect(check(key)).rejects.toBeInstanceOf(StaleKeyError);
    }
    await setState('ACTIVATED');
    await check(key);
    await deleteUser(deps, caller, user.id, { expectedVersion: undefined });
    await expect(check(key)).rejects.toMatchObject({
      code: 'userInactive',
      message: expect.stringContaining('deleted'),
    });
    await restoreUser(deps, caller.origin, user.id);
    await check(key);
    await purgeUser(database, user);
    await expect(check(key)).rejects.toMatchObject({ code: 'keyUnknown' });
  });

  test('without an owner are refused by the database', async () => {
    const { database, clock } = directory.deps;
    for (const owner of [
      { kind: 'integration', integrationId: null },
      { kind: 'administrator', administratorId: null, integrationId: null },
      { kind: 'user', userId: null },
    ] as unknown as readonly KeyOwner[]) {
      const draft = { organizationId, owner, name: 'x', key: 'y', expiresAt: null };
      await expect(insertApiKey(database, clock, draft)).rejects.toThrow(/check/i);
    }
  });
});
