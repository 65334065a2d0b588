import { describe, expect, test } from 'vitest';
import allPeople from '../entra/people.json' with { type: 'json' };
import { replay, type Conversation } from '../support/replay.ts';
import { startServer } from '../support/start-server.ts';
import google from './google.json' with { type: 'json' };
import jumpcloud from './jumpcloud.json' with { type: 'json' };
import okta from './okta.json' with { type: 'json' };
import onelogin from './onelogin.json' with { type: 'json' };
import ping from './ping.json' with { type: 'json' };

const people = allPeople.slice(0, 4);

interface Expected {
  readonly conversation: unknown;
  readonly requests: number;
  /** The name of the client in the events of its requests. */
  readonly client: string | undefined;
  /** The expected state of each user, by username. */
  readonly users: Readonly<Record<string, string>>;
  /** Maps the name of each group to its expected members, given as the names of the variables that hold their ids. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly ignored: readonly string[];
}

describe.for<[string, Expected]>([
  [
    'Okta',
    {
      conversation: okta,
      requests: 48,
      client: 'Okta',
      users: {
        'ann.keller': 'ACTIVATED',
        'bjorn.asberg': 'ACTIVATED',
        'chloe.dubois': 'SUSPENDED',
        'dimitra.papadopoulou': 'ACTIVATED',
      },
      groups: { Research: ['dimitra', 'ann'] },
      ignored: ['groups'],
    },
  ],
  [
    'OneLogin',
    {
      conversation: onelogin,
      requests: 42,
      client: 'OneLogin',
      users: { 'ann.keller': 'ACTIVATED', 'bjorn.asberg': 'ACTIVATED', 'chloe.dubois': 'SUSPENDED' },
      groups: { Research: ['chloe'] },
      ignored: ['urn:ietf:params:scim:schemas:extension:contoso:2.0:User'],
    },
  ],
  [
    'JumpCloud',
    {
      conversation: jumpcloud,
      requests: 44,
      client: undefined,
      users: { 'anna.keller': 'ACTIVATED', 'bjorn.asberg': 'ACTIVATED', 'chloe.dubois': 'SUSPENDED' },
      groups: { Research: ['bjorn', 'ann'] },
      ignored: [],
    },
  ],
  [
    'Ping Identity',
    {
      conversation: ping,
      requests: 40,
      client: undefined,
      users: {
        'ann.keller': 'ACTIVATED',
        'bjorn.asberg': 'ACTIVATED',
        'chloe.dubois': 'ACTIVATED',
        'dimitra.papadopoulou': 'ACTIVATED',
      },
      groups: { Research: ['dimitra'] },
      ignored: [],
    },
  ],
  [
    'Google Workspace',
    {
      conversation: google,
      requests: 36,
      client: 'Google Workspace',
      users: { 'ann.keller': 'ACTIVATED', 'bjorn.asberg': 'ACTIVATED', 'chloe.dubois': 'SUSPENDED' },
      groups: {},
      ignored: [],
    },
  ],
])('%s', ([, expected]) => {
  test('provisions users and groups, and the directory then has the expected users, groups and events', async () => {
    await using server = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard' });
    const { requests, variables } = await replay(expected.conversation as Conversation, people, server);
    expect(requests).toBe(expected.requests);

    const list = async (...command: readonly string[]) => JSON.parse((await server.cli(...command, '--json')).stdout);
    const users: { readonly username: string; readonly state: string }[] = await list('user', 'list');
    expect(Object.fromEntries(users.map(({ username, state }) => [username, state]))).toEqual(expected.users);

    const groups: { readonly displayName: string }[] = await list('group', 'list');
    expect(groups.map(({ displayName }) => displayName)).toEqual(Object.keys(expected.groups));
    for (const [name, keys] of Object.entries(expected.groups)) {
      const { members }: { readonly members: readonly { readonly id: string }[] } = await list('group', 'show', name);
      expect(new Set(members.map(({ id }) => id))).toEqual(new Set(keys.map((key) => variables.get(key))));
    }

    const events: EventLine[] = await list('event', 'list', '--limit', '1000');
    const ofClient = events.filter(({ request }) => request !== undefined);
    expect(ofClient.length).toBeGreaterThan(people.length);
    expect(new Set(ofClient.map(({ client }) => client))).toEqual(new Set([expected.client]));
    const ignored = ofClient.flatMap(({ ignored_attributes: attributes = [] }) => attributes.map(({ path }) => path));
    expect([...new Set(ignored)]).toEqual(expected.ignored);
  });
});

interface EventLine {
  readonly request?: object;
  readonly client?: string;
  readonly ignored_attributes?: readonly { readonly path: string }[];
}
