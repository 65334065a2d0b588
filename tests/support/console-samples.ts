import { call, scimClient } from './http-client.ts';
import { createRehearsal } from './rehearsal.ts';
import type { RunningServer } from './start-server.ts';

/** A name as long as the guide allows for a part of a name, in one word. */
const LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenh';
const otherNames = ['探花 李白', 'العربية محمد بن عبد الله', '👩‍🚀🧑🏽‍🔬 Émoji Ünï 探花', LONG_NAME] as const;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** Has no email address. */
const REFUSED = 'bob.moser';

/** The ids of what the pages show. */
export interface ConsoleSamples {
  /** Sent by Entra ID, with a manager and a title that has changed. */
  readonly person: string;
  /** Created here. */
  readonly own: string;
  readonly deleted: string;
  /** The user name of someone whom Entra ID sent, and who was refused. */
  readonly refused: string;
  /** Sent by Entra ID, with a member that has not arrived. */
  readonly group: string;
  readonly ownGroup: string;
  /** Entra ID. */
  readonly source: string;
  /** A source that has sent nothing. */
  readonly newSource: string;
  /** A refused request of `source`. */
  readonly exchange: string;
  /** An event about `person`. */
  readonly event: string;
  /** A tenant of the stand-in for Entra ID, with an application, a user and a group. */
  readonly tenant: string;
  readonly application: string;
  readonly tenantUser: string;
  readonly tenantGroup: string;
  /** A disabled user of the tenant, who was skipped. */
  readonly tenantSkipped: string;
  /** The entry of the provisioning logs about `tenantSkipped`. */
  readonly provisioningLog: string;
}

/** The ids to use where a server is not filled yet, such as for the names of tests. */
export const namedSamples: ConsoleSamples = {
  person: 'person',
  own: 'own',
  deleted: 'deleted',
  refused: 'refused',
  group: 'group',
  ownGroup: 'ownGroup',
  source: 'source',
  newSource: 'newSource',
  exchange: 'exchange',
  event: 'event',
  tenant: 'tenant',
  application: 'application',
  tenantUser: 'tenantUser',
  tenantGroup: 'tenantGroup',
  tenantSkipped: 'tenantSkipped',
  provisioningLog: 'provisioningLog',
};

/**
 * Fills a server that has just been started: people with names in several scripts and of 64 characters, one who is refused, one who is
 * deleted, one whom this directory owns, a group of each kind, and a source that has sent nothing.
 */
export async function createConsoleSamples(server: RunningServer): Promise<ConsoleSamples> {
  const sent = await sendPeople(server);
  const { get, post } = restClient(server);
  const own = await post('/api/systemusers', {
    username: 'lin',
    email: 'lin@contoso.example',
    displayname: 'Lin Wu',
    firstname: 'Lin',
    lastname: 'Wu',
  });
  const ownGroup = await post('/api/v2/usergroups', { name: 'Night shift' });
  await post(`/api/v2/usergroups/${ownGroup}/members`, { op: 'add', type: 'user', id: own });
  const sources = await get('/api/integrations');
  const newSource = await post('/api/integrations', { name: 'Workday', preset: 'strict' });
  const refusals = await get('/api/requests?outcome=refused&limit=1');
  const events = await get('/api/events?target=ann.meier&limit=1');
  return {
    ...sent,
    own,
    ownGroup,
    source: String(sources[0].id),
    newSource,
    exchange: String(refusals.results[0].id),
    event: String(events.results[0].id),
    ...(await createTenant(server)),
  };
}

/** Creates a tenant whose application is connected, and has provisioned nothing. */
async function createTenant(server: RunningServer) {
  const { client, application, tenant, job, makeUser } = await createRehearsal(server);
  const user = await makeUser('zoe', { displayName: 'Zoë Lang', jobTitle: 'Engineer', department: 'Engineering' });
  await makeUser('long', { displayName: LONG_NAME, jobTitle: otherNames[1] });
  const group = await client.groups.create({ displayName: 'Pilots', description: 'Who flies' });
  await client.groups.addMember(group.id, user.id);
  await client.assignments.create(application.id, { principalId: user.id });
  await client.assignments.create(application.id, { principalId: group.id });
  const skipped = await makeUser('away', { displayName: 'Away', accountEnabled: false });
  await job.provisionOnDemand('User', skipped.id);
  const logs = await client.logs.list({ top: 1 });
  return {
    tenant: tenant.id,
    application: application.id,
    tenantUser: user.id,
    tenantGroup: group.id,
    tenantSkipped: skipped.id,
    provisioningLog: logs.value[0]?.id ?? '',
  };
}

/** Sends people and a group as Entra ID does. */
async function sendPeople(server: RunningServer) {
  await server.cli('integration', 'set', 'Entra ID', 'unknownMembers=defer');
  const entra = scimClient(server.scimUrl, server.started['secretToken'] ?? '');
  const person = async (userName: string, displayName: string, more: object = {}) => {
    const emails = [{ type: 'work', primary: true, value: `${userName}@contoso.example` }];
    const answer = await entra.post('/Users', { userName, displayName, active: true, emails, ...more });
    return String(answer.body.id);
  };
  const manager = await person('grace.wanjiru', 'Grace Wanjiru');
  const ann = await person('ann.meier', 'Ann Meier', {
    name: { givenName: 'Ann', familyName: 'Meier' },
    title: 'Engineer',
    [ENTERPRISE]: { department: `Department of ${LONG_NAME}`, employeeNumber: '1047', manager },
  });
  const others: string[] = [];
  for (const [index, name] of otherNames.entries()) {
    const userName = index === otherNames.length - 1 ? LONG_NAME.toLowerCase() : `other.${index}`;
    others.push(
      await person(userName, name, { title: LONG_NAME, name: { givenName: LONG_NAME, familyName: LONG_NAME } }),
    );
  }
  await entra.patch(`/Users/${ann}`, { Operations: [{ op: 'replace', path: 'title', value: 'Head of Platform' }] });
  await entra.post('/Users', { userName: REFUSED, displayName: 'Bob Moser', active: true });
  const deleted = await person('carl.weiss', 'Carl Weiss');
  await entra.delete(`/Users/${deleted}`);
  const members = [ann, ...others, 'not-here-yet'].map((value) => ({ value }));
  const group = await entra.post('/Groups', { displayName: `Engineering ${LONG_NAME}`, members });
  return { person: ann, deleted, refused: REFUSED, group: String(group.body.id) };
}

function restClient({ url, key }: RunningServer) {
  const headers = { 'x-api-key': key };
  return {
    get: async (path: string) => (await call(`${url}${path}`, { headers })).body,
    /** Returns the id of what was created. */
    post: async (path: string, body: object): Promise<string> => {
      const json = { ...headers, 'content-type': 'application/json' };
      const answer = await call(`${url}${path}`, { method: 'POST', headers: json, body });
      return String(answer.body?.id);
    },
  };
}
