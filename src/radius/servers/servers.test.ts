import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../../tests/support/directory.ts';
import { errorOfAsync } from '../../../tests/support/error-of.ts';
import { listEvents } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { CACHE_SECONDS_MAX } from '../credentials/password-cache.ts';
import { findServer, listServers } from './server-store.ts';
import {
  changeServer,
  createServer,
  removeServer,
  requireServerNamed,
  SERVERS_MAX,
  serverTag,
  shownClientSecret,
} from './servers.ts';

let directory: TestDirectory;
let origin: Origin;

beforeAll(async () => {
  directory = await openTestDirectory();
  ({ origin } = directory.caller);
});
afterAll(() => directory[Symbol.asyncDispose]());

const newOrigin = async () => (await directory.newCaller('Other')).origin;
const lastEvent = async ({ organizationId }: Origin) =>
  (await listEvents(directory.deps.database, { organizationId, limit: 1 }))[0];
const entra = { tenant: 'contoso.onmicrosoft.com', clientId: '5d0e4c58-9a63-4c1d-a2b0-f4a92f1f7a1c' };

describe('createServer()', () => {
  test('stores a server with defaults, and records an event', async () => {
    const { deps } = directory;
    const server = await createServer(deps, origin, { name: 'Office' });
    expect(server).toMatchObject({
      organizationId: origin.organizationId,
      identityProvider: 'directory',
      methods: ['pap', 'eapTtlsPap'],
      lockedAccounts: 'refuse',
      expiredPasswords: 'refuse',
      entra: {
        authorityUrl: 'https://login.microsoftonline.com',
        tenant: null,
        clientId: null,
        sealedClientSecret: null,
        objectIdAttribute: null,
        cacheSeconds: 0,
      },
    });
    expect(await findServer(deps.database, origin.organizationId, server.id)).toEqual(server);
    expect(await requireServerNamed(deps.database, origin.organizationId, 'OFFICE')).toEqual(server);
    expect(await lastEvent(origin)).toMatchObject({
      event_type: 'radiusserver_create',
      resource: { type: 'radius_server', id: server.id, name: 'Office' },
    });
  });

  test('encrypts the client secret, and keeps it out of events and answers', async () => {
    const { deps } = directory;
    const server = await createServer(deps, origin, {
      name: 'Entra Wi-Fi',
      identityProvider: 'entra',
      methods: ['eapTtlsPap', 'eapTtlsPap'],
      entra: {
        ...entra,
        clientSecret: 'canary-secret',
        authorityUrl: 'http://127.0.0.1:8080/entra//',
        objectIdAttribute: 'EXTERNALID',
        cacheSeconds: CACHE_SECONDS_MAX,
      },
    });
    expect(server.methods).toEqual(['eapTtlsPap']);
    expect(server.entra).toMatchObject({
      authorityUrl: 'http://127.0.0.1:8080/entra',
      objectIdAttribute: 'externalId',
    });
    expect(deps.secrets.open(server.entra.sealedClientSecret ?? '')).toBe('canary-secret');
    expect(shownClientSecret(server)).toBe('*****');
    const rows = await deps.database.selectFrom('radius_servers').selectAll().execute();
    expect(JSON.stringify([rows, await lastEvent(origin)])).not.toContain('canary');
  });

  test.for([
    [{ methods: [] }, 'methods', 'methods is empty'],
    [{ identityProvider: 'entra' }, 'entra.tenant', 'entra.tenant is missing'],
    [{ identityProvider: 'entra', entra: { tenant: 'contoso.com' } }, 'entra.clientId', 'entra.clientId is missing'],
    [{ entra: { tenant: 'common' } }, 'entra.tenant', 'would also accept people of other tenants'],
    [{ entra: { tenant: 'Organizations' } }, 'entra.tenant', 'would also accept people of other tenants'],
    [{ entra: { tenant: 'a/b' } }, 'entra.tenant', 'write the id of the tenant'],
    [{ entra: { authorityUrl: 'http://login.example' } }, 'entra.authorityUrl', 'passwords cannot be sent to'],
    [{ entra: { authorityUrl: 'https://u:p@login.example' } }, 'entra.authorityUrl', 'without a user'],
    [{ entra: { authorityUrl: 'https://login.example?x' } }, 'entra.authorityUrl', 'without a user, a query'],
    [{ entra: { authorityUrl: 'login.example' } }, 'entra.authorityUrl', 'begins with https://'],
    [{ entra: { objectIdAttribute: 'objectid' } }, 'entra.objectIdAttribute', 'is not a text attribute of users'],
    [{ entra: { objectIdAttribute: 'emails' } }, 'entra.objectIdAttribute', 'is not a text attribute of users'],
    [{ entra: { objectIdAttribute: 'password' } }, 'entra.objectIdAttribute', 'is not a text attribute of users'],
  ] as const)('refuses the settings %j', async ([settings, attribute, message]) => {
    const error = await errorOfAsync(createServer(directory.deps, origin, { name: 'Wrong', ...settings }));
    expect(error).toMatchObject({ code: 'invalidValue', attribute });
    expect(error.message).toContain(message);
    expect(error.chinese).toBeDefined();
  });

  test('refuses a name that another server of the organization has, ignoring letter case, but not one of another organization', async () => {
    const { deps } = directory;
    expect(await errorOfAsync(createServer(deps, origin, { name: 'oFFice' }))).toMatchObject({
      code: 'conflict',
      attribute: 'name',
    });
    expect((await createServer(deps, await newOrigin(), { name: 'Office' })).name).toBe('Office');
  });

  test('allows SERVERS_MAX servers of an organization, and no more', async () => {
    const { deps } = directory;
    const other = await newOrigin();
    const create = async (number: number) => await createServer(deps, other, { name: `Server ${number}` });
    for (let number = 0; number < SERVERS_MAX; number += 1) await create(number);
    expect(await errorOfAsync(create(SERVERS_MAX))).toMatchObject({ code: 'conflict' });
    expect(await listServers(deps.database, other.organizationId)).toHaveLength(SERVERS_MAX);
  });
});

describe('changeServer()', () => {
  test('changes what is sent, records the changes, and does nothing without a change', async () => {
    const { deps, clock } = directory;
    const own = await newOrigin();
    const before = await createServer(deps, own, { name: 'Wi-Fi' });
    clock.advance(1_000);
    const after = await changeServer(deps, own, before.id, {
      identityProvider: 'entra',
      lockedAccounts: 'allow',
      entra: { ...entra, clientSecret: 's' },
    });
    expect(after).toMatchObject({ name: 'Wi-Fi', identityProvider: 'entra', lockedAccounts: 'allow', entra });
    expect(after.modifiedAt).toEqual(clock.now());
    expect(await findServer(deps.database, own.organizationId, before.id)).toEqual(after);
    const event = await lastEvent(own);
    expect(event).toMatchObject({
      event_type: 'radiusserver_update',
      changes: [
        { field: 'identityProvider', from: 'directory', to: 'entra' },
        { field: 'lockedAccounts', from: 'refuse', to: 'allow' },
        { field: 'tenant', from: null, to: entra.tenant },
        { field: 'clientId', from: null, to: entra.clientId },
        { field: 'clientSecret', from: null, to: '********' },
      ],
    });
    // A client that sends back what it read changes nothing.
    const { tenant, clientId, authorityUrl } = after.entra;
    const same = { name: 'Wi-Fi', entra: { tenant, clientId, authorityUrl, clientSecret: '*****' } };
    expect(await changeServer(deps, own, before.id, same)).toEqual(after);
    expect((await lastEvent(own))?.['id']).toBe(event?.['id']);
    expect(await changeServer(deps, own, before.id, { entra: { clientSecret: null } })).toMatchObject({
      entra: { sealedClientSecret: null },
    });
  });

  test('deletes the client secret with a change of the authority or the tenant, and refuses to keep it', async () => {
    const { deps } = directory;
    const own = await newOrigin();
    const secret = { entra: { ...entra, clientSecret: 's' } };
    const { id } = await createServer(deps, own, { name: 'Wi-Fi', ...secret });
    for (const moved of [{ authorityUrl: 'https://login.microsoftonline.us' }, { tenant: 'fabrikam.com' }]) {
      await changeServer(deps, own, id, secret);
      const kept = changeServer(deps, own, id, { entra: { ...moved, clientSecret: '*****' } });
      expect((await errorOfAsync(kept)).code).toBe('secretNeeded');
      expect((await changeServer(deps, own, id, { entra: moved })).entra.sealedClientSecret).toBeNull();
    }
  });

  test('refuses another version than the stored one, and an unknown server', async () => {
    const { deps } = directory;
    const own = await newOrigin();
    const before = await createServer(deps, own, { name: 'Wi-Fi' });
    const tag = serverTag(before);
    const after = await changeServer(deps, own, before.id, { name: 'Wireless' }, tag);
    expect(serverTag(after)).not.toBe(tag);
    for (const stale of [
      () => changeServer(deps, own, before.id, { name: 'x' }, tag),
      () => removeServer(deps, own, before.id, tag),
    ]) {
      expect((await errorOfAsync(stale())).code).toBe('versionMismatch');
    }
    for (const unknown of [
      () => changeServer(deps, origin, before.id, { name: 'x' }),
      () => removeServer(deps, origin, before.id),
      () => requireServerNamed(deps.database, origin.organizationId, 'x'),
    ]) {
      expect((await errorOfAsync(unknown())).code).toBe('notFound');
    }
    expect(await removeServer(deps, own, before.id, serverTag(after))).toEqual(after);
    expect(await listServers(deps.database, own.organizationId)).toEqual([]);
    expect(await lastEvent(own)).toMatchObject({ event_type: 'radiusserver_delete' });
  });
});
