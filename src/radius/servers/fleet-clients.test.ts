import { expect, test } from 'vitest';
import { openTestDirectory } from '../../../tests/support/directory.ts';
import { errorOfAsync } from '../../../tests/support/error-of.ts';
import { organizationTables, readRowBatches } from '#database/copied-tables.ts';
import { createGroup } from '#directory/groups.ts';
import { createUser } from '#directory/users.ts';
import { createFleet } from '#shards/fleet.ts';
import { writePlacement } from '#shards/placement-store.ts';
import { addClient, changeClient } from './clients.ts';
import { clientInFleet, serverInFleet } from './fleet-clients.ts';
import { allowGroup, saveReplies } from './connections.ts';
import { createServer } from './servers.ts';
import { bindAccount, saveWifiPassword } from './user-store.ts';

test('a network is unique in all databases of the installation, and a packet finds its client in any of them', async () => {
  await using main = await openTestDirectory();
  await using other = await openTestDirectory();
  const { clock } = main;
  const fleet = createFleet(clock, main.deps.database, [{ name: 'eu', database: other.deps.database }]);
  const { origin: here } = main.caller;
  const { origin: there } = other.caller;
  const served = { shard: 'eu', state: 'served', token: null, expiresAt: null } as const;
  await writePlacement(main.deps.database, there.organizationId, served);
  const [mainDeps, otherDeps] = [main, other].map(({ deps }) => ({ ...deps, fleet }));
  if (mainDeps === undefined || otherDeps === undefined) throw new Error('Both databases are open.');
  const inMain = await createServer(mainDeps, here, { name: 'Wi-Fi' });
  const inOther = await createServer(otherDeps, there, { name: 'Wi-Fi' });
  const add = async (server: typeof inMain, network: string) =>
    server === inMain
      ? await addClient(mainDeps, here, server.id, { name: network, network })
      : await addClient(otherDeps, there, server.id, { name: network, network });

  const { client: wide } = await add(inMain, '10.0.0.0/8');
  const { client: narrow } = await add(inOther, '10.7.0.0/16');
  for (const [server, network] of [
    [inOther, '10.0.0.0/8'],
    [inMain, '10.7.0.0/16'],
  ] as const) {
    expect((await errorOfAsync(add(server, network))).code, network).toBe('conflict');
  }
  const claim = changeClient(otherDeps, there, { serverId: inOther.id, id: narrow.id }, { network: '10.0.0.0/8' });
  expect((await errorOfAsync(claim)).code).toBe('conflict');
  const own = { serverId: inOther.id, id: narrow.id };
  expect(await changeClient(otherDeps, there, own, { network: '10.7.0.0/16', name: 'Site' })).toMatchObject({
    name: 'Site',
  });

  expect(await clientInFleet(fleet, '10.7.1.1')).toMatchObject({ client: { id: narrow.id }, shard: { name: 'eu' } });
  expect(await clientInFleet(fleet, '10.8.1.1')).toMatchObject({ client: { id: wide.id }, shard: { name: 'main' } });
  expect(await serverInFleet(fleet, narrow.id)).toMatchObject({ server: { id: inOther.id }, shard: { name: 'eu' } });
  // Until the switch of a move, the rows in the other database do not count.
  await writePlacement(main.deps.database, there.organizationId, { ...served, shard: 'main' });
  clock.advance(60_000);
  expect(await clientInFleet(fleet, '10.7.1.1')).toMatchObject({ client: { id: wide.id } });
  expect(await serverInFleet(fleet, narrow.id)).toBeUndefined();
});

test('a copy and a move read all rows of RADIUS servers', async () => {
  await using directory = await openTestDirectory();
  const { caller, clock } = directory;
  const { origin } = caller;
  const { organizationId } = origin;
  const deps = { ...directory.deps, fleet: createFleet(clock, directory.deps.database) };
  const user = await createUser(deps, caller, { document: { userName: 'ann' }, ignored: [] });
  const document = { displayName: 'Staff', members: [{ value: user.id }] };
  const group = await createGroup(deps, caller, { document, ignored: [] });
  const server = await createServer(deps, origin, { name: 'Wi-Fi' });
  await addClient(deps, origin, server.id, { name: 'Switch', network: '2001:db8::/32' });
  await allowGroup(deps, origin, server.id, group.id);
  await saveReplies(deps, origin, group.id, () => ({ replies: [], vlan: { vlan: 42 } }));
  const key = { organizationId, userId: user.id };
  await bindAccount(deps.database, key, { tenant: 'tenant', objectId: 'object' }, null, clock.now());
  await saveWifiPassword(deps.database, key, { hash: 'hash', createdAt: clock.now() });

  const tables = organizationTables.filter(({ name }) => name.startsWith('radius_'));
  const counts: Record<string, number> = {};
  for (const table of tables) {
    for (const one of [undefined, organizationId]) {
      const batches = await Array.fromAsync(readRowBatches(deps.database, table, one));
      const rows = batches.flat();
      const keys = new Set(rows.map((row) => JSON.stringify(table.key.map((column) => row[column]))));
      expect(keys.size, table.name).toBe(rows.length);
      counts[table.name] = rows.length;
    }
  }
  expect(counts).toEqual({
    radius_servers: 1,
    radius_clients: 1,
    radius_server_groups: 1,
    radius_replies: 3,
    radius_bindings: 1,
    radius_wifi_passwords: 1,
  });
});
