import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from '../rest-api/rest-api.fixture.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import type { KeyOwner } from '#admins/key-record.ts';
import { findGroup } from '#directory/group-store.ts';
import { findUser } from '#directory/user-store.ts';
import { insertIntegration, updateRules } from '#integrations/integration-store.ts';
import { presetRules, type Rules } from '#integrations/rules.ts';

/**
 * Tests every way in which an integration can write, with every kind of owner of a user or a group, and every value of the rule `adopt`.
 */

let api: TestRestApi;
/** The integration that writes, and the organization's first integration. */
let okta: { readonly id: string; readonly key: string };
let entra: { readonly id: string; readonly key: string };

beforeAll(async () => {
  api = await openTestRestApi();
  const { deps, caller } = api.directory;
  const first = caller.origin.integration?.id ?? '';
  entra = { id: first, key: await newKey({ kind: 'integration', integrationId: first }) };
  // The new integration must be created later than the first integration of the organization.
  api.directory.clock.advance(1);
  const { id } = await insertIntegration(deps.database, deps.clock, {
    organizationId: api.organizationId,
    name: 'Okta',
    rules: presetRules('standard'),
  });
  okta = { id, key: await newKey({ kind: 'integration', integrationId: id }) };
});
afterAll(() => api[Symbol.asyncDispose]());

async function newKey(owner: KeyOwner): Promise<string> {
  const { deps } = api.directory;
  const key = newApiKey();
  const { organizationId } = api;
  await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: 'test', key, expiresAt: null });
  return key;
}

type Method = Parameters<TestRestApi['send']>[0];
const scim = (key: string) => (method: Method, path: string, body?: unknown) =>
  api.send(method, `/scim/v2${path}`, body, { authorization: `Bearer ${key}` });

async function setRules(rules: Partial<Rules>): Promise<void> {
  await updateRules(api.directory.deps.database, okta.id, { ...presetRules('standard'), ...rules });
}

let count = 0;
const newName = () => `person${(count += 1)}`;
const userBody = (userName: string) => ({ userName, emails: [{ value: `${userName}@example.com`, primary: true }] });

/** For each kind of owner, creates a user that belongs to it, and returns the id. */
const userCreators = {
  'its own integration': async () => (await scim(okta.key)('POST', '/Users', userBody(newName()))).body.id,
  'another integration': async () => (await scim(entra.key)('POST', '/Users', userBody(newName()))).body.id,
  'an administrator': async () => {
    const username = newName();
    return (await api.send('POST', '/api/systemusers', { username, email: `${username}@example.com` })).body._id;
  },
  'a bulk job': async () => {
    const username = newName();
    await api.send('POST', '/api/v2/bulk/users', [{ username, email: `${username}@example.com` }]);
    await api.jobsDone();
    const found = await api.send('GET', `/api/systemusers?filter=username:eq:${username}`);
    return found.body.results[0]._id;
  },
} as const;

const groupCreators = {
  'its own integration': async () => (await scim(okta.key)('POST', '/Groups', { displayName: newName() })).body.id,
  'another integration': async () => (await scim(entra.key)('POST', '/Groups', { displayName: newName() })).body.id,
  'an administrator': async () => (await api.send('POST', '/api/v2/usergroups', { name: newName() })).body.id,
} as const;

type Owner = keyof typeof userCreators;
const rules = ['never', 'unmanaged', 'any'] as const;

function mayWrite(owner: Owner, adopt: Rules['adopt']): boolean {
  if (owner === 'its own integration' || adopt === 'any') return true;
  return adopt === 'unmanaged' && owner !== 'another integration';
}

/** The method and the body of a write request. */
interface WritePath {
  readonly method: 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: (id: string) => unknown;
}

const operations = (...all: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: all,
});

const userPaths: Readonly<Record<string, WritePath>> = {
  PUT: { method: 'PUT', body: (id) => ({ ...userBody(`put${id}`.slice(0, 20)), displayName: 'Other' }) },
  PATCH: { method: 'PATCH', body: () => operations({ op: 'replace', path: 'displayName', value: 'Other' }) },
  'PATCH active': { method: 'PATCH', body: () => operations({ op: 'replace', path: 'active', value: false }) },
  DELETE: { method: 'DELETE' },
};

let memberId: string;
const groupPaths: Readonly<Record<string, WritePath>> = {
  PUT: { method: 'PUT', body: (id) => ({ displayName: `other ${id}`, members: [{ value: memberId }] }) },
  'PATCH displayName': {
    method: 'PATCH',
    body: (id) => operations({ op: 'replace', path: 'displayName', value: `other ${id}` }),
  },
  'PATCH add members': {
    method: 'PATCH',
    body: () => operations({ op: 'add', path: 'members', value: [{ value: memberId }] }),
  },
  'PATCH replace members': {
    method: 'PATCH',
    body: () => operations({ op: 'replace', path: 'members', value: [{ value: memberId }] }),
  },
  'PATCH remove members': { method: 'PATCH', body: () => operations({ op: 'remove', path: 'members' }) },
  DELETE: { method: 'DELETE' },
};

/** Sends a write as a separate request, or as the only operation of a bulk request. */
async function write(bulk: boolean, path: string, id: string, { method, body }: WritePath): Promise<RestAnswer> {
  const send = scim(okta.key);
  if (!bulk) return await send(method, `${path}/${id}`, body?.(id));
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
  const operation = { method, path: `${path}/${id}`, ...(body !== undefined && { data: body(id) }) };
  const answer = await send('POST', '/Bulk', { schemas, Operations: [operation] });
  const [result] = answer.body.Operations;
  return { ...answer, status: Number(result.status), body: result.response };
}

async function eventsOf(id: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await api.send('GET', `/api/systemusers/${id}/timeline`)).body.results;
}

/** Tries each write, alone and in a bulk request, and checks its effects. Returns the number of requests. */
async function writeByEveryPath(path: '/Users' | '/Groups', owner: Owner, adopt: Rules['adopt']): Promise<number> {
  let written = 0;
  const creators: Readonly<Partial<Record<Owner, () => Promise<string>>>> =
    path === '/Users' ? userCreators : groupCreators;
  const adoption = path === '/Users' ? 'user_adopt' : 'group_adopt';
  const find = path === '/Users' ? findUser : findGroup;
  const { database } = api.directory.deps;
  for (const bulk of [false, true]) {
    for (const [name, writePath] of Object.entries(path === '/Users' ? userPaths : groupPaths)) {
      const id = (await creators[owner]?.()) ?? '';
      const before = await scim(entra.key)('GET', `${path}/${id}`);
      expect(before.status, before.text).toBe(200);
      const answer = await write(bulk, path, id, writePath);
      written += 1;
      const what = `${bulk ? 'bulk ' : ''}${name}: ${answer.text}`;
      const events = await eventsOf(id);
      const adoptions = events.filter((event) => event['event_type'] === adoption);
      if (mayWrite(owner, adopt)) {
        expect([200, 204], what).toContain(answer.status);
        expect(adoptions, what).toHaveLength(owner === 'its own integration' ? 0 : 1);
        const after = await find(database, api.organizationId, id);
        expect(after?.integrationId, what).toBe(writePath.method === 'DELETE' ? undefined : okta.id);
      } else {
        expect(answer.status, what).toBe(403);
        expect(answer.body.detail, what).toContain('its rule adopt is');
        expect(adoptions, what).toEqual([]);
        expect((await scim(entra.key)('GET', `${path}/${id}`)).text, what).toBe(before.text);
        const refusal = events.find((event) => event['error_code'] === 'ownedElsewhere');
        expect(refusal, what).toMatchObject({ success: false });
      }
    }
  }
  return written;
}

describeOnSqlite.for(rules)('under the rule adopt=%s', (adopt) => {
  beforeAll(async () => {
    await setRules({ adopt: 'any' });
    memberId = await userCreators['its own integration']();
    await setRules({ adopt });
  });

  test.for(Object.keys(userCreators) as readonly Owner[])(
    'a user created by %s can be written by every method or by none',
    async (owner) => {
      expect(await writeByEveryPath('/Users', owner, adopt)).toBe(2 * Object.keys(userPaths).length);
    },
  );

  test.for(Object.keys(groupCreators) as readonly Owner[])(
    'a group created by %s can be written by every method or by none',
    async (owner) => {
      expect(await writeByEveryPath('/Groups', owner, adopt)).toBe(2 * Object.keys(groupPaths).length);
    },
  );
});

describe('an administrator’s key', () => {
  const keyFor = async (integrationId: string | null) => {
    const { id } = await api.administratorOf('Manager');
    return await newKey({ kind: 'administrator', administratorId: id, integrationId });
  };

  test('writes as the integration that the key is bound to, or else as the first integration of the organization', async () => {
    await setRules({ adopt: 'never' });
    const { database } = api.directory.deps;
    for (const [bound, expected, foreign] of [
      [okta.id, okta, userCreators['another integration']],
      [null, entra, userCreators['its own integration']],
    ] as const) {
      const send = scim(await keyFor(bound));
      const { body } = await send('POST', '/Users', userBody(newName()));
      expect((await findUser(database, api.organizationId, body.id))?.integrationId).toBe(expected.id);
      const refused = await send('DELETE', `/Users/${await foreign()}`);
      expect(refused.status, refused.text).toBe(403);
    }
  });
});

describe('a user’s own token', () => {
  test('can change only the password at /Me, regardless of which integration owns the user', async () => {
    await setRules({ adopt: 'never' });
    for (const maker of Object.values(userCreators)) {
      const userId = await maker();
      const send = scim(await newKey({ kind: 'user', userId }));
      const password = { op: 'replace', path: 'password', value: 'a long enough sentence' };
      expect((await send('PATCH', '/Me', operations(password))).status).toBe(200);
      const emails = { op: 'replace', path: 'emails', value: [{ value: 'new@example.com', primary: true }] };
      expect((await send('PATCH', '/Me', operations(emails))).body).toMatchObject({ status: '403' });
    }
  });
});

describe('a group that waits for a member by name', () => {
  test('gets a user of the same integration or of an administrator as a member, but not a user of another integration', async () => {
    await setRules({ adopt: 'never', unknownMembers: 'defer' });
    for (const [maker, joins] of [
      [async (userName: string) => await scim(okta.key)('POST', '/Users', userBody(userName)), true],
      [async (userName: string) => await scim(entra.key)('POST', '/Users', userBody(userName)), false],
      [
        async (username: string) =>
          await api.send('POST', '/api/systemusers', { username, email: `${username}@example.com` }),
        true,
      ],
    ] as const) {
      const name = newName();
      const createdGroup = await scim(okta.key)('POST', '/Groups', {
        displayName: `waits for ${name}`,
        members: [{ value: name }],
      });
      const { id, _id = id } = (await maker(name)).body;
      const { body } = await scim(okta.key)('GET', `/Groups/${createdGroup.body.id}`);
      expect(body.members).toMatchObject([{ value: joins ? _id : name }]);
    }
  });
});
