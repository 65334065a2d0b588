import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RestAnswer, TestRestApi } from '../rest-api/rest-api.fixture.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { createApiKey, rotateApiKey } from '#admins/api-keys.ts';
import type { KeyOwner } from '#admins/key-record.ts';
import { listEvents } from '#audit/event-store.ts';
import { eventTypes } from '#audit/event-types.ts';
import { openTestAccounts, OTHER_PASSWORD, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { openAuthenticator } from './authenticator.fixture.ts';
import { mailedEvents, mailsAbout, notices, securityEvents } from './security-notices.fixture.ts';

/**
 * Checks who gets an email about a change, and which sessions stay open: for every change of an address, a password, a factor, a
 * passkey or an SSH key, through every interface.
 */

const STEP_MS = 30_000;

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

type Send = TestRestApi['send'];

/** A user with a password, and two sessions. */
interface Person {
  readonly id: string;
  readonly name: string;
  /** The session in which the user makes changes. */
  readonly send: Send;
  /** A second session: of the user on another device, or of a thief. */
  readonly other: Send;
}

interface Change {
  /** Sets up what the user has before the change, in the user's own session. */
  readonly prepare?: (person: Person) => Promise<unknown>;
  readonly run: (person: Person, prepared: unknown) => Promise<RestAnswer>;
  /** The kind of the email to the previous address; undefined if no email is sent there. */
  readonly mail: string | undefined;
  /** Which sessions stay open. */
  readonly kept: 'all' | 'own' | 'none';
  /** The owner of the user; the integration by default. */
  readonly owner?: 'administrator';
}

const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: accounts.api.directory.clock.now().getTime() });

async function setUpApp({ send }: Person): Promise<RestAnswer & { readonly secret: string }> {
  const { secret } = (await send('POST', '/api/portal/totp', { password: PASSWORD })).body;
  const answer = await send('PUT', '/api/portal/totp', { code: codeOf(secret) });
  accounts.api.directory.clock.advance(STEP_MS);
  return { ...answer, secret };
}

async function addPasskey({ send }: Person): Promise<RestAnswer> {
  const { state, options } = (await send('POST', '/api/portal/passkeys/options', { password: PASSWORD })).body;
  const response = openAuthenticator('http://localhost:8080').register(options.challenge);
  return await send('POST', '/api/portal/passkeys', { state, name: 'Phone', response });
}

async function newKey(owner: KeyOwner): Promise<string> {
  const { database, clock } = accounts.api.directory.deps;
  const { organizationId } = accounts.api;
  const key = newApiKey();
  await insertApiKey(database, clock, { organizationId, owner, name: 'test', key, expiresAt: null });
  return key;
}

let scimKey: string;
beforeAll(async () => {
  const integrationId = accounts.api.directory.caller.origin.integration?.id ?? '';
  scimKey = await newKey({ kind: 'integration', integrationId });
});

async function patch(key: string, path: string, ...operations: readonly object[]): Promise<RestAnswer> {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
  return await accounts.api.send('PATCH', `/scim/v2${path}`, body, { authorization: `Bearer ${key}` });
}

const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const sshKey = () => {
  const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
  return { name: 'laptop', public_key: `ssh-ed25519 ${Buffer.concat([head, Buffer.alloc(32, 7)]).toString('base64')}` };
};
const byJob = async (row: object) => {
  const { api } = accounts;
  const answer = await api.send('PATCH', '/api/v2/bulk/users', [row]);
  await api.jobsDone();
  const results = await api.send('GET', `/api/v2/bulk/users/${answer.body.jobId}/results`);
  expect(results.body, results.text).toMatchObject([{ status: 'finished' }]);
  return answer;
};

const password = { mail: 'password_reset_confirmation' } as const;
const address = { mail: 'address_change_notice' } as const;
const factor = { mail: 'second_factor_notice' } as const;
const notice = { mail: 'security_notice', kept: 'all' } as const;

const changes: Readonly<Record<string, Change>> = {
  'the REST API changes the email': {
    ...address,
    kept: 'none',
    owner: 'administrator',
    run: ({ id, name }) => accounts.put(id, { email: `new-${name}@example.com` }),
  },
  'the REST API changes the alternate email': {
    ...address,
    kept: 'none',
    run: ({ id, name }) => accounts.put(id, { alternateEmail: `new-${name}@example.com` }),
  },
  'the REST API changes the recovery email': {
    ...address,
    kept: 'none',
    run: ({ id, name }) => accounts.put(id, { recoveryEmail: { address: `new-${name}@example.com` } }),
  },
  'the REST API sets the password': {
    ...password,
    kept: 'none',
    run: ({ id }) => accounts.put(id, { password: OTHER_PASSWORD }),
  },
  'the REST API changes the job title': {
    mail: undefined,
    kept: 'all',
    run: ({ id }) => accounts.put(id, { jobTitle: 'Pilot' }),
  },
  'a bulk job changes the email': {
    ...address,
    kept: 'none',
    owner: 'administrator',
    run: ({ id, name }) => byJob({ id, email: `new-${name}@example.com` }),
  },
  'a bulk job sets the password': {
    ...password,
    kept: 'none',
    run: ({ id }) => byJob({ id, password: OTHER_PASSWORD }),
  },
  'the REST API removes the second factors': {
    ...factor,
    kept: 'none',
    prepare: addPasskey,
    run: ({ id }) => accounts.api.send('POST', `/api/systemusers/${id}/resetmfa`, {}),
  },
  'the REST API adds an SSH key': {
    ...notice,
    run: ({ id }) => accounts.api.send('POST', `/api/systemusers/${id}/sshkeys`, sshKey()),
  },
  'the REST API replaces the SSH keys': { ...notice, run: ({ id }) => accounts.put(id, { ssh_keys: [sshKey()] }) },
  'the REST API sets the field "public_key"': {
    ...notice,
    run: ({ id }) => accounts.put(id, { public_key: sshKey().public_key }),
  },
  'the REST API empties the field "public_key"': {
    ...notice,
    prepare: async ({ id }) => await accounts.put(id, { public_key: sshKey().public_key }),
    run: ({ id }) => accounts.put(id, { public_key: '' }),
  },
  'the REST API removes an SSH key': {
    ...notice,
    prepare: ({ send }) => send('POST', '/api/portal/sshkeys', sshKey()),
    run: ({ id }, added) =>
      accounts.api.send('DELETE', `/api/systemusers/${id}/sshkeys/${(added as RestAnswer).body._id}`),
  },
  'the owning integration changes the email': {
    ...address,
    kept: 'all',
    run: ({ id, name }) =>
      patch(scimKey, `/Users/${id}`, replace('emails[type eq "work"].value', `new-${name}@example.com`)),
  },
  'the owning integration adds an email': {
    ...address,
    kept: 'all',
    run: ({ id, name }) =>
      patch(scimKey, `/Users/${id}`, {
        op: 'add',
        path: 'emails',
        value: [{ type: 'home', value: `home-${name}@x.example` }],
      }),
  },
  'the owning integration sets the password': {
    ...password,
    kept: 'none',
    run: ({ id }) => patch(scimKey, `/Users/${id}`, replace('password', OTHER_PASSWORD)),
  },
  'the user’s own token sets the password': {
    ...password,
    kept: 'none',
    run: async ({ id }) =>
      patch(await newKey({ kind: 'user', userId: id }), '/Me', replace('password', OTHER_PASSWORD)),
  },
  'the portal changes the password': {
    ...password,
    kept: 'own',
    run: ({ send }) => send('POST', '/api/portal/password', { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }),
  },
  'a link in an email is used to set the password': {
    ...password,
    kept: 'none',
    run: async ({ id }) =>
      accounts.postAnonymously('/api/portal/reset', { token: await accounts.sendLink(id), password: OTHER_PASSWORD }),
  },
  'the portal changes the alternate email': {
    ...address,
    kept: 'own',
    run: ({ send, name }) =>
      send('PUT', '/api/portal/me', { alternateEmail: `new-${name}@example.com`, currentPassword: PASSWORD }),
  },
  'the portal sets up an authenticator app': { ...factor, kept: 'own', run: setUpApp },
  'the portal removes the authenticator app': {
    ...factor,
    kept: 'own',
    prepare: setUpApp,
    run: ({ send }, app) =>
      send('DELETE', '/api/portal/totp', { code: codeOf((app as { readonly secret: string }).secret) }),
  },
  'the portal adds a passkey': { ...factor, kept: 'own', run: addPasskey },
  'the portal removes a passkey': {
    ...factor,
    kept: 'own',
    prepare: addPasskey,
    run: ({ send }, added) =>
      send('DELETE', `/api/portal/passkeys/${(added as RestAnswer).body.id}`, { password: PASSWORD }),
  },
  'the portal adds an SSH key': { ...notice, run: ({ send }) => send('POST', '/api/portal/sshkeys', sshKey()) },
  'the portal removes an SSH key': {
    ...notice,
    prepare: ({ send }) => send('POST', '/api/portal/sshkeys', sshKey()),
    run: ({ send }, added) => send('DELETE', `/api/portal/sshkeys/${(added as RestAnswer).body._id}`),
  },
  'a recovery code is used to sign in': {
    ...notice,
    prepare: async (person) => (await setUpApp(person)).body.recoveryCodes[0],
    run: ({ name }, code) => accounts.signIn(name, PASSWORD, { totp: String(code) }),
  },
  'the portal creates new recovery codes': {
    ...notice,
    prepare: setUpApp,
    run: ({ send }, app) => {
      // An app shows each code for a while, and each code is accepted once.
      accounts.api.directory.clock.advance(STEP_MS);
      const code = codeOf((app as { readonly secret: string }).secret);
      return send('POST', '/api/portal/recovery-codes', { code });
    },
  },
};

let count = 0;

async function newPerson({ owner }: Pick<Change, 'owner'>): Promise<Person> {
  const name = `person${(count += 1)}`;
  const id =
    owner === 'administrator'
      ? await accounts.newUser(name, { password: PASSWORD })
      : await accounts.newPushedUser(name, { password: PASSWORD });
  return { id, name, send: await accounts.signedIn(name), other: await accounts.signedIn(name) };
}

async function mailsTo(recipient: string): Promise<readonly { readonly kind: string; readonly text: string }[]> {
  return (await accounts.api.mails()).filter((mail) => mail.recipient === recipient);
}

const isSignedIn = async (send: Send) => (await send('GET', '/api/portal/me')).status === 200;

test.for(Object.entries(changes))(
  'when %s, the previous address gets the right email or none, and only the sessions that must end do',
  async ([, change]) => {
    const person = await newPerson(change);
    const prepared = await change.prepare?.(person);
    // The change in `prepare` has already ended the other session.
    const other = change.prepare === undefined ? person.other : undefined;
    const old = `${person.name}@example.com`;
    const before = (await mailsTo(old)).length;
    const answer = await change.run(person, prepared);
    expect(answer.status, answer.text).toBeLessThan(300);
    const mails = (await mailsTo(old))
      .slice(0, -before || undefined)
      .filter(({ kind }) => kind !== 'user_reset_password');
    expect(mails.map(({ kind }) => kind)).toEqual(change.mail === undefined ? [] : [change.mail]);
    for (const { text } of mails) expect(text).toMatch(/by (an administrator|the identity provider|someone who)/);
    const byKey = change === changes['the user’s own token sets the password'];
    expect(mails.some(({ text }) => text.includes('someone who has one of your keys'))).toBe(byKey);
    expect(await isSignedIn(person.send)).toBe(change.kept !== 'none');
    if (other !== undefined) expect(await isSignedIn(other)).toBe(change.kept === 'all');
  },
);

describe('an address change by the owning integration', () => {
  const move = (id: string) =>
    patch(scimKey, `/Users/${id}`, replace('emails[type eq "work"].value', `${id}@renamed.example`));

  test('sends no email to a user who cannot sign in', async () => {
    const id = await accounts.newPushedUser('pending');
    expect((await move(id)).status).toBe(200);
    expect(await mailsTo('pending@example.com')).toEqual([]);
  });

  test('sends no email while addressChangeNotices is off, but a change by an administrator does', async () => {
    const { id, name } = await newPerson({});
    await accounts.set({ addressChangeNotices: false });
    expect((await move(id)).status).toBe(200);
    expect(await mailsTo(`${name}@example.com`)).toEqual([]);
    await accounts.put(id, { alternateEmail: `other-${name}@example.com` });
    expect(await mailsTo(`${id}@renamed.example`)).toMatchObject([{ kind: 'address_change_notice' }]);
    await accounts.set({ addressChangeNotices: true });
  });
});

describe('the alternate email in the portal', () => {
  test.for([
    ['without the password', {}, 400, 'invalidValue'],
    ['with a wrong password', { currentPassword: 'not the password' }, 401, 'signInFailed'],
  ] as const)('cannot be changed %s', async ([, more, code, error]) => {
    const { send, name } = await newPerson({});
    const refused = await send('PUT', '/api/portal/me', { alternateEmail: 'thief@evil.example', ...more });
    expect(refused.body).toMatchObject({ code, error_code: error });
    expect((await send('GET', '/api/portal/me')).body.alternateEmail).toBeFalsy();
    expect(await mailsTo(`${name}@example.com`)).toEqual([]);
  });

  test('can be sent unchanged without the password', async () => {
    const { id, send } = await newPerson({});
    await accounts.put(id, { alternateEmail: 'same@example.com' });
    const again = await accounts.signedIn((await send('GET', '/api/portal/me')).body?.username ?? `person${count}`);
    const body = { alternateEmail: 'Same@example.com', firstname: 'Ann' };
    expect((await again('PUT', '/api/portal/me', body)).status).toBe(200);
  });
});

describe('a new key', () => {
  const origin = (type: 'administrator' | 'command_line') => ({
    ...accounts.api.directory.caller.origin,
    integration: undefined,
    actor: { type, id: null, name: 'tanhua' },
  });

  test('that belongs to a user is announced to the user by email, also after a rotation; a key of an integration is not', async () => {
    const { id, name } = await newPerson({});
    const { accounts: deps } = accounts.api.services;
    const before = (await accounts.api.mails()).length;
    const limits = { expiresInDays: 30, allowedIps: null };
    const owner = { kind: 'user', userId: id } as const;
    const { record } = await createApiKey(deps, origin('command_line'), { owner, name: 'laptop', ...limits });
    const [mail] = await mailsTo(`${name}@example.com`);
    expect(mail?.kind).toBe('security_notice');
    expect(mail?.text).toMatch(/The token "laptop" was created.*by an administrator of your organization/s);
    const how = { expiresInDays: undefined, overlapHours: 0 };
    await rotateApiKey(deps, origin('command_line'), record.id, how, () => true);
    expect((await accounts.api.mails()).length).toBe(before + 2);
    const integrationId = accounts.api.directory.caller.origin.integration?.id ?? '';
    const token = { owner: { kind: 'integration', integrationId }, name: 'token', ...limits } as const;
    await createApiKey(deps, origin('administrator'), token);
    expect((await accounts.api.mails()).length).toBe(before + 2);
  });

  test('is announced by email to a user at @localhost, but recorded as mail_skipped for an administrator at @LOCALHOST', async () => {
    const { accounts: deps } = accounts.api.services;
    const { organizationId } = accounts.api;
    const { database, clock } = accounts.api.directory.deps;
    const limits = { expiresInDays: 30, allowedIps: null };
    const userId = await accounts.newUser('local', { email: 'local@localhost' });
    await createApiKey(deps, origin('command_line'), { owner: { kind: 'user', userId }, name: 'local', ...limits });
    expect((await mailsTo('local@localhost'))[0]?.kind).toBe('security_notice');
    const added = {
      organizationId,
      email: 'Root@LOCALHOST',
      name: 'Root',
      role: 'Manager',
      passwordHash: null,
    } as const;
    const { id: administratorId } = await insertAdministrator(database, clock, added);
    const owner = { kind: 'administrator', administratorId, integrationId: null } as const;
    await createApiKey(deps, origin('command_line'), { owner, name: 'root', ...limits });
    expect(await mailsTo('Root@LOCALHOST')).toEqual([]);
    const query = { organizationId, target: administratorId, type: 'mail_skipped', limit: 9 };
    expect(await listEvents(database, query)).toMatchObject([{ success: false }]);
  });
});

describe('every event that changes a factor, a key, a password or an address', () => {
  test('is listed in the table of notices', () => {
    const types = Object.keys(eventTypes).filter((type) => securityEvents.test(type));
    expect(Object.keys(notices).toSorted()).toEqual(types.toSorted());
  });

  test.for(mailedEvents((type) => !type.startsWith('admin_')))('causes an email to the user: %s', async (type) => {
    expect(await mailsAbout(accounts, type)).toBeGreaterThan(0);
  });
});
