import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestAccounts, OTHER_PASSWORD, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { maintain } from './maintenance.ts';
import { findOneTimeToken } from '#admins/one-time-token-store.ts';
import { hashApiKey } from '#admins/api-key.ts';
import { consumeLink, ACTIVATION_LINK_DAYS, LINK_INTERVAL_MS, RESET_LINK_HOURS } from './account-links.ts';

const HOUR_MS = 3_600_000;

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

const activate = (token: string, password = PASSWORD) =>
  accounts.postAnonymously('/api/portal/activate', { token, password });
const look = (token: string) => accounts.postAnonymously('/api/portal/link', { token });
const voidLink = { code: 400, error_code: 'tokenUsed' };

describe('an activation link', () => {
  test('sets a password only once, even if five requests use it concurrently', async () => {
    const id = await accounts.newUser('once');
    const token = await accounts.sendLink(id);
    const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => activate(token, `${PASSWORD} ${index}`)));
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 400, 400, 400, 400,
    ]);
    expect((await activate(token)).body).toMatchObject(voidLink);
    expect(await accounts.eventsOf(id)).toEqual(['user_create', 'user_activation_email', 'user_password_set']);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await accounts.signIn('once', `${PASSWORD} ${winner}`)).status).toBe(200);
    expect(await accounts.shown(id)).toMatchObject({ activated: true, passwordStatus: 'Active' });
  });

  testOnSqlite('shows its recipient and the password rules any number of times before it is used', async () => {
    const token = await accounts.sendLink(await accounts.newUser('looker', { firstname: 'Lou' }));
    for (let time = 0; time < 3; time += 1) {
      expect((await look(token)).body).toMatchObject({
        username: 'looker',
        firstName: 'Lou',
        purpose: 'activation',
        passwordRules: [
          { rule: 'minLength', must: 'have at least 8 characters' },
          { rule: 'userName' },
          { rule: 'common' },
        ],
      });
    }
    expect((await activate(token)).status).toBe(200);
    expect((await look(token)).body).toMatchObject(voidLink);
  });

  testOnSqlite('still works after a refused password, and the error has no hint for administrators', async () => {
    const token = await accounts.sendLink(await accounts.newUser('tryer'));
    const refused = await activate(token, 'vq7-xk');
    expect(refused.body).toMatchObject({ code: 400, message: 'The password must have at least 8 characters.' });
    expect((await activate(token, 'i am tryer indeed')).body).toMatchObject({ error_code: 'passwordPolicy' });
    expect((await activate(token)).status).toBe(200);
  });

  testOnSqlite.each([
    ['works until a millisecond before 7 days have passed', ACTIVATION_LINK_DAYS * DAY_MS - 1, 200],
    ['does not work once 7 days have passed', ACTIVATION_LINK_DAYS * DAY_MS, 400],
  ])('%s', async (_, ms, status) => {
    const token = await accounts.sendLink(await accounts.newUser(`days-${status}`));
    accounts.api.directory.clock.advance(ms);
    expect((await activate(token)).status).toBe(status);
  });

  test('is void once a newer link is sent, and its email is canceled if that is still in the outbox', async () => {
    const id = await accounts.newUser('twice');
    const first = await accounts.sendLink(id);
    const second = await accounts.sendLink(id);
    expect((await look(first)).body).toMatchObject(voidLink);
    expect((await look(second)).status).toBe(200);
    const mails = (await accounts.api.send('GET', '/api/mail/outbox')).body.filter(
      (mail: { recipient: string }) => mail.recipient === 'twice@example.com',
    );
    expect(mails.map((mail: { state: string }) => mail.state)).toEqual(['waiting', 'cancelled']);
    expect(mails[1].error).toContain('newer');
  });

  test('reports that it was replaced, not used, if a newer link is sent while its form is submitted', async () => {
    const id = await accounts.newUser('crossing');
    const { deps, clock } = accounts.api.directory;
    const link = await findOneTimeToken(deps.database, hashApiKey(await accounts.sendLink(id)), clock.now());
    if (link === undefined) throw new Error('The link does not work');
    await accounts.sendLink(id);
    const consumed = consumeLink(accounts.api.services.accounts, deps.database, link);
    await expect(consumed).rejects.toThrow('This link was replaced: a newer one was sent.');
  });

  test('reports for 30 days after its expiry that it has expired', async () => {
    const token = await accounts.sendLink(await accounts.newUser('late'));
    const { clock } = accounts.api.directory;
    const messageAfter = async (ms: number) => {
      clock.advance(ms);
      await maintain(accounts.api.services.accounts);
      return (await look(token)).body.message;
    };
    expect(await messageAfter((ACTIVATION_LINK_DAYS + 30) * DAY_MS)).toBe('This link has expired.');
    expect(await messageAfter(1)).toContain('A part of the link is missing');
  });

  test('is the only one that works after several links were sent concurrently', async () => {
    const id = await accounts.newUser('double');
    const models = [{ _id: id }];
    await Promise.all(
      Array.from({ length: 3 }, () => accounts.api.send('POST', '/api/systemusers/reactivate', { models })),
    );
    const tokens = (await accounts.api.mails()).flatMap((mail) =>
      mail.recipient === 'double@example.com' ? [mail.token] : [],
    );
    const looks = await Promise.all(tokens.map(look));
    expect(looks.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  testOnSqlite.each([
    ['the address', async (id: string) => await accounts.put(id, { email: 'moved@example.com' })],
    ['the alternate address', async (id: string) => await accounts.put(id, { alternateEmail: 'home@example.com' })],
    ['the password', async (id: string) => await accounts.put(id, { password: OTHER_PASSWORD })],
    [
      'the state, even if it changes back',
      async (id: string) => {
        await accounts.put(id, { state: 'SUSPENDED' });
        await accounts.put(id, { state: 'ACTIVATED' });
      },
    ],
  ])('is void after a change to %s', async (what, change) => {
    const id = await accounts.newUser(`changed${what.length}`);
    const token = await accounts.sendLink(id);
    await accounts.put(id, { jobTitle: 'Engineer' });
    expect((await look(token)).status).toBe(200);
    await change(id);
    // The message must not refer to a newer email, since none was sent.
    const message = expect.stringContaining('the account was changed after it was sent');
    expect((await activate(token)).body).toMatchObject({ ...voidLink, message });
  });

  testOnSqlite(
    'does not work for a suspended or deleted user, and is not sent to a suspended or staged user',
    async () => {
      const id = await accounts.newUser('leaver');
      const token = await accounts.sendLink(id);
      await accounts.put(id, { state: 'SUSPENDED' });
      expect((await activate(token)).body).toMatchObject(voidLink);
      const resend = { models: [{ _id: id }] };
      const refused = await accounts.api.send('POST', '/api/systemusers/reactivate', resend);
      expect(refused.body).toMatchObject({ error_code: 'stateTransition' });
      const staged = await accounts.newUser('stager', { state: 'STAGED' });
      const both = await accounts.api.send('POST', '/api/systemusers/reactivate', {
        models: [{ _id: staged }, { _id: await accounts.newUser('eligible') }],
      });
      expect(both.body).toMatchObject({ sent: [expect.any(String)], skipped: [{ id: staged }] });
      const gone = await accounts.newUser('goner');
      const left = await accounts.sendLink(gone);
      await accounts.api.send('DELETE', `/api/systemusers/${gone}`);
      expect((await activate(left)).body).toMatchObject(voidLink);
    },
  );

  testOnSqlite(
    'is not sent to a user whose password the source manages, and an earlier link does not work',
    async () => {
      const id = await accounts.newPushedUser('managed');
      const token = await accounts.sendLink(id);
      await accounts.set({ externalPasswordAuthority: 'scim' });
      expect((await look(token)).body).toMatchObject({ error_code: 'passwordManaged' });
      expect((await activate(token)).body).toMatchObject({ error_code: 'passwordManaged' });
      const sent = (await accounts.api.mails()).length;
      await accounts.postAnonymously('/api/portal/forgot', { email: 'managed@example.com' });
      expect(await accounts.api.mails()).toHaveLength(sent);
      await accounts.set({ externalPasswordAuthority: 'none' });
    },
  );

  testOnSqlite('is not stored in plain text', async () => {
    const id = await accounts.newUser('secretive');
    const token = await accounts.sendLink(id);
    const { database } = accounts.api.directory.deps;
    for (const table of ['one_time_tokens', 'mails', 'events', 'users'] as const) {
      expect(JSON.stringify(await database.selectFrom(table).selectAll().execute())).not.toContain(token);
    }
  });
});

describe('a forgotten-password request', () => {
  const forgot = (email: string) => accounts.postAnonymously('/api/portal/forgot', { email });
  const mailsTo = async (address: string) =>
    (await accounts.api.mails()).filter(({ recipient }) => recipient === address).map(({ kind }) => kind);

  testOnSqlite('gets the same response, after the same time, for a known and an unknown address', async () => {
    await accounts.newUser('forgetful', { password: PASSWORD });
    const answerTo = async (email: string) => {
      const begun = accounts.api.minimumResponseTimeCount();
      const { status, text } = await forgot(email);
      expect(accounts.api.minimumResponseTimeCount()).toBe(begun + 1);
      return { status, text };
    };
    const [known, unknown] = [await answerTo('forgetful@example.com'), await answerTo('nobody@example.com')];
    expect(known).toEqual(unknown);
    expect(known.status).toBe(202);
    expect(await mailsTo('forgetful@example.com')).toEqual(['user_change_password']);
    expect(await mailsTo('nobody@example.com')).toEqual([]);
  });

  test('sends no link within a minute of the last one, so that a client cannot fill a mailbox or keep voiding links', async () => {
    await accounts.newUser('spammed', { password: PASSWORD });
    await forgot('spammed@example.com');
    const { token } = await accounts.newestMail('spammed@example.com');
    accounts.api.directory.clock.advance(LINK_INTERVAL_MS - 1);
    await forgot('spammed@example.com');
    expect((await look(token)).body).toMatchObject({ purpose: 'reset' });
    accounts.api.directory.clock.advance(1);
    await forgot('SPAMMED@example.com');
    expect(await mailsTo('spammed@example.com')).toHaveLength(2);
    expect((await look(token)).body).toMatchObject(voidLink);
  });

  testOnSqlite('resends the activation email to the alternate address if the user never had a password', async () => {
    await accounts.newUser('beginner', { alternateEmail: 'beginner@home.example' });
    await forgot('beginner@example.com');
    expect(await mailsTo('beginner@home.example')).toEqual(['activate_user_custom']);
  });

  testOnSqlite('sends nothing to a suspended or staged user', async () => {
    await accounts.newUser('suspendee', { state: 'SUSPENDED', password: PASSWORD });
    await accounts.newUser('stagee', { state: 'STAGED', password: PASSWORD });
    for (const name of ['suspendee', 'stagee']) {
      expect((await forgot(`${name}@example.com`)).status).toBe(202);
      expect(await mailsTo(`${name}@example.com`)).toEqual([]);
    }
  });

  test('sends a link that works for 24 hours; a password set with it ends all sessions and sends an email', async () => {
    await accounts.newUser('resetter', { password: PASSWORD });
    const session = await accounts.signedIn('resetter');
    await forgot('resetter@example.com');
    const { token } = await accounts.newestMail('resetter@example.com');
    accounts.api.directory.clock.advance(RESET_LINK_HOURS * HOUR_MS - 1);
    expect((await accounts.postAnonymously('/api/portal/reset', { token, password: OTHER_PASSWORD })).status).toBe(200);
    expect((await session('GET', '/api/portal/session')).status).toBe(401);
    expect((await accounts.newestMail('resetter@example.com')).kind).toBe('password_reset_confirmation');
    expect((await accounts.signIn('resetter')).status).toBe(401);
    expect((await accounts.signIn('resetter', OTHER_PASSWORD)).status).toBe(200);
    accounts.api.directory.clock.advance(1);
    await forgot('resetter@example.com');
    const next = (await accounts.newestMail('resetter@example.com')).token;
    accounts.api.directory.clock.advance(RESET_LINK_HOURS * HOUR_MS);
    expect(
      (await accounts.postAnonymously('/api/portal/reset', { token: next, password: PASSWORD })).body,
    ).toMatchObject(voidLink);
  });
});

test.for([
  ['is suspended', { suspended: true }],
  ['gets another address', { email: 'elsewhere@example.com' }],
] as const)(
  'canceling a waiting email that contains a link records an event if the user %s, but not if a newer link is sent',
  async ([, change]) => {
    const name = `waiting${Object.keys(change)[0]}`;
    const id = await accounts.newUser(name);
    await accounts.sendLink(id);
    await accounts.sendLink(id);
    expect(await accounts.eventsOf(id)).not.toContain('mail_cancelled');
    expect((await accounts.put(id, change)).status).toBe(200);
    expect((await accounts.eventsOf(id)).filter((type) => type === 'mail_cancelled')).toHaveLength(1);
  },
);

test('forgotten-password requests for an administrator without a mailbox record at most one event per day', async () => {
  const { api } = accounts;
  const { database, clock } = api.directory.deps;
  const { organizationId } = api;
  const added = { organizationId, email: 'root@localhost', name: 'Root', role: 'Manager', passwordHash: null } as const;
  const { id } = await insertAdministrator(database, clock, added);
  const skipped = async () =>
    (await listEvents(database, { organizationId, target: id, type: 'mail_skipped', limit: 9 })).length;
  const forgot = () => accounts.page('POST', '/console/forgot', { email: 'root@localhost' });
  await forgot();
  api.directory.clock.advance(DAY_MS);
  await forgot();
  expect(await skipped()).toBe(1);
  api.directory.clock.advance(1);
  await forgot();
  expect(await skipped()).toBe(2);
});

describe('the invitation link of an administrator', () => {
  test('sets the first password only once, and is void after a change of address or a suspension', async () => {
    const invite = async (email: string) => {
      const created = await accounts.api.send('POST', '/api/users', { email, roleName: 'Manager', firstname: 'Max' });
      expect(created.status, created.text).toBeLessThan(300);
      return { id: created.body._id ?? created.body.id, token: (await accounts.newestMail(email)).token };
    };
    const use = (token: string) => accounts.postAnonymously('/api/auth/activate', { token, password: PASSWORD });
    const first = await invite('max@example.com');
    expect((await use(first.token)).status).toBe(200);
    expect((await use(first.token)).body).toMatchObject(voidLink);
    const signedIn = await accounts.postAnonymously('/api/auth/sign-in', {
      email: 'max@example.com',
      password: PASSWORD,
    });
    expect(signedIn.status, signedIn.text).toBe(200);
    const moved = await invite('moving@example.com');
    await accounts.api.send('PUT', `/api/users/${moved.id}`, { email: 'moved-admin@example.com' });
    expect((await use(moved.token)).body).toMatchObject(voidLink);
    const suspended = await invite('off@example.com');
    await accounts.api.send('PUT', `/api/users/${suspended.id}`, { suspended: true });
    await accounts.api.send('PUT', `/api/users/${suspended.id}`, { suspended: false });
    expect((await use(suspended.token)).body).toMatchObject(voidLink);
  });
});
