import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { DAY_MS } from '#base/clock.ts';
import { insertAdministrator } from './administrator-store.ts';
import { isWellFormedKey, newApiKey, shownPrefix } from './api-key.ts';
import { findKeyByHash, insertApiKey, listApiKeys, markRevoked } from './api-key-store.ts';
import { hashApiKey } from './api-key.ts';
import { authenticate, LAST_USED_PRECISION_MS, requireScim, StaleKeyError } from './authenticate.ts';
import { roles, type Role } from './roles.ts';

test('keys have a prefix and a checksum', () => {
  const key = newApiKey();
  expect(key).toMatch(/^tnh_[\w-]{49}$/);
  expect(isWellFormedKey(key)).toBe(true);
  expect(isWellFormedKey(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).toBe(false);
  expect(isWellFormedKey(key.replace('tnh_', 'abc_'))).toBe(false);
  expect(shownPrefix(key)).toHaveLength(10);
});

describe('credentials', () => {
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
  const check = (key: string | undefined) => authenticate(directory.deps.database, directory.clock, key);

  test('no key, an unknown one, a cut one', async () => {
    await expect(check(undefined)).rejects.toMatchObject({ code: 'keyMissing' });
    await expect(check('')).rejects.toMatchObject({ code: 'keyMissing' });
    await expect(check(newApiKey())).rejects.toMatchObject({
      code: 'keyUnknown',
      message: expect.stringContaining('none of this directory'),
    });
    await expect(check('tnh_cut')).rejects.toMatchObject({
      code: 'keyUnknown',
      message: expect.stringContaining('mistyped'),
    });
  });

  test('a token works until it expires', async () => {
    const { key } = await integrationToken(new Date(directory.clock.now().getTime() + DAY_MS));
    expect(await check(key)).toEqual({ keyId: expect.any(String), organizationId, integrationId, administrator: null });
    directory.clock.advance(DAY_MS - 1);
    await expect(check(key)).resolves.toBeDefined();
    directory.clock.advance(1);
    await expect(check(key)).rejects.toMatchObject({ code: 'keyExpired' });
    await expect(check(key)).rejects.toBeInstanceOf(StaleKeyError);
  });

  test('a token works until it is revoked', async () => {
    const { id, key } = await integrationToken(null);
    await check(key);
    const { database, clock } = directory.deps;
    expect(await markRevoked(database, 'another organization', id, clock.now())).toBe(false);
    await check(key);
    expect(await markRevoked(database, organizationId, id, clock.now())).toBe(true);
    expect(await markRevoked(database, organizationId, id, clock.now())).toBe(false);
    await expect(check(key)).rejects.toMatchObject({ code: 'keyRevoked' });
  });

  test('last use is written once a minute', async () => {
    const { key } = await integrationToken(null);
    const lastUsed = async () => (await findKeyByHash(directory.deps.database, hashApiKey(key)))?.lastUsedAt;
    const first = directory.clock.now().getTime();
    await check(key);
    expect(await lastUsed()).toBe(first);
    directory.clock.advance(LAST_USED_PRECISION_MS - 1);
    await check(key);
    expect(await lastUsed()).toBe(first);
    directory.clock.advance(1);
    await check(key);
    expect(await lastUsed()).toBe(first + LAST_USED_PRECISION_MS);
  });

  test.for(Object.keys(roles) as Role[])('the key of a %s drives SCIM by its role', async (role) => {
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
    const attempt = () => requireScim(principal);
    if (allowed) expect(attempt).not.toThrow();
    else
      expect(attempt).toThrow(
        expect.objectContaining({ code: 'roleForbidden', message: expect.stringContaining(role) }),
      );
    // A suspended administrator's keys do nothing.
    await database.updateTable('administrators').set({ suspended: 1 }).where('id', '=', administrator.id).execute();
    await expect(check(key)).rejects.toMatchObject({ code: 'keyRevoked' });
  });

  test('lists show the owner, and never the key', async () => {
    const keys = await listApiKeys(directory.deps.database, organizationId);
    expect(keys.map((key) => key.owner)).toEqual(expect.arrayContaining(['Entra ID', 'Manager@localhost']));
    expect(JSON.stringify(keys)).not.toMatch(/tnh_[\w-]{20}/);
    expect(await listApiKeys(directory.deps.database, 'another organization')).toEqual([]);
  });

  test('a key without an owner is refused by the database', async () => {
    const { database, clock } = directory.deps;
    const owner = { kind: 'integration', integrationId: null } as unknown as {
      kind: 'integration';
      integrationId: string;
    };
    await expect(
      insertApiKey(database, clock, { organizationId, owner, name: 'x', key: 'y', expiresAt: null }),
    ).rejects.toThrow(/CHECK/);
  });
});
