import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { createApiKey, revokeApiKey } from '#admins/api-keys.ts';
import { StaleKeyError } from '#admins/authenticate.ts';
import { DAY_MS } from '#base/clock.ts';
import { engineOf } from '#database/engine.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { Credentials, LAST_USE_PRECISION_MS } from './credentials.ts';

const log = pino({ level: 'silent' });
const noted = { clientIp: '192.0.2.1', client: 'test', flagged: true };

let directory: TestDirectory;
let credentials: Credentials;
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());
beforeEach(() => {
  credentials = new Credentials(directory.deps);
});

let keys = 0;
async function newKey(expiresInDays: number | null = null, allowedIps: readonly string[] | null = null) {
  keys += 1;
  const { deps, caller } = directory;
  const owner = { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' } as const;
  const { key, record } = await createApiKey(deps, caller.origin, {
    owner,
    name: `Key ${keys}`,
    expiresInDays,
    allowedIps,
  });
  return { key, id: record.id };
}

const codeOf = async (key: string, clientIp?: string) =>
  await credentials.read({ key, clientIp }).then(
    () => 'identified',
    (error: unknown) => (error instanceof StaleKeyError ? error.code : String(error)),
  );

describe('a key', () => {
  test('identifies its integration and the rules of that integration', async () => {
    const { key, id } = await newKey();
    const { principal, integration } = await credentials.read({ key });
    expect(principal).toMatchObject({
      keyId: id,
      credential: 'key',
      organizationId: directory.caller.origin.organizationId,
      administrator: null,
      user: null,
    });
    expect(integration).toMatchObject({ id: directory.caller.origin.integration?.id, rules: directory.caller.rules });
  });

  test('is cached after its first read, not before', async () => {
    const { key } = await newKey();
    expect(credentials.readCached({ key })).toBeUndefined();
    const read = await credentials.read({ key });
    expect(credentials.readCached({ key })).toEqual(read);
    expect(credentials.readCached({ key: undefined })).toBeUndefined();
  });

  test('is not cached for longer than the database engine allows, because another process may revoke it', async () => {
    const { deps, clock } = directory;
    const { key } = await newKey();
    await credentials.read({ key });
    const ageMaxMs = engineOf(deps.database).configurationAgeMaxMs;
    clock.advance(Math.max(0, ageMaxMs - 1));
    if (ageMaxMs > 0) expect(credentials.readCached({ key })).toBeDefined();
    clock.advance(1);
    expect(credentials.readCached({ key })).toBeUndefined();
  });

  test('that is revoked is refused as soon as its cache entry expires', async () => {
    const { deps, caller, clock } = directory;
    const { key, id } = await newKey();
    await credentials.read({ key });
    await revokeApiKey(deps, caller.origin, id, () => true);
    clock.advance(engineOf(deps.database).configurationAgeMaxMs);
    expect(credentials.readCached({ key })).toBeUndefined();
    expect(await codeOf(key)).toBe('keyRevoked');
  });

  test('is refused from the moment it expires, even if it is cached', async () => {
    const { clock } = directory;
    const { key } = await newKey(1);
    clock.advance(DAY_MS - 1);
    expect(await codeOf(key)).toBe('identified');
    clock.advance(1);
    expect(await codeOf(key)).toBe('keyExpired');
  });

  test('is refused if the request comes from an address that the key does not allow, even if the key is cached', async () => {
    const { key } = await newKey(null, ['192.0.2.0/24']);
    expect(await codeOf(key, '192.0.2.7')).toBe('identified');
    expect(await codeOf(key, '198.51.100.7')).toBe('keyAddress');
    await credentials.read({ key, clientIp: '192.0.2.7' });
    expect(() => credentials.readCached({ key, clientIp: '198.51.100.7' })).toThrow(/198\.51\.100\.7/);
  });

  test('that is unknown is refused and not cached', async () => {
    const { key } = await newKey();
    const unknown = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`;
    await expect(credentials.read({ key: unknown })).rejects.toMatchObject({ code: 'keyUnknown' });
    expect(credentials.readCached({ key: unknown })).toBeUndefined();
  });
});

describe('the last use of a key', () => {
  const integrationOf = async () =>
    await findIntegration(directory.deps.database, directory.caller.origin.organizationId, null);

  test('is due to be recorded again as soon as LAST_USE_PRECISION_MS has elapsed', async () => {
    const { principal, integration } = await credentials.read({ key: (await newKey()).key });
    expect(credentials.isNoteDue(principal, integration, true)).toBe(true);
    await credentials.noteUse(principal, integration, noted, log);
    expect(credentials.isNoteDue(principal, integration, true)).toBe(false);
    directory.clock.advance(LAST_USE_PRECISION_MS - 1);
    expect(credentials.isNoteDue(principal, integration, true)).toBe(false);
    directory.clock.advance(1);
    expect(credentials.isNoteDue(principal, integration, true)).toBe(true);
  });

  test('is due to be recorded immediately if the flag in the Tenant URL has changed', async () => {
    const { principal, integration } = await credentials.read({ key: (await newKey()).key });
    await credentials.noteUse(principal, integration, noted, log);
    expect(credentials.isNoteDue(principal, integration, false)).toBe(true);
    await credentials.noteUse(principal, integration, { ...noted, flagged: false }, log);
    expect(credentials.isNoteDue(principal, integration, false)).toBe(false);
    // A source keeps the flag for an hour: requests of Provision on demand never have it.
    expect(await integrationOf()).toMatchObject({ lastRequestFlagged: true, lastRequestAt: directory.clock.now() });
  });

  test('does not count as the last request of the integration if it was not a SCIM request', async () => {
    const { principal, integration } = await credentials.read({ key: (await newKey()).key });
    await credentials.noteUse(principal, integration, noted, log);
    const before = await integrationOf();
    directory.clock.advance(LAST_USE_PRECISION_MS);
    await credentials.noteUse(principal, undefined, noted, log);
    expect(await integrationOf()).toEqual(before);
  });
});
