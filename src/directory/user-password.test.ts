import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateSettings, findSettings } from '#organizations/organization-store.ts';
import { withSetting } from '#organizations/settings.ts';
import { anyVersion, directory, eventsOf, newUser, openDirectoryForTests, patch } from './directory.fixture.ts';
import { verifyPassword } from './password-hash.ts';
import { findPasswordHash } from './user-store.ts';
import { patchUser, replaceUser } from './users.ts';

const refused = { code: 'passwordPolicy' };
const good = 'correct horse battery staple';

beforeAll(openDirectoryForTests);
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

async function set(name: string, value: string): Promise<void> {
  const { organizationId } = directory.caller.origin;
  const { database } = directory.deps;
  await updateSettings(
    database,
    organizationId,
    withSetting(await findSettings(database, organizationId), name, value),
  );
}

describe('the password policy of the organization', () => {
  test('applies to new users', async () => {
    await expect(newUser({ password: 'short' })).rejects.toMatchObject(refused);
    await expect(newUser({ userName: 'bernadette', password: 'i am Bernadette' })).rejects.toMatchObject(refused);
    const emails = [{ value: 'bernadette@contoso.example' }];
    await expect(newUser({ userName: 'b1', emails, password: 'i am Bernadette' })).rejects.toMatchObject(refused);
    const user = await newUser({ password: good });
    expect(user.passwordPending).toBe(false);
    const hash = await findPasswordHash(directory.deps.database, user.organizationId, user.id);
    expect(await verifyPassword(good, hash ?? '')).toBe(true);
  });

  test('applies to PUT and PATCH, also with regard to the new userName, and a rejected request changes nothing', async () => {
    const user = await newUser({ userName: 'charlotte', title: 'Engineer' });
    const document = { userName: 'philippa', password: 'i am Philippa' };
    const put = replaceUser(directory.deps, directory.caller, user.id, { document, ignored: [], ...anyVersion });
    await expect(put).rejects.toMatchObject(refused);
    const renamed = patch(user.id, { op: 'replace', value: { userName: 'philippa', password: 'i am Philippa' } });
    await expect(renamed).rejects.toMatchObject(refused);
    await expect(patch(user.id, { op: 'add', path: 'password', value: 'password1' })).rejects.toMatchObject(refused);
    expect(await eventsOf(user.id)).toEqual(['user_create']);
    const changed = await patch(user.id, { op: 'add', path: 'password', value: 'i am Philippa' });
    expect(changed).toMatchObject({ version: 2, passwordPending: false, userName: 'charlotte' });
  });

  test('does not apply if the current password is sent again', async () => {
    const user = await newUser({ password: good });
    await set('passwordNeedsNumber', 'on');
    expect((await patch(user.id, { op: 'replace', path: 'password', value: good })).version).toBe(1);
    await expect(patch(user.id, { op: 'replace', path: 'password', value: `${good}!` })).rejects.toMatchObject(refused);
    expect((await patch(user.id, { op: 'replace', path: 'password', value: `${good} 4` })).version).toBe(2);
    expect((await patch(user.id, { op: 'replace', path: 'title', value: 'Engineer' })).version).toBe(3);
    await set('passwordNeedsNumber', 'off');
  });

  test('does not apply to other organizations', async () => {
    await set('passwordMinLength', '64');
    const stranger = await directory.newCaller('Stranger');
    expect((await newUser({ password: good }, stranger)).passwordPending).toBe(false);
    await expect(newUser({ password: good })).rejects.toMatchObject(refused);
    await set('passwordMinLength', '8');
  });

  test('is not checked for an unknown user, who is reported as not found', async () => {
    const operations = { operations: [], ignored: [], ...anyVersion };
    await expect(patchUser(directory.deps, directory.caller, 'nobody', operations)).rejects.toMatchObject({
      code: 'resourceNotFound',
    });
    await expect(patch('nobody', { op: 'replace', path: 'password', value: 'short' })).rejects.toMatchObject({
      code: 'resourceNotFound',
    });
  });
});
