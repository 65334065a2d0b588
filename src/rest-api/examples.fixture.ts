import { createUser } from '#directory/users.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey, newToken } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { insertSession, type SessionOwner } from '#admins/session-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { hashPassword } from '#directory/password-hash.ts';
import { insertIntegration } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { insertOrganization } from '#organizations/organization-store.ts';
import { ids, newSshKey, placeholders } from './examples/example.ts';
import { createTestAdministrator, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

type Send = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
  from?: string,
) => Promise<RestAnswer>;

/** An organization with the resources that the examples show. `real` maps values in the examples to values of this organization. */
export interface ExampleWorld extends AsyncDisposable {
  readonly api: TestRestApi;
  readonly organizationId: string;
  /** The real ids, tokens and codes, by the values that stand for them in the examples. */
  readonly real: Map<string, string>;
  /** Sends a request as an Administrator With Billing who may create organizations. */
  readonly send: Send;
  readonly headers: Readonly<Record<'key' | 'administrator' | 'user', Readonly<Record<string, string>>>>;
  /** Like `send`, but throws if the request is refused. */
  readonly prepare: (...sent: Parameters<Send>) => Promise<RestAnswer['body']>;
}

/** The number of worlds created so far. Each world gets its own client address, so that sign-in attempts in one do not count in another. */
let worlds = 0;

/**
 * Creates an organization with the user, the group and the administrator of the examples. Organizations do not see each other, so each
 * operation can have its own.
 */
export async function openExampleWorld(api: TestRestApi): Promise<ExampleWorld> {
  const { deps } = api.directory;
  const { database, clock } = deps;
  worlds += 1;
  const ownAddress = `192.0.2.${worlds % 250}`;
  const { id: organizationId } = await insertOrganization(database, clock, 'Contoso');
  const rules = presetRules('strict');
  const integration = await insertIntegration(database, clock, { organizationId, name: 'Entra ID', rules });
  const passwordHash = await hashPassword(placeholders.password, deps.passwordCost);
  const { key } = await createTestAdministrator(deps, 'Administrator With Billing', organizationId, true);
  const administrator = await insertAdministrator(database, clock, {
    organizationId,
    email: 'it@contoso.com',
    name: 'Ivo Thaler',
    firstName: 'Ivo',
    lastName: 'Thaler',
    role: 'Manager',
    passwordHash,
    enableMultiFactor: true,
  });
  const send: Send = (method, path, body, headers = { 'x-api-key': key }, from = ownAddress) =>
    api.send(method, path, body, headers, from);
  const prepare: ExampleWorld['prepare'] = async (...sent) => {
    const answer = await send(...sent);
    if (answer.status >= 300) throw new Error(`${sent[0]} ${sent[1]}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const { user, otherUser, sshKey, group } = await createUsers(api, {
    organizationId,
    integrationId: integration.id,
    prepare,
  });
  const open = (owner: SessionOwner) => openSession(api, organizationId, owner);
  const session = await open({ kind: 'administrator', administratorId: administrator.id });
  const userSession = await open({ kind: 'user', userId: user });
  const { key: own, id: keyId } = await createKey(api, { organizationId, administratorId: administrator.id, prepare });
  return {
    api,
    organizationId,
    send,
    prepare,
    real: new Map([
      [ids.organization, organizationId],
      [ids.integration, integration.id],
      [ids.administrator, administrator.id],
      [ids.user, user],
      [ids.otherUser, otherUser],
      [ids.sshKey, sshKey],
      [ids.group, group],
      [ids.key, keyId],
      [ids.session, session.id],
      [placeholders.apiKey, own],
    ]),
    // Deletes the users, because a sign-in checks only a few users with the same email address, and every world has the same addresses.
    [Symbol.asyncDispose]: async () => {
      const deleted = { deleted_at: clock.now().getTime() };
      await database.updateTable('users').set(deleted).where('organization_id', '=', organizationId).execute();
    },
    headers: {
      key: { 'x-api-key': key, 'user-agent': 'curl/8.17.0' },
      administrator: { authorization: `Bearer ${session.token}` },
      user: { authorization: `Bearer ${userSession.token}` },
    },
  };
}

/** Creates the API key of the administrator and sends a request with it. */
async function createKey(
  api: TestRestApi,
  {
    organizationId,
    administratorId,
    prepare,
  }: Pick<Organization, 'organizationId' | 'prepare'> & { administratorId: string },
) {
  const { database, clock } = api.directory.deps;
  const key = newApiKey();
  const id = await insertApiKey(database, clock, {
    organizationId,
    owner: { kind: 'administrator', administratorId, integrationId: null },
    name: 'Nightly report',
    key,
    expiresAt: new Date(clock.now().getTime() + 365 * DAY_MS),
    allowedIps: ['192.0.2.0/24'],
  });
  await prepare('GET', '/api/keys', undefined, { 'x-api-key': key, 'user-agent': 'curl/8.17.0' });
  return { id, key };
}

interface Organization {
  readonly organizationId: string;
  readonly integrationId: string;
  readonly prepare: ExampleWorld['prepare'];
}

/** Creates the users and the group of the examples, and returns their ids. */
async function createUsers(api: TestRestApi, { organizationId, integrationId, prepare }: Organization) {
  const { deps } = api.directory;
  const { _id: otherUser } = await prepare('POST', '/api/systemusers', {
    username: 'ben.kurz',
    email: 'ben.kurz@contoso.com',
    password: placeholders.password,
  });
  const caller = {
    rules: presetRules('strict'),
    origin: {
      organizationId,
      actor: { type: 'integration', id: integrationId, name: 'Entra ID' },
      integration: { id: integrationId, name: 'Entra ID' },
      request: undefined,
    },
  } as const;
  const { id: user } = await createUser(deps, caller, { document: userDocument(otherUser), ignored: [] });
  await prepare('PUT', `/api/systemusers/${user}`, {
    password: placeholders.password,
    attributes: [{ name: 'floor', value: '3' }],
  });
  const { _id: sshKey } = await prepare('POST', `/api/systemusers/${user}/sshkeys`, newSshKey);
  const { id: group } = await prepare('POST', '/api/v2/usergroups', {
    name: 'Purchasing',
    description: 'Everyone in purchasing',
    email: 'purchasing@contoso.com',
  });
  await prepare('POST', `/api/v2/usergroups/${group}/members`, { op: 'add', type: 'user', id: user });
  return { user, otherUser, sshKey, group };
}

function userDocument(manager: string) {
  return {
    userName: 'ann.meier',
    displayName: 'Ann Meier',
    name: { givenName: 'Ann', familyName: 'Meier' },
    title: 'Purchasing Lead',
    emails: [{ value: 'ann.meier@contoso.com', type: 'work', primary: true }],
    addresses: [
      { type: 'work', streetAddress: 'Musterstraße 12', locality: 'Berlin', postalCode: '10115', country: 'DE' },
    ],
    phoneNumbers: [{ type: 'work', value: '+4930123456' }],
    [ENTERPRISE_USER_SCHEMA]: {
      department: 'Purchasing',
      organization: 'Contoso GmbH',
      employeeNumber: '10417',
      manager: { value: manager },
    },
  };
}

async function openSession(api: TestRestApi, organizationId: string, owner: SessionOwner) {
  const { database, clock } = api.directory.deps;
  const token = newToken('session');
  const id = await insertSession(database, clock, {
    organizationId,
    owner,
    token,
    expiresAt: new Date(clock.now().getTime() + DAY_MS),
    clientIp: '192.0.2.10',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0',
    authMethods: ['pwd', 'otp', 'mfa'],
  });
  return { id, token };
}
