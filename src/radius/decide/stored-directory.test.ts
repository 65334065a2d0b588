import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../../tests/support/directory.ts';
import { createGroup } from '#directory/groups.ts';
import { createUser } from '#directory/users.ts';
import { createFleet } from '#shards/fleet.ts';
import { addClient, changeClient, removeClient, rotateSecret } from '../servers/clients.ts';
import { allowGroup, saveReplies } from '../servers/connections.ts';
import { changeServer, createServer } from '../servers/servers.ts';
import { saveWifiPassword } from '../servers/user-store.ts';
import type { DecidingServer, RadiusDirectory } from './radius-directory.ts';
import { storedRadiusDirectory } from './stored-directory.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const OBJECT_ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const entra = { tenant: 'contoso.example', clientId: 'app', clientSecret: 'canary-secret', cacheSeconds: 60 };

let directory: TestDirectory;
let stored: RadiusDirectory;
let userId: string;
let serverId: string;
let clientId: string;
let secret: string;

function depsOfTest() {
  return { ...directory.deps, fleet: createFleet(directory.clock, directory.deps.database) };
}
/** Reads the server as a decision does. */
async function serverNow(): Promise<DecidingServer> {
  const found = await stored.clientWithServer(clientId);
  if (found === undefined) throw new Error('The client exists.');
  return found.server;
}

beforeAll(async () => {
  directory = await openTestDirectory();
  const deps = depsOfTest();
  const { origin } = directory.caller;
  stored = storedRadiusDirectory({
    ...deps,
    publicUrl: () => 'https://tanhua.example',
    isPublicUrlConfigured: true,
    minimumResponseTime: () => Promise.resolve(),
    wakeMailer: () => undefined,
  });
  userId = (await createUser(deps, directory.caller, { document: { userName: 'ann' }, ignored: [] })).id;
  const document = { displayName: 'Staff', members: [{ value: userId }] };
  const group = await createGroup(deps, directory.caller, { document, ignored: [] });
  serverId = (await createServer(deps, origin, { name: 'Wi-Fi' })).id;
  const added = await addClient(deps, origin, serverId, { name: 'Lobby', network: '192.0.2.0/24' });
  clientId = added.client.id;
  secret = added.secret;
  await allowGroup(deps, origin, serverId, group.id);
  await saveReplies(deps, origin, group.id, () => ({ replies: [], vlan: { vlan: 42 } }));
});
afterAll(() => directory[Symbol.asyncDispose]());

describe('storedRadiusDirectory()', () => {
  test('finds a client by an address, with the secret that is valid now', async () => {
    const client = { id: clientId, name: 'Lobby', secret, requiresMessageAuthenticator: true };
    expect(await stored.clientAt('192.0.2.9')).toEqual(client);
    expect(await stored.clientAt('198.51.100.9')).toBeUndefined();
    const { origin } = directory.caller;
    const ids = { serverId, id: clientId };
    const changeAt = new Date(directory.clock.now().getTime() + 60_000);
    const next = await rotateSecret(depsOfTest(), origin, ids, { changeAt });
    expect((await stored.clientAt('192.0.2.9'))?.secret).toBe(secret);
    directory.clock.advance(60_000);
    expect((await stored.clientAt('192.0.2.9'))?.secret).toBe(next.secret);
    await changeClient(depsOfTest(), origin, ids, { isInsecure: true });
    expect((await stored.clientAt('192.0.2.9'))?.requiresMessageAuthenticator).toBe(false);
  });

  test('reads the server of a client with what a decision needs, and the groups and replies of a user', async () => {
    const server = await serverNow();
    expect(server).toMatchObject({
      id: serverId,
      identityProvider: 'directory',
      methods: ['pap', 'eapTtlsPap'],
      entra: null,
    });
    expect(await stored.connectableGroups(server, userId)).toMatchObject([{ name: 'Staff' }]);
    expect(await stored.connectableGroups(server, 'another')).toEqual([]);
    expect(await stored.repliesFor(server, userId)).toContainEqual({
      name: 'Tunnel-Private-Group-Id',
      tag: 0,
      value: '42',
    });
    expect(await stored.wifiPasswordHashOf(server, userId)).toBeNull();
    const { organizationId } = server;
    const saved = { hash: 'hash', createdAt: directory.clock.now() };
    await saveWifiPassword(directory.deps.database, { organizationId, userId }, saved);
    expect(await stored.wifiPasswordHashOf(server, userId)).toBe('hash');
  });

  test('binds a user to one account under a domain, and compares tenants if the settings name one by its id', async () => {
    const { origin } = directory.caller;
    await changeServer(depsOfTest(), origin, serverId, { identityProvider: 'entra', entra });
    const byDomain = await serverNow();
    expect(byDomain.entra).toEqual({
      authority: 'https://login.microsoftonline.com',
      tenant: 'contoso.example',
      clientId: 'app',
      clientSecret: 'canary-secret',
      cacheSeconds: 60,
    });
    const account = { tenant: TENANT, objectId: OBJECT_ID };
    const elsewhere = { tenant: OBJECT_ID, objectId: TENANT };
    expect(await stored.bindingOf(byDomain, userId)).toBeNull();
    expect(await stored.bind(byDomain, userId, account)).toEqual(account);
    expect(await stored.bind(byDomain, userId, elsewhere)).toEqual(account);
    const bob = await createUser(directory.deps, directory.caller, { document: { userName: 'bob' }, ignored: [] });
    expect(await stored.bind(byDomain, bob.id, account)).toBeNull();
    await changeServer(depsOfTest(), origin, serverId, { entra: { ...entra, tenant: OBJECT_ID.toUpperCase() } });
    const byId = await serverNow();
    expect(await stored.bindingOf(byId, userId)).toBeNull();
    expect(await stored.bind(byId, userId, elsewhere)).toEqual(elsewhere);
  });

  test('finds no server for a client that was removed', async () => {
    await removeClient(depsOfTest(), directory.caller.origin, { serverId, id: clientId });
    expect(await stored.clientWithServer(clientId)).toBeUndefined();
    expect(await stored.clientAt('192.0.2.9')).toBeUndefined();
  });
});
