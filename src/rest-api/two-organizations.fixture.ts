import { listEvents } from '#audit/event-store.ts';
import { randomBytes } from 'node:crypto';
import { insertPasskey } from '#accounts/passkey-store.ts';
import { insertLink } from '#admins/administrator-link-store.ts';
import { updateAdministratorPassword } from '#admins/administrator-store.ts';
import { newApiKey, newToken } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { insertSession, type SessionOwner } from '#admins/session-store.ts';
import { hashPassword } from '#directory/password-hash.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

const SESSION_MS = 24 * 60 * 60 * 1_000;

/** The ids of an organization's objects: one object of each kind that a route can name. */
export interface Ids {
  readonly organization: string;
  /** A refused SCIM request. */
  readonly request: string;
  /** The event of the refused request. */
  readonly event: string;
  readonly user: string;
  readonly manager: string;
  readonly deleted: string;
  readonly sshKey: string;
  readonly secondSshKey: string;
  readonly group: string;
  readonly secondGroup: string;
  readonly job: string;
  readonly radiusServer: string;
  /** A client of `radiusServer`. */
  readonly radiusClient: string;
  /** A scheduled state change. It belongs to `schedule`. */
  readonly stateChange: string;
  readonly schedule: string;
  readonly administrator: string;
  readonly session: string;
  readonly passkey: string;
  readonly userSession: string;
  readonly userPasskey: string;
  readonly role: string;
  readonly schema: string;
  readonly key: string;
  readonly integration: string;
  readonly mail: string;
  /** An administrator of the third organization who also works for this organization. */
  readonly guest: string;
  /** An administrator of this organization who also works for the third organization. */
  readonly linked: string;
  readonly linkedSession: string;
  readonly third: string;
}

export interface FilledOrganization {
  readonly ids: Ids;
  /** The API key of an Administrator With Billing. */
  readonly key: string;
  /** A session of the administrator with `ids.administrator`. */
  readonly session: string;
  /** A portal session of the user with `ids.user`. */
  readonly userSession: string;
  /** The token of the integration with `ids.integration`, for SCIM. */
  readonly scimKey: string;
}

export interface TwoOrganizations extends AsyncDisposable {
  readonly api: TestRestApi;
  readonly own: FilledOrganization;
  /** Creates another organization with objects that have the same names as those of `own`. */
  readonly fillOther: () => Promise<FilledOrganization>;
}

/** The password of the administrator and of the user who have sessions. */
export const PASSWORD = 'a long enough sentence';

/** Opens one server with one database. `own` is an organization with an object of each kind. */
export async function openTwoOrganizations(): Promise<TwoOrganizations> {
  const api = await openTestRestApi();
  // Administrators of both organizations are linked to this third organization.
  const third = (await api.directory.newCaller('Third')).origin.organizationId;
  const { organizationId, integration } = api.directory.caller.origin;
  const own = await fill(api, organizationId, integration?.id ?? '', third);
  return {
    api,
    own,
    fillOther: async () => {
      const { origin } = await api.directory.newCaller('Entra ID');
      return await fill(api, origin.organizationId, origin.integration?.id ?? '', third);
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

async function fill(
  api: TestRestApi,
  organizationId: string,
  integrationId: string,
  third: string,
): Promise<FilledOrganization> {
  const { database, clock } = api.directory.deps;
  const { id: administrator, key: apiKey } = await api.administratorOf('Administrator With Billing', organizationId);
  const passwordHash = await hashPassword(PASSWORD, api.directory.deps.passwordCost);
  await updateAdministratorPassword(database, administrator, passwordHash, clock.now());
  const created = await createObjects(async (method, path, body) => {
    const answer = await api.send(method, path, body, { 'x-api-key': apiKey });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    if (answer.body?.jobId !== undefined) await api.jobsDone();
    return answer.body;
  });
  // This request is refused because the name is taken. Its event names a user without an id.
  const refused = { username: 'ann', email: 'ann@example.com' };
  await api.send('POST', '/api/systemusers', refused, { 'x-api-key': apiKey });
  const scimKey = newApiKey();
  const owner = { kind: 'integration', integrationId } as const;
  await insertApiKey(database, clock, { organizationId, owner, name: 'token', key: scimKey, expiresAt: null });
  const nameless = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] };
  const sent = await api.send('POST', '/scim/v2/Users', nameless, { authorization: `Bearer ${scimKey}` });
  const [event] = await listEvents(database, { organizationId, limit: 1 });
  const linked = (await api.administratorOf('Manager', organizationId)).id;
  await insertLink(database, { id: linked, organizationId }, { organizationId: third, role: 'Read Only' });
  const guest = (await api.administratorOf('Read Only', third)).id;
  await insertLink(database, { id: guest, organizationId: third }, { organizationId, role: 'Read Only' });
  const signIn = (sessionOwner: SessionOwner) => addSession(api, organizationId, sessionOwner);
  const session = await signIn({ kind: 'administrator', administratorId: administrator });
  const userSession = await signIn({ kind: 'user', userId: created.user });
  const addPasskey = (userId: string | null, administratorId: string | null) =>
    insertPasskey(database, clock, {
      organizationId,
      userId,
      administratorId,
      name: 'phone',
      credentialId: randomBytes(16).toString('base64url'),
      publicKey: 'AA',
      counter: 0,
      transports: [],
    });
  return {
    key: apiKey,
    session: session.token,
    userSession: userSession.token,
    scimKey,
    ids: {
      ...created,
      organization: organizationId,
      integration: integrationId,
      administrator,
      request: String(sent.headers['x-request-id']),
      event: String(event?.['id']),
      linked,
      guest,
      third,
      session: session.id,
      userSession: userSession.id,
      linkedSession: (await signIn({ kind: 'administrator', administratorId: linked })).id,
      passkey: await addPasskey(null, administrator),
      userPasskey: await addPasskey(created.user, null),
    },
  };
}

async function addSession(api: TestRestApi, organizationId: string, owner: SessionOwner) {
  const { database, clock } = api.directory.deps;
  const token = newToken('session');
  const expiresAt = new Date(clock.now().getTime() + SESSION_MS);
  const id = await insertSession(database, clock, {
    organizationId,
    owner,
    token,
    expiresAt,
    clientIp: undefined,
    userAgent: undefined,
    authMethods: ['pwd'],
  });
  return { id, token };
}

type Send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => Promise<RestAnswer['body']>;

/** Creates one object of each kind that the REST API can create. */
async function createObjects(send: Send) {
  const { _id: manager } = await send('POST', '/api/systemusers', {
    username: 'boss',
    email: 'boss@example.com',
    account_locked: true,
  });
  const { _id: user } = await send('POST', '/api/systemusers', {
    username: 'ann',
    email: 'ann@example.com',
    displayname: 'Ann',
    department: 'Sales',
    employeeIdentifier: '1',
    password: PASSWORD,
    manager,
  });
  const gone = { username: 'gone', email: 'gone@example.com' };
  const { _id: deleted } = await send('POST', '/api/systemusers', gone);
  await send('DELETE', `/api/systemusers/${deleted}`);
  const sshKeys = `/api/systemusers/${user}/sshkeys`;
  const { _id: sshKey } = await send('POST', sshKeys, { name: 'laptop', public_key: publicKey(7) });
  const { _id: secondSshKey } = await send('POST', sshKeys, { name: 'phone', public_key: publicKey(8) });
  const { id: group } = await send('POST', '/api/v2/usergroups', { name: 'Pilots' });
  const { id: secondGroup } = await send('POST', '/api/v2/usergroups', { name: 'Stewards' });
  await send('POST', `/api/v2/usergroups/${group}/members`, { op: 'add', type: 'user', id: user });
  const radius = await createRadiusObjects(send, group);
  const { id: schema } = await send('POST', '/api/schemas', {
    id: `urn:test:${group}:User`,
    attributes: [{ name: 'badge' }],
  });
  const { id: role } = await send('POST', '/api/v2/roles', {
    name: 'Reader',
    description: '',
    scopes: ['users.read'],
  });
  const { id: key } = await send('POST', '/api/keys', { name: 'script' });
  const { jobId: job } = await send('POST', '/api/v2/bulk/user/unlocks', [{ id: user }]);
  const schedules = '/api/v2/bulk/userstates';
  await send('POST', schedules, { user_ids: [user], state: 'SUSPENDED', start_date: '2027-01-01T00:00:00Z' });
  const [{ id: stateChange, scheduledJobId: schedule }] = await send('GET', schedules);
  await send('PUT', '/api/v2/customemails/password_reset_confirmation', {
    subject: 'Changed',
    header: 'Hello',
    body: 'Your password was changed.',
    button: '',
    nextStepContactInfo: '',
  });
  const [{ id: mail }] = await send('GET', '/api/mail/outbox');
  return {
    user,
    manager,
    deleted,
    sshKey,
    secondSshKey,
    group,
    secondGroup,
    ...radius,
    role,
    schema,
    key,
    job,
    stateChange,
    schedule,
    mail,
  };
}

/** Creates a RADIUS server with a client, and connects a group to it. */
async function createRadiusObjects(send: Send, group: string) {
  const { id: radiusServer } = await send('POST', '/api/radiusservers', { name: 'Wi-Fi' });
  const { id: radiusClient } = await send('POST', `/api/radiusservers/${radiusServer}/clients`, {
    name: 'Access point',
    // The network of a client is unique in the installation.
    network: `2001:db8:${group.slice(-8, -4)}:${group.slice(-4)}::/64`,
  });
  await send('POST', `/api/radiusservers/${radiusServer}/associations`, { op: 'add', id: group });
  await send('PUT', `/api/v2/usergroups/${group}/radius`, { vlan: { vlan: 42 } });
  return { radiusServer, radiusClient };
}

/** Returns a public key in OpenSSH's format: its type, and 32 bytes with the value `seed`. */
function publicKey(seed: number): string {
  const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
  return `ssh-ed25519 ${Buffer.concat([head, Buffer.alloc(32, seed)]).toString('base64')} ann`;
}
