import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { findIntegration, FLAG_KNOWN_MS, listIntegrations, updateLastRequest } from './integration-store.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

test('a source has the flag until it has sent no request with it for FLAG_KNOWN_MS, as Provision on demand never sends one', async () => {
  const { deps, clock, caller } = directory;
  const { organizationId } = caller.origin;
  const [{ id } = expect.fail('The directory has a source.')] = await listIntegrations(deps.database, organizationId);
  const requested = async (isFlagged: boolean) => {
    await updateLastRequest(deps.database, id, clock.now(), isFlagged);
    return (await findIntegration(deps.database, organizationId, id))?.lastRequestFlagged;
  };
  expect((await findIntegration(deps.database, organizationId, id))?.lastRequestFlagged).toBe(null);
  expect(await requested(false)).toBe(false);
  expect(await requested(true)).toBe(true);
  clock.advance(FLAG_KNOWN_MS);
  expect(await requested(false)).toBe(true);
  clock.advance(1);
  expect(await requested(false)).toBe(false);
});
