import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { listResources } from './listing.ts';
import { deleteUser } from './delete-user.ts';
import { createUser } from './users.ts';

const USERS = 9;

let directory: TestDirectory;
const ids: string[] = [];

beforeAll(async () => {
  directory = await openTestDirectory();
  const { deps, caller } = directory;
  for (let number = 0; number <= USERS; number += 1) {
    ids.push((await createUser(deps, caller, { document: { userName: `user${number}` }, ignored: [] })).id);
  }
  // A deleted user must not appear in the list or in the count.
  const [deleted = ''] = ids.splice(4, 1);
  await deleteUser(deps, caller, deleted, { expectedVersion: undefined });
});
afterAll(() => directory[Symbol.asyncDispose]());

test.for(Array.from({ length: USERS + 2 }, (_, offset) => [offset] as const))(
  'a page of any size at offset %i contains the expected users in the order of creation',
  async ([offset]) => {
    const { deps, caller } = directory;
    for (let count = 1; count <= USERS + 1; count += 1) {
      const { total, resources, more } = await listResources(deps, caller.origin.organizationId, {
        types: ['User'],
        position: { kind: 'offset', offset },
        count,
      });
      expect(total).toBe(USERS);
      expect(resources.map(({ key }) => key.id)).toEqual(ids.slice(offset, offset + count));
      expect(more).toBe(offset + count < USERS);
    }
  },
);
