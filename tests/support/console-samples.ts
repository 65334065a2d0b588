import { call, scimClient } from './http-client.ts';
import type { RunningServer } from './start-server.ts';

/** A name as long as the guide allows for a part of a name, in one word. */
export const LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenh';

/** The ids of what `createConsoleSamples` creates. */
export interface ConsoleSamples {
  /** Sent by Entra ID, with a long name. */
  readonly person: string;
  /** Created here. */
  readonly own: string;
  readonly deleted: string;
  /** Sent by Entra ID, with a member that has not arrived. */
  readonly group: string;
  readonly ownGroup: string;
  readonly source: string;
}

/** The names of the people of Entra ID in the samples, besides Ann. */
export const otherNames = ['探花 李白', 'العربية محمد بن عبد الله', '👩‍🚀🧑🏽‍🔬 Émoji Ünï', LONG_NAME] as const;

/**
 * Fills a server that has just been started: people with names in several scripts and of 64 characters, one who is refused, one who is
 * deleted, one whom this directory owns, and a group of each kind.
 */
export async function createConsoleSamples(server: RunningServer): Promise<ConsoleSamples> {
  await server.cli('integration', 'set', 'Entra ID', 'unknownMembers=defer');
  const entra = scimClient(server.scimUrl, server.started['secretToken'] ?? '');
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const person = async (userName: string, displayName: string, more: object = {}) => {
    const emails = [{ type: 'work', primary: true, value: `${userName}@contoso.example` }];
    const answer = await entra.post('/Users', { userName, displayName, active: true, emails, ...more });
    return String(answer.body.id);
  };
  const ann = await person('ann.meier', 'Ann Meier', {
    name: { givenName: 'Ann', familyName: 'Meier' },
    title: 'Engineer',
    [enterprise]: { department: `Department of ${LONG_NAME}`, employeeNumber: '1047' },
  });
  const others: string[] = [];
  for (const [index, name] of otherNames.entries()) {
    const userName = index === otherNames.length - 1 ? LONG_NAME.toLowerCase() : `other.${index}`;
    others.push(
      await person(userName, name, { title: LONG_NAME, name: { givenName: LONG_NAME, familyName: LONG_NAME } }),
    );
  }
  await entra.patch(`/Users/${ann}`, { Operations: [{ op: 'replace', path: 'title', value: 'Head of Platform' }] });
  await entra.post('/Users', { userName: 'bob.moser', displayName: 'Bob Moser', active: true });
  const deleted = await person('carl.weiss', 'Carl Weiss');
  await entra.delete(`/Users/${deleted}`);
  const members = [ann, ...others, 'not-here-yet'].map((value) => ({ value }));
  const group = await entra.post('/Groups', { displayName: `Engineering ${LONG_NAME}`, members });
  const here = async (path: string, body: object) => {
    const headers = { 'x-api-key': server.key, 'content-type': 'application/json' };
    return String((await call(`${server.url}${path}`, { method: 'POST', headers, body })).body?.id);
  };
  const own = await here('/api/systemusers', {
    username: 'lin',
    email: 'lin@contoso.example',
    displayname: 'Lin Wu',
    firstname: 'Lin',
    lastname: 'Wu',
  });
  const ownGroup = await here('/api/v2/usergroups', { name: 'Night shift' });
  await here(`/api/v2/usergroups/${ownGroup}/members`, { op: 'add', type: 'user', id: own });
  const sources = await call(`${server.url}/api/integrations`, { headers: { 'x-api-key': server.key } });
  return { person: ann, own, deleted, group: String(group.body.id), ownGroup, source: String(sources.body[0].id) };
}
