import type { JsonObject, JsonValue } from '#base/json.ts';
import type { Context } from '../context.ts';
import { expectStatus, readText } from '../expect.ts';

/** Creates a user, changes it with PATCH, and returns the body of a subsequent GET. Throws CheckFailure if a request fails. */
export async function patchedUser(
  { scim, newUser }: Context,
  attributes: JsonObject,
  ...operations: readonly JsonObject[]
): Promise<JsonValue | undefined> {
  const path = `/Users/${readText(await newUser(attributes), 'id')}`;
  expectStatus(await scim.patch(path, operations), 200, 204);
  return (await scim.get(path)).body;
}

/** Creates a group with members, changes it with PATCH, and returns the body of a later GET. Throws CheckFailure if a request fails. */
export async function patchedGroup(
  { scim, newGroup }: Context,
  memberIds: readonly string[],
  ...operations: readonly JsonObject[]
): Promise<JsonValue | undefined> {
  const group = await newGroup({ members: memberIds.map((value) => ({ value })) });
  const path = `/Groups/${readText(group, 'id')}`;
  expectStatus(await scim.patch(path, operations), 200, 204);
  return (await scim.get(path)).body;
}

export async function newUserId({ newUser }: Context): Promise<string> {
  return readText(await newUser(), 'id');
}
