import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { listEvents } from '#audit/event-store.ts';
import type { JsonObject } from '#base/json.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { createGroup, patchGroup } from './groups.ts';
import { findMembers } from './membership-store.ts';
import { userResources } from './resources.ts';
import { type Caller, type StoredGroup, type StoredUser } from './stored.ts';
import { findUser } from './user-store.ts';
import { createUser, patchUser } from './users.ts';

/** The directory of the current test file. Each test file runs in a separate process. */
export let directory: TestDirectory;

export async function openDirectoryForTests(): Promise<void> {
  directory = await openTestDirectory();
}

/** Accepts every version of a resource, like a request without If-Match. */
export const anyVersion = { expectedVersion: undefined };
let names = 0;

export async function newUser(document: JsonObject = {}, caller: Caller = directory.caller): Promise<StoredUser> {
  names += 1;
  return await createUser(directory.deps, caller, { document: { userName: `user${names}`, ...document }, ignored: [] });
}

/** Creates users sequentially. A hundred concurrent creations would exceed the time that a request may wait for a connection. */
export async function newUsers(count: number): Promise<readonly StoredUser[]> {
  const users: StoredUser[] = [];
  for (let index = 0; index < count; index += 1) users.push(await newUser());
  return users;
}

export async function newGroup(ids: readonly string[] = [], caller: Caller = directory.caller): Promise<StoredGroup> {
  names += 1;
  const document = { displayName: `group ${names}`, members: ids.map((value) => ({ value })) };
  return await createGroup(directory.deps, caller, { document, ignored: [] });
}

export async function patch(id: string, ...operations: readonly JsonObject[]): Promise<StoredUser> {
  const request = readPatchRequest(
    directory.deps.schemas.User,
    { Operations: operations },
    { unknownAttributes: 'ignore' },
  );
  return await patchUser(directory.deps, directory.caller, id, { ...request, ...anyVersion });
}

export async function patchMembersOf(id: string, ...operations: readonly JsonObject[]): Promise<StoredGroup> {
  const request = readPatchRequest(
    directory.deps.schemas.Group,
    { Operations: operations },
    { unknownAttributes: 'ignore' },
  );
  return await patchGroup(directory.deps, directory.caller, id, { ...request, ...anyVersion });
}

export async function membersOf(id: string): Promise<readonly string[]> {
  return (await findMembers(directory.deps.database, { groupIds: [id] })).map((member) => member.id);
}

export async function eventsOf(id: string): Promise<readonly string[]> {
  const events = await listEvents(directory.deps.database, {
    organizationId: directory.caller.origin.organizationId,
    target: id,
    limit: 100,
  });
  return events.map((event) => event['event_type'] as string);
}

export async function resourceOf(user: StoredUser): Promise<JsonObject> {
  const { deps, caller } = directory;
  const stored = (await findUser(deps.database, caller.origin.organizationId, user.id)) ?? user;
  const selection = parseSelection(deps.schemas.User, undefined, undefined);
  const [resource] = await userResources(deps, caller.origin.organizationId, [stored], {
    baseUrl: 'http://x',
    selection,
  });
  return resource?.body ?? {};
}
