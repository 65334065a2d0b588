import { describe, expect, test } from 'vitest';
import { replay, type Conversation } from '../support/replay.ts';
import { startServer } from '../support/start-server.ts';
import people from './people.json' with { type: 'json' };
import withFlag from './with-flag.json' with { type: 'json' };
import withoutFlag from './without-flag.json' with { type: 'json' };

/** The number of requests in a conversation, including repetitions of a step. */
const REQUESTS = 169;

describe.for<[string, Conversation]>([
  ['with aadOptscim062020', withFlag as Conversation],
  ['without aadOptscim062020', withoutFlag as Conversation],
])('Entra ID %s', ([, conversation]) => {
  test('provisions 25 people and a group, and the directory then has the expected users and events', async () => {
    await using server = await startServer();
    const { requests, variables } = await replay(conversation, people, server);
    expect(requests).toBe(REQUESTS);

    const users = JSON.parse((await server.cli('user', 'list', '--json')).stdout);
    expect(users).toHaveLength(24);
    expect(users.map((user: { username: string }) => user.username).sort()).toEqual(
      people
        .map((person) => person.userName)
        .filter((name) => name !== 'olga.ivanova')
        .sort(),
    );
    const ann = JSON.parse((await server.cli('user', 'show', 'ann.meier', '--json')).stdout);
    expect(ann).toMatchObject({
      _id: variables.get('ann'),
      email: 'ann.keller@contoso.example',
      firstname: 'Ann',
      lastname: 'Keller',
      displayname: 'Ann Keller',
      jobTitle: 'Head',
      department: 'Research',
      employeeIdentifier: 'E1001',
      state: 'ACTIVATED',
      passwordStatus: 'Password Pending',
      creationSource: 'tanhua:scim',
    });
    const chloe = JSON.parse((await server.cli('user', 'show', 'chloe.dubois', '--json')).stdout);
    expect(chloe).toMatchObject({ state: 'SUSPENDED', suspended: true, active: false, jobTitle: 'On leave' });
    expect(JSON.parse((await server.cli('group', 'list', '--json')).stdout)).toEqual([]);

    const events = JSON.parse((await server.cli('event', 'list', '--json', '--limit', '1000')).stdout);
    const counts = Map.groupBy(events, (event: { event_type: string }) => event.event_type);
    const count = (type: string) => counts.get(type)?.length ?? 0;
    expect(count('user_create')).toBe(26);
    expect(count('user_delete')).toBe(2);
    expect(count('user_suspended')).toBe(2);
    expect(count('user_unsuspended')).toBe(1);
    expect(count('group_create')).toBe(1);
    // 25 members were added in one request each, 3 were removed in two requests, and the group was renamed once.
    expect(count('group_update')).toBe(28);
    expect(count('group_delete')).toBe(1);
    // The refused requests are conflicts and requests for deleted resources.
    expect(count('request_refused')).toBe(5);
    const ignored = events.find((event: { ignored_attributes?: unknown }) => event.ignored_attributes !== undefined);
    expect(ignored.ignored_attributes).toEqual([{ path: 'extensionAttribute7', reason: 'unknown' }]);

    const senders = events.flatMap((event: { request?: object; client?: string }) =>
      event.request ? [event.client] : [],
    );
    expect(new Set(senders)).toEqual(new Set(['Microsoft Entra ID']));

    const integration = JSON.parse((await server.cli('integration', 'show', '--json')).stdout);
    expect(integration.lastRequestFlagged).toBe(conversation === withFlag);
  });
});
