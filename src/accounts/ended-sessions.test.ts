import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateAdministratorPassword } from '#admins/administrator-store.ts';
import { removeAdministrator } from '#admins/administrators.ts';
import { listSessions, type SubjectColumn } from '#admins/session-store.ts';
import { createApiKey } from '#admins/api-keys.ts';
import { everyPermission } from '#admins/roles.ts';
import { hashPassword } from '#directory/password-hash.ts';
import { restoreUser } from '#directory/trash.ts';
import { updateRules } from '#integrations/integration-store.ts';
import type { RestAnswer, TestRestApi } from '../rest-api/rest-api.fixture.ts';
import { openTestAccounts, PASSWORD, type TestAccounts } from './accounts.fixture.ts';

let accounts: TestAccounts;
let token: string;
beforeAll(async () => {
  accounts = await openTestAccounts();
  const { deps, caller } = accounts.api.directory;
  const owner = { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' } as const;
  const draft = { owner, name: 'SCIM', expiresInDays: null, allowedIps: null };
  token = (await createApiKey(deps, caller.origin, draft)).key;
});
afterAll(() => accounts[Symbol.asyncDispose]());

type Method = Parameters<TestRestApi['send']>[0];
const scim = (method: Method, path: string, body?: unknown): Promise<RestAnswer> =>
  accounts.api.send(method, `/scim/v2${path}`, body, { authorization: `Bearer ${token}` });
const sessionsOf = async (column: SubjectColumn, id: string) =>
  (await listSessions(accounts.api.directory.deps.database, column, id)).length;

/** Functions that end a user's access, one for each interface. */
const ends: Readonly<Record<string, (id: string) => Promise<RestAnswer>>> = {
  'a SCIM DELETE': (id) => scim('DELETE', `/Users/${id}`),
  'a DELETE in a SCIM bulk request': (id) =>
    scim('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'DELETE', path: `/Users/${id}` }],
    }),
  'a SCIM PATCH that sets active to false': (id) =>
    scim('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    }),
  'a REST DELETE': (id) => accounts.api.send('DELETE', `/api/systemusers/${id}`),
  'a suspension through the REST API': (id) => accounts.put(id, { state: 'SUSPENDED' }),
};

/** Restores or activates a user. Sessions that ended must stay ended. */
async function restoreAccess(id: string): Promise<void> {
  const { deps, caller } = accounts.api.directory;
  const shown = await accounts.shown(id);
  if (shown._id === undefined) await restoreUser(deps, caller.origin, id);
  else expect((await accounts.put(id, { state: 'ACTIVATED' })).status).toBe(200);
  expect(await accounts.shown(id)).toMatchObject({ state: 'ACTIVATED' });
}

let users = 0;
async function signedInUser() {
  users += 1;
  const name = `user${users}`;
  const id = await accounts.newPushedUser(name, { password: PASSWORD });
  const session = await accounts.signedIn(name);
  const isOpen = async () => (await session('GET', '/api/portal/session')).status === 200;
  expect(await isOpen()).toBe(true);
  return { id, isOpen };
}

describe('the sessions of a user', () => {
  test.for(Object.keys(ends))('are ended by %s, and stay ended when the user is restored', async (name) => {
    const [user, bystander] = [await signedInUser(), await signedInUser()];
    const answer = await ends[name]?.(user.id);
    expect(answer?.status, answer?.text).toBeLessThan(300);
    expect(await user.isOpen()).toBe(false);
    expect(await sessionsOf('user_id', user.id)).toBe(0);
    await restoreAccess(user.id);
    expect(await user.isOpen()).toBe(false);
    expect(await bystander.isOpen()).toBe(true);
  });

  test('are ended by a SCIM DELETE even if the rule deleteAction suspends the user instead of deleting it', async () => {
    const { deps, caller } = accounts.api.directory;
    const integrationId = caller.origin.integration?.id ?? '';
    await updateRules(deps.database, integrationId, { ...caller.rules, deleteAction: 'suspend' });
    try {
      const user = await signedInUser();
      expect((await scim('DELETE', `/Users/${user.id}`)).status).toBe(204);
      expect(await accounts.shown(user.id)).toMatchObject({ state: 'SUSPENDED' });
      expect(await sessionsOf('user_id', user.id)).toBe(0);
      await restoreAccess(user.id);
      expect(await user.isOpen()).toBe(false);
    } finally {
      await updateRules(deps.database, integrationId, caller.rules);
    }
  });

  test('stay open after a change to an attribute that does not affect sign-in', async () => {
    const user = await signedInUser();
    const operations = [{ op: 'replace', path: 'title', value: 'Engineer' }];
    await scim('PATCH', `/Users/${user.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: operations,
    });
    expect(await user.isOpen()).toBe(true);
  });
});

describe('the sessions of an administrator', () => {
  async function signedInAdministrator() {
    const { database, clock, passwordCost } = accounts.api.directory.deps;
    const { id } = await accounts.api.administratorOf('Manager');
    await updateAdministratorPassword(database, id, await hashPassword(PASSWORD, passwordCost), clock.now());
    const { email } = (await accounts.api.send('GET', `/api/users/${id}`)).body;
    const { body } = await accounts.postAnonymously('/api/auth/sign-in', { email, password: PASSWORD });
    const authorization = `Bearer ${body.token}`;
    const isOpen = async () =>
      (await accounts.api.send('GET', '/api/auth/session', undefined, { authorization })).status === 200;
    expect(await isOpen()).toBe(true);
    return { id, isOpen };
  }

  test.for<[string, (id: string) => Promise<unknown>]>([
    ['a removal through the REST API', (id) => accounts.api.send('DELETE', `/api/users/${id}`)],
    [
      'a removal on the command line',
      (id) => {
        const { deps, caller } = accounts.api.directory;
        const actor = { type: 'command_line', id: null, name: 'tanhua' } as const;
        return removeAdministrator(deps, { ...caller.origin, actor, integration: undefined }, id, everyPermission);
      },
    ],
    ['a suspension', (id) => accounts.api.send('PUT', `/api/users/${id}`, { suspended: true })],
  ])('are ended by %s', async ([, end]) => {
    const [removed, bystander] = [await signedInAdministrator(), await signedInAdministrator()];
    await end(removed.id);
    expect(await removed.isOpen()).toBe(false);
    expect(await sessionsOf('administrator_id', removed.id)).toBe(0);
    expect(await bystander.isOpen()).toBe(true);
  });
});
