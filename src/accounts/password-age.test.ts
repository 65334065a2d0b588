import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestAccounts, OTHER_PASSWORD, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { maintain } from './maintenance.ts';

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());
beforeEach(async () => {
  await accounts.set({
    passwordExpirationDays: 0,
    passwordWarningDays: 7,
    passwordHistory: 0,
    passwordMinAgeDays: 0,
    portalIdleMinutes: 129_600,
  });
});

const advance = (ms: number) => accounts.api.directory.clock.advance(ms);
const run = () => maintain(accounts.api.services.accounts);
const newUser = (name: string, more: object = {}) => accounts.newUser(name, { password: PASSWORD, ...more });
const active = async (id: string) => (await accounts.api.send('GET', `/scim/v2/Users/${id}`)).body.active;
const kindsTo = async (name: string) =>
  (await accounts.api.mails()).filter(({ recipient }) => recipient === `${name}@example.com`).map(({ kind }) => kind);
const change = async (name: string, current: string, next: string) => {
  const send = await accounts.signedIn(name, current);
  return await send('POST', '/api/portal/password', { currentPassword: current, newPassword: next });
};

describe('the expiry of a password', () => {
  test('takes effect to the millisecond after one warning, and a new password ends it, in both SCIM and REST', async () => {
    await accounts.set({ passwordExpirationDays: 30 });
    const id = await newUser('aging');
    advance(23 * DAY_MS - 1);
    await run();
    expect(await kindsTo('aging')).toEqual([]);
    advance(1);
    // If maintenance stops early because the program ends, the next run sends the warning.
    await maintain(accounts.api.services.accounts, () => true);
    expect(await kindsTo('aging')).toEqual([]);
    await run();
    await run();
    expect(await kindsTo('aging')).toEqual(['password_expiration_warning']);
    const warning = await accounts.newestMail('aging@example.com');
    expect(warning.text).toContain('expires in 7 days');
    advance(7 * DAY_MS - 1);
    await run();
    expect(await accounts.shown(id)).toMatchObject({ passwordStatus: 'Active', active: true });
    expect((await accounts.signIn('aging')).status).toBe(200);
    advance(1);
    // Maintenance has not marked the password as expired yet.
    expect((await accounts.signIn('aging')).body).toMatchObject({ error_code: 'passwordExpired' });
    await run();
    await run();
    expect(await accounts.shown(id)).toMatchObject({
      passwordStatus: 'Expired',
      password_expired: true,
      active: false,
    });
    expect(await active(id)).toBe(false);
    expect((await kindsTo('aging')).toSorted()).toEqual(['password_expiration', 'password_expiration_warning']);
    const { token } = (await accounts.api.mails()).find(({ kind }) => kind === 'password_expiration') ?? { token: '' };
    expect((await accounts.postAnonymously('/api/portal/reset', { token, password: OTHER_PASSWORD })).status).toBe(200);
    expect(await accounts.shown(id)).toMatchObject({ passwordStatus: 'Active', active: true });
    expect(await active(id)).toBe(true);
    expect((await accounts.signIn('aging', OTHER_PASSWORD)).status).toBe(200);
    const events = await accounts.eventsOf(id);
    expect(events.filter((type) => type === 'user_password_expired')).toHaveLength(1);
  });

  testOnSqlite('does not affect a user with password_never_expires until that field is set to false', async () => {
    const forever = await newUser('forever', { password_never_expires: true });
    await accounts.set({ passwordExpirationDays: 10 });
    advance(11 * DAY_MS);
    await run();
    expect(await accounts.shown(forever)).toMatchObject({ passwordStatus: 'Active', password_expiration_date: null });
    expect((await accounts.signIn('forever')).status).toBe(200);
    expect(await kindsTo('forever')).toEqual([]);
    await accounts.put(forever, { password_never_expires: false });
    await run();
    expect(await accounts.shown(forever)).toMatchObject({ passwordStatus: 'Expired' });
  });

  testOnSqlite(
    'causes a warning that says "1 day" for 1 warning day, no warning for 0 days, and none on the day when the password was set',
    async () => {
      await accounts.set({ passwordExpirationDays: 3, passwordWarningDays: 1 });
      await newUser('singular');
      advance(2 * DAY_MS);
      await run();
      expect((await accounts.newestMail('singular@example.com')).text).toContain('expires in 1 day.');
      await accounts.set({ passwordExpirationDays: 3, passwordWarningDays: 0 });
      await newUser('unwarned');
      advance(3 * DAY_MS - 1);
      await run();
      expect(await kindsTo('unwarned')).toEqual([]);
      await accounts.set({ passwordExpirationDays: 3, passwordWarningDays: 90 });
      await newUser('today');
      await run();
      expect(await kindsTo('today')).toEqual([]);
    },
  );

  testOnSqlite('sends no email to a suspended user', async () => {
    await accounts.set({ passwordExpirationDays: 10 });
    const id = await newUser('absent', { state: 'SUSPENDED' });
    advance(4 * DAY_MS);
    await run();
    advance(7 * DAY_MS);
    await run();
    expect(await accounts.shown(id)).toMatchObject({ password_expired: true });
    expect(await kindsTo('absent')).toEqual([]);
  });
});

describe('a password change', () => {
  test('keeps the current session open, ends all others, and sends an email', async () => {
    const id = await newUser('changer');
    const [here, there] = [await accounts.signedIn('changer'), await accounts.signedIn('changer')];
    const body = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    expect((await here('POST', '/api/portal/password', body)).status).toBe(204);
    expect((await here('GET', '/api/portal/session')).status).toBe(200);
    expect((await there('GET', '/api/portal/session')).status).toBe(401);
    expect(await kindsTo('changer')).toEqual(['password_reset_confirmation']);
    expect(await accounts.eventsOf(id)).toContain('user_password_change');
  });

  testOnSqlite(
    'by an administrator or by the source ends all sessions and sends an email, unless it sets the first password',
    async () => {
      const id = await newUser('overruled');
      const send = await accounts.signedIn('overruled');
      await accounts.put(id, { password: OTHER_PASSWORD });
      expect((await send('GET', '/api/portal/session')).status).toBe(401);
      expect(await kindsTo('overruled')).toEqual(['password_reset_confirmation']);
      const pushed = await accounts.newPushedUser('synced');
      const operations = (value: string) => ({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'password', value }],
      });
      for (const value of [PASSWORD, OTHER_PASSWORD]) {
        const patched = await accounts.api.send('PATCH', `/scim/v2/Users/${pushed}`, operations(value), {
          'x-api-key': accounts.api.key,
          'content-type': 'application/scim+json',
        });
        expect(patched.status, patched.text).toBeLessThan(300);
      }
      expect((await accounts.signIn('synced', OTHER_PASSWORD)).status).toBe(200);
      expect(await kindsTo('synced')).toEqual(['password_reset_confirmation']);
    },
  );

  testOnSqlite('is refused if the source manages the password, and the portal shows that', async () => {
    const id = await accounts.newPushedUser('elsewhere');
    const operations = { password: PASSWORD };
    await accounts.put(id, operations);
    const send = await accounts.signedIn('elsewhere');
    await accounts.set({ externalPasswordAuthority: 'scim' });
    await accounts.put(id, {
      externally_managed: true,
      restrictedFields: [{ field: 'password', id: '', type: 'scim' }],
    });
    expect((await send('GET', '/api/portal/me')).body).toMatchObject({ passwordStatus: 'Managed by the source' });
    const body = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    expect((await send('POST', '/api/portal/password', body)).body).toMatchObject({ error_code: 'passwordManaged' });
    await accounts.set({ externalPasswordAuthority: 'none' });
  });

  testOnSqlite(
    'is refused before the password reaches the minimum age, but a reset by email or by an administrator is not',
    async () => {
      await accounts.set({ passwordMinAgeDays: 2 });
      const id = await newUser('eager');
      advance(2 * DAY_MS - 1);
      expect((await change('eager', PASSWORD, OTHER_PASSWORD)).body).toMatchObject({
        error_code: 'passwordPolicy',
        message: expect.stringContaining('can be changed again from'),
      });
      advance(1);
      expect((await change('eager', PASSWORD, OTHER_PASSWORD)).status).toBe(204);
      const token = await accounts.sendLink(id);
      expect((await accounts.postAnonymously('/api/portal/reset', { token, password: PASSWORD })).status).toBe(200);
      expect((await accounts.put(id, { password: OTHER_PASSWORD })).status).toBe(200);
    },
  );

  testOnSqlite.each([1, 3, 24])(
    'is refused if it reuses one of the last %i passwords, but not if it reuses the one before them',
    async (history) => {
      const name = `repeater${history}`;
      const id = await newUser(name);
      const passwords = Array.from({ length: history + 1 }, (_, index) => `${PASSWORD} number ${index}`);
      for (const password of passwords) await accounts.put(id, { password });
      await accounts.set({ passwordHistory: history });
      const [before, oldest] = passwords;
      const newest = passwords.at(-1) ?? '';
      const refused = { error_code: 'passwordPolicy', message: expect.stringContaining('must not be') };
      expect((await change(name, newest, newest)).body).toMatchObject(refused);
      if (history > 1) expect((await change(name, newest, oldest ?? '')).body).toMatchObject(refused);
      const token = await accounts.sendLink(id);
      expect((await accounts.postAnonymously('/api/portal/reset', { token, password: newest })).body).toMatchObject(
        refused,
      );
      expect((await change(name, newest, before ?? '')).status).toBe(204);
    },
  );

  testOnSqlite('through SCIM /Me follows the same rules for age and history', async () => {
    await accounts.set({ passwordHistory: 2, passwordMinAgeDays: 1 });
    const userId = await newUser('scimmer');
    const { database, clock } = accounts.api.directory.deps;
    const key = newApiKey();
    const { organizationId } = accounts.api;
    await insertApiKey(database, clock, {
      organizationId,
      owner: { kind: 'user', userId },
      name: 'own',
      key,
      expiresAt: null,
    });
    const patch = async (value: string) => {
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
      const body = { schemas, Operations: [{ op: 'replace', path: 'password', value }] };
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' };
      return (await accounts.api.send('PATCH', '/scim/v2/Me', body, headers)).status;
    };
    // Sending the current password changes nothing.
    expect(await patch(PASSWORD)).toBeLessThan(300);
    expect(await patch(OTHER_PASSWORD)).toBe(400);
    advance(DAY_MS);
    expect(await patch(OTHER_PASSWORD)).toBeLessThan(300);
    expect(await kindsTo('scimmer')).toEqual(['password_reset_confirmation']);
    advance(DAY_MS);
    expect(await patch(PASSWORD)).toBe(400);
  });
});
