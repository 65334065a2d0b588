import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { listEvents } from '#audit/event-store.ts';
import type { JsonObject } from '#base/json.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { EVENT_MEMBERS_MAX, replaceGroup } from './groups.ts';
import { findGroup } from './group-store.ts';
import { MEMBER_FILTERS_MAX } from './members.ts';
import { groupResources } from './resources.ts';
import {
  anyVersion,
  directory,
  membersOf,
  newGroup,
  newUser,
  newUsers,
  openDirectoryForTests,
  patchMembersOf,
  resourceOf,
} from './directory.fixture.ts';

beforeAll(openDirectoryForTests);
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

describe('groups', () => {
  test('PATCH accepts every notation for adding, removing, and replacing members, and keeps the version if nothing changes', async () => {
    const ids = (await Promise.all(Array.from({ length: 5 }, () => newUser()))).map((user) => user.id).sort();
    const [a = '', b = '', c = '', d = '', e = ''] = ids;
    const group = await newGroup();
    const steps: [JsonObject, readonly string[]][] = [
      [{ op: 'add', path: 'members', value: [{ value: a }, { value: b }] }, [a, b]],
      [{ op: 'Add', path: 'members', value: [{ $ref: null, value: b }, { value: c }] }, [a, b, c]],
      [{ op: 'add', value: { members: [{ value: d }] } }, [a, b, c, d]],
      [{ op: 'remove', path: `members[value eq "${a}"]` }, [b, c, d]],
      [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: b }] }, [c, d]],
      [{ op: 'remove', path: `members[value eq "${c}" or value eq "${a}"]` }, [d]],
      [{ op: 'replace', path: 'members', value: [{ value: a }, { value: e }] }, [a, e]],
      [{ op: 'remove', path: `members[value sw "${e}" and type eq "User"]` }, [a]],
      [{ op: 'Remove', path: 'members', value: [{ value: 'nobody' }] }, [a]],
      [{ op: 'remove', path: 'members[value eq "nobody"]' }, [a]],
      [{ op: 'remove', path: 'members' }, []],
      [{ op: 'replace', path: 'members', value: ids.map((value) => ({ value })) }, ids],
      [{ op: 'replace', path: 'members', value: [] }, []],
    ];
    for (const [operation, expected] of steps) {
      const before = await membersOf(group.id);
      const version = (await findGroup(directory.deps.database, group.organizationId, group.id))?.version ?? 0;
      const after = await patchMembersOf(group.id, operation);
      expect(await membersOf(group.id), JSON.stringify(operation)).toEqual(expected);
      expect(after.version - version, JSON.stringify(operation)).toBe(before.join() === expected.join() ? 0 : 1);
    }
  });

  test('the operations of one PATCH record a single event, or change nothing if an operation fails', async () => {
    const [one, two] = [await newUser(), await newUser()];
    const group = await newGroup([one.id]);
    await patchMembersOf(
      group.id,
      { op: 'add', path: 'members', value: [{ value: two.id }] },
      { op: 'remove', path: `members[value eq "${one.id}"]` },
      { op: 'add', path: 'members', value: [{ value: one.id }] },
      { op: 'replace', path: 'displayName', value: 'Renamed' },
    );
    const [event] = await listEvents(directory.deps.database, { target: group.id, limit: 1 });
    expect(event?.['changes']).toEqual([
      { field: 'displayName', from: group.displayName, to: 'Renamed' },
      { field: 'members', from: null, to: [two.id] },
    ]);
    const failing = patchMembersOf(
      group.id,
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [{ value: 'nobody' }] },
    );
    await expect(failing).rejects.toMatchObject({ code: 'memberNotFound' });
    expect(await membersOf(group.id)).toHaveLength(2);
  });

  test('a PATCH with too many filters that search all members is rejected, but filters by value are not limited', async () => {
    const group = await newGroup();
    const filters = (count: number) =>
      Array.from({ length: count }, () => ({ op: 'remove', path: 'members[type eq "Group"]' }));
    await expect(patchMembersOf(group.id, ...filters(MEMBER_FILTERS_MAX))).resolves.toBeDefined();
    await expect(patchMembersOf(group.id, ...filters(MEMBER_FILTERS_MAX + 1))).rejects.toMatchObject({
      code: 'tooManyOperations',
    });
    const named = Array.from({ length: MEMBER_FILTERS_MAX + 1 }, () => ({
      op: 'remove',
      path: 'members[value eq "x"]',
    }));
    await expect(patchMembersOf(group.id, ...named)).resolves.toBeDefined();
  });

  test('the error for unknown members lists the first five and counts the rest', async () => {
    const group = await newGroup();
    const value = Array.from({ length: 8 }, (_, index) => ({ value: `nobody${index}` }));
    await expect(patchMembersOf(group.id, { op: 'add', path: 'members', value })).rejects.toMatchObject({
      code: 'memberNotFound',
      message: expect.stringMatching(/"nobody0".*"nobody4" and 3 more/),
    });
  });

  test('nested groups are returned with their type, and a cycle of groups is rejected', async () => {
    const user = await newUser();
    const inner = await newGroup([user.id]);
    const outer = await newGroup([inner.id]);
    expect(await resourceOf(user)).toMatchObject({
      groups: [
        { value: inner.id, type: 'direct' },
        { value: outer.id, type: 'indirect' },
      ],
    });
    for (const value of [outer.id, inner.id]) {
      await expect(patchMembersOf(inner.id, { op: 'add', path: 'members', value: [{ value }] })).rejects.toMatchObject({
        code: 'memberCycle',
      });
    }
    const selection = parseSelection(directory.deps.schemas.Group, undefined, undefined);
    const [resource] = await groupResources(directory.deps, [outer], { baseUrl: 'http://x', selection });
    expect(resource?.body).toMatchObject({
      members: [{ value: inner.id, type: 'Group', display: inner.displayName, $ref: `http://x/Groups/${inner.id}` }],
    });
  });

  // Runs on SQLite only: the limit does not depend on the database, and other tests replace members on both databases.
  testOnSqlite('PUT replaces the members, and its event lists at most EVENT_MEMBERS_MAX members', async () => {
    const { deps, caller } = directory;
    const users = await newUsers(EVENT_MEMBERS_MAX + 1);
    const members = users.map((user) => ({ value: user.id }));
    const group = await newGroup();
    const put = (some: readonly JsonObject[]) =>
      replaceGroup(deps, caller, group.id, {
        document: { displayName: group.displayName, members: some },
        ignored: [],
        ...anyVersion,
      });
    const added = async () => {
      const [event] = await listEvents(deps.database, { target: group.id, limit: 1 });
      const changes = (event?.['changes'] ?? []) as readonly { readonly to: readonly string[] }[];
      return changes[0]?.to ?? [];
    };
    await put(members.slice(1));
    expect(await added()).toHaveLength(EVENT_MEMBERS_MAX);
    expect((await put(members.slice(1))).version).toBe(2);
    await put([]);
    await put(members);
    expect((await added()).at(-1)).toBe('… and 1 more');
    expect(await membersOf(group.id)).toHaveLength(EVENT_MEMBERS_MAX + 1);
  });
});
