import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestAccounts, OTHER_PASSWORD, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { LOCKOUT_NOTICES_PER_HOUR_MAX } from './lockout-notices.ts';
import { unlockExpiredLocks } from './lockout.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { createSystemUser } from '#directory/system-users.ts';
import { insertMail } from '#mail/outbox-store.ts';
import { updateSettings, findSettings } from '#organizations/organization-store.ts';
import { directoryCaller } from '#directory/directory-caller.ts';

const MINUTE_MS = 60_000;
const WRONG = 'not the password at all';

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
  await accounts.set({
    accountLockout: true,
    maxLoginAttempts: 3,
    lockoutTimeSeconds: 900,
    resetLockoutCounterMinutes: 30,
  });
});
afterAll(() => accounts[Symbol.asyncDispose]());

const failed = { code: 401, error_code: 'signInFailed' };
const advance = (ms: number) => accounts.api.directory.clock.advance(ms);
const newUser = (name: string, more: object = {}) => accounts.newUser(name, { password: PASSWORD, ...more });
/** Makes sequential attempts with a wrong password. */
async function fail(name: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) expect((await accounts.signIn(name, WRONG)).body).toMatchObject(failed);
  // Resets the limit of the network, which these tests do not cover.
  advance(MINUTE_MS);
}
const statusOf = async (id: string) => {
  const { passwordStatus, account_locked, badLoginAttempts } = await accounts.shown(id);
  return [passwordStatus, account_locked, badLoginAttempts];
};
const scimActive = async (id: string) => (await accounts.api.send('GET', `/scim/v2/Users/${id}`)).body.active;

describe('signing in', () => {
  testOnSqlite(
    'is refused with the same message after the same time, whatever is wrong with the account or password',
    async () => {
      await newUser('known');
      await newUser('suspended', { state: 'SUSPENDED' });
      await newUser('staged', { state: 'STAGED' });
      await accounts.newUser('pending');
      const attempts = [
        ['nobody', PASSWORD],
        ['known', WRONG],
        ['suspended', PASSWORD],
        ['staged', PASSWORD],
        ['pending', PASSWORD],
        ['pending', 'nobody has this password'],
      ] as const;
      const texts = new Set<string>();
      for (const [name, password] of attempts) {
        const begun = accounts.api.minimumResponseTimeCount();
        const { status, body } = await accounts.signIn(name, password);
        expect(accounts.api.minimumResponseTimeCount()).toBe(begun + 1);
        texts.add(JSON.stringify({ status, ...body, request_id: undefined }));
      }
      expect(texts.size).toBe(1);
      const [only] = texts;
      expect(only).toContain('signInFailed');
    },
  );

  test('works with the username or the email address, in any letter case, and records an event', async () => {
    const id = await newUser('anyname');
    for (const login of ['anyname', 'ANYNAME', 'AnyName@Example.com']) {
      const { status, body } = await accounts.postAnonymously('/api/portal/sign-in', {
        email: login,
        password: PASSWORD,
      });
      expect(status).toBe(200);
      expect(body.account).toMatchObject({ id, kind: 'user' });
    }
    expect(await accounts.eventsOf(id)).toEqual([
      'user_create',
      ...Array.from({ length: 3 }, () => 'user_login_attempt'),
    ]);
  });

  test('to one of two organizations does not count as a failure in the other', async () => {
    const { deps, newCaller } = accounts.api.directory;
    const stranger = directoryCaller((await newCaller('Other organization')).origin);
    await createSystemUser(
      deps,
      stranger,
      { username: 'twin', email: 'twin@example.com', password: OTHER_PASSWORD },
      {
        defaultState: 'ACTIVATED',
        creationSource: 'tanhua:api',
      },
    );
    const id = await newUser('twin');
    for (let time = 0; time < 4; time += 1) {
      expect((await accounts.signIn('twin', OTHER_PASSWORD)).body.account.organization).toBe(
        stranger.origin.organizationId,
      );
    }
    expect(await statusOf(id)).toEqual(['Active', false, 0]);
    expect((await accounts.signIn('twin')).body.account.organization).toBe(accounts.api.organizationId);
    const wanted = { organization: accounts.api.organizationId };
    expect((await accounts.signIn('twin', OTHER_PASSWORD, wanted)).body).toMatchObject(failed);
  });
});

describe('the lockout', () => {
  test('starts with the third wrong password, not with the second, and then refuses the right password', async () => {
    const id = await newUser('clumsy');
    await fail('clumsy', 2);
    expect(await statusOf(id)).toEqual(['Active', false, 2]);
    expect((await accounts.signIn('clumsy')).status).toBe(200);
    expect(await statusOf(id)).toEqual(['Active', false, 0]);
    await fail('clumsy', 3);
    expect(await statusOf(id)).toEqual(['Locked', true, 3]);
    // A locked user is still active.
    expect(await scimActive(id)).toBe(true);
    expect((await accounts.signIn('clumsy')).body).toMatchObject(failed);
    const events = await accounts.eventsOf(id);
    expect(events.filter((type) => type === 'user_lockout')).toHaveLength(1);
  });

  test('counts concurrent attempts', async () => {
    const id = await newUser('hammered');
    await Promise.all(Array.from({ length: 8 }, () => accounts.signIn('hammered', WRONG)));
    expect(await statusOf(id)).toEqual(['Locked', true, 3]);
    advance(MINUTE_MS);
  });

  test('sends an email to the user and to each administrator who can unlock users and has accepted the invitation', async () => {
    const { database, clock } = accounts.api.directory.deps;
    const { organizationId } = accounts.api;
    for (const [email, role, passwordHash] of [
      ['helper@example.com', 'Help Desk', 'accepted'],
      ['invited@example.com', 'Help Desk', null],
      ['reader@example.com', 'Read Only', 'accepted'],
    ] as const) {
      await insertAdministrator(database, clock, { organizationId, email, name: 'Hal', role, passwordHash });
    }
    await newUser('noticed');
    await fail('noticed', 5);
    const notices = (await accounts.api.mails())
      .filter(({ kind, text }) => kind.startsWith('lockout_notice') && text.includes('account noticed '))
      .toSorted((one, other) => one.recipient.localeCompare(other.recipient));
    expect(notices.map(({ kind, recipient }) => [recipient, kind])).toEqual([
      ['helper@example.com', 'lockout_notice_admin'],
      ['noticed@example.com', 'lockout_notice_user'],
    ]);
    const [administrator, user] = notices;
    expect(user?.text).toMatch(
      /Your account noticed .* locked .*\(from 127\.0\.0\.1\)\. You can sign in again from .* UTC/,
    );
    expect(administrator?.text).toMatch(
      /^Hello Hal\n\nThe account noticed .* locked .*\(from 127\.0\.0\.1\)\. Its owner can/,
    );
  });

  test('records mail_skipped if no administrator who can unlock users can receive email', async () => {
    const { database } = accounts.api.directory.deps;
    const helpers = database.updateTable('administrators').where('email', 'like', 'helper@%');
    await helpers.set({ email: 'helper@localhost' }).execute();
    const id = await newUser('unheard');
    await fail('unheard', 3);
    await helpers.set({ email: 'helper@example.com' }).execute();
    expect(await accounts.eventsOf(id)).toContain('mail_skipped');
    expect((await accounts.api.mails()).map(({ recipient }) => recipient)).not.toContain('helper@localhost');
  });

  testOnSqlite('sends administrators no further emails after the maximum per hour', async () => {
    const { database, clock } = accounts.api.directory.deps;
    advance(61 * MINUTE_MS);
    const { organizationId } = accounts.api;
    const expiresAt = new Date(clock.now().getTime() + MINUTE_MS);
    for (let count = 0; count < LOCKOUT_NOTICES_PER_HOUR_MAX; count += 1) {
      const notice = { kind: 'lockout_notice_admin', recipient: 'many@example.com', targetId: null } as const;
      await insertMail(database, clock, { ...notice, organizationId, subject: '', body: '', expiresAt });
    }
    const before = await database.selectFrom('mails').select('id').execute();
    await newUser('oneofmany');
    await fail('oneofmany', 3);
    expect(await database.selectFrom('mails').select('id').execute()).toHaveLength(before.length + 1);
    await database.deleteFrom('mails').where('body', '=', '').execute();
  });

  test('ends at the exact millisecond, is not prolonged by further attempts, and resets the count', async () => {
    const id = await newUser('patient');
    for (let time = 0; time < 3; time += 1) await accounts.signIn('patient', WRONG);
    advance(10 * MINUTE_MS);
    await accounts.signIn('patient', WRONG);
    advance(5 * MINUTE_MS - 1);
    expect((await accounts.signIn('patient')).status).toBe(401);
    advance(1);
    expect((await accounts.signIn('patient', WRONG)).status).toBe(401);
    expect(await statusOf(id)).toEqual(['Active', false, 1]);
    expect((await accounts.signIn('patient')).status).toBe(200);
  });

  test('is cleared by unlockExpiredLocks() once it has expired, even without a sign-in, and one event is recorded', async () => {
    const id = await newUser('absent');
    await fail('absent', 3);
    const deps = accounts.api.services.accounts;
    advance(13 * MINUTE_MS);
    await unlockExpiredLocks(deps);
    expect(await statusOf(id)).toEqual(['Locked', true, 3]);
    advance(MINUTE_MS);
    await unlockExpiredLocks(deps);
    await unlockExpiredLocks(deps);
    expect(await statusOf(id)).toEqual(['Active', false, 0]);
    expect((await accounts.eventsOf(id)).filter((type) => type === 'user_unlocked')).toHaveLength(1);
  });

  testOnSqlite('does not count wrong passwords from more than half an hour ago', async () => {
    const id = await newUser('slow');
    await accounts.signIn('slow', WRONG);
    await accounts.signIn('slow', WRONG);
    advance(30 * MINUTE_MS + 1);
    await accounts.signIn('slow', WRONG);
    expect(await statusOf(id)).toEqual(['Active', false, 1]);
    await accounts.signIn('slow', WRONG);
    advance(30 * MINUTE_MS);
    await accounts.signIn('slow', WRONG);
    expect(await statusOf(id)).toEqual(['Locked', true, 3]);
  });

  test('is lifted by an administrator, but an expired password stays expired; a new password ends both', async () => {
    const id = await newUser('helped');
    await fail('helped', 3);
    await accounts.api.send('POST', `/api/systemusers/${id}/expire`);
    expect((await accounts.api.send('POST', `/api/systemusers/${id}/unlock`)).body).toMatchObject({
      account_locked: false,
      passwordStatus: 'Expired',
    });
    expect((await accounts.signIn('helped')).body).toMatchObject({ error_code: 'passwordExpired' });
    expect(await scimActive(id)).toBe(false);
    const token = await accounts.sendLink(id);
    await fail('helped', 3);
    expect((await accounts.postAnonymously('/api/portal/reset', { token, password: OTHER_PASSWORD })).status).toBe(200);
    expect(await statusOf(id)).toEqual(['Active', false, 0]);
    expect(await scimActive(id)).toBe(true);
    expect((await accounts.signIn('helped', OTHER_PASSWORD)).status).toBe(200);
  });

  testOnSqlite('counts wrong passwords that a signed-in user sends to confirm a change', async () => {
    const id = await newUser('hijacked');
    const send = await accounts.signedIn('hijacked');
    for (let time = 0; time < 3; time += 1) {
      const sent = { currentPassword: WRONG, newPassword: OTHER_PASSWORD };
      expect((await send('POST', '/api/portal/password', sent)).body).toMatchObject(failed);
    }
    expect(await statusOf(id)).toEqual(['Locked', true, 3]);
    const right = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    expect((await send('POST', '/api/portal/password', right)).body).toMatchObject(failed);
    advance(MINUTE_MS);
  });

  testOnSqlite('does not lock users if maxLoginAttempts is 0', async () => {
    const { deps } = accounts.api.directory;
    const before = await findSettings(deps.database, accounts.api.organizationId);
    await accounts.set({ maxLoginAttempts: 0 });
    const id = await newUser('unlimited');
    await fail('unlimited', 5);
    expect(await statusOf(id)).toEqual(['Active', false, 5]);
    await updateSettings(deps.database, accounts.api.organizationId, before);
  });

  testOnSqlite('applies to administrators, who can sign in again after the lockout time', async () => {
    await accounts.api.send('POST', '/api/users', { email: 'boss@example.com', roleName: 'Manager' });
    const { token } = await accounts.newestMail('boss@example.com');
    await accounts.postAnonymously('/api/auth/activate', { token, password: PASSWORD });
    const signIn = (password: string) =>
      accounts.postAnonymously('/api/auth/sign-in', { email: 'boss@example.com', password });
    for (let time = 0; time < 3; time += 1) await signIn(WRONG);
    expect((await signIn(PASSWORD)).body).toMatchObject(failed);
    advance(15 * MINUTE_MS);
    expect((await signIn(PASSWORD)).status).toBe(200);
  });
});
