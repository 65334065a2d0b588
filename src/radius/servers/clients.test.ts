import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../../tests/support/directory.ts';
import { errorOfAsync } from '../../../tests/support/error-of.ts';
import { listEvents } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { scopeTo } from '#database/database.ts';
import { createFleet } from '#shards/fleet.ts';
import { clientNetwork, IPV4_PREFIX_MIN, IPV6_PREFIX_MIN } from './client-network.ts';
import { clientOfAddress, countClients, findClient, insertClient, listClients } from './client-store.ts';
import {
  addClient,
  CHANGE_DAYS_MAX,
  changeClient,
  CLIENTS_MAX,
  clientTag,
  removeClient,
  requireClientNamed,
  rotateSecret,
  type ClientDeps,
} from './clients.ts';
import { clientInFleet, serverInFleet } from './fleet-clients.ts';
import { serverOfClient } from './server-store.ts';
import { createServer, removeServer } from './servers.ts';
import {
  CLIENT_CACHE_SECONDS,
  newSharedSecret,
  SECRET_ALPHABET,
  SECRET_LENGTH,
  sharedSecretAt,
} from './shared-secret.ts';

let directory: TestDirectory;
/** The dependencies of a request of an organization, which cannot read the rows of others on PostgreSQL. */
let depsOf: (origin: Origin) => ClientDeps;

beforeAll(async () => {
  directory = await openTestDirectory();
  const { deps, clock } = directory;
  const fleet = createFleet(clock, deps.database);
  depsOf = ({ organizationId }) => ({ ...deps, fleet, database: scopeTo(deps.database, organizationId) });
});
afterAll(() => directory[Symbol.asyncDispose]());

async function newServer() {
  const { origin } = await directory.newCaller('Office');
  const deps = depsOf(origin);
  const server = await createServer(deps, origin, { name: 'Wi-Fi' });
  return {
    origin,
    deps,
    server,
    add: async (name: string, network: string) => await addClient(deps, origin, server.id, { name, network }),
  };
}
const lastEvent = async ({ organizationId }: Origin) =>
  (await listEvents(directory.deps.database, { organizationId, limit: 1 }))[0];
const idsOf = ({ id, serverId }: { id: string; serverId: string }) => ({ id, serverId });

test('a generated shared secret has at least 24 characters that every device accepts, and is different each time', () => {
  const secrets = Array.from({ length: 50 }, newSharedSecret);
  for (const secret of secrets) {
    expect(secret).toHaveLength(SECRET_LENGTH);
    expect(secret.split('').every((letter) => SECRET_ALPHABET.includes(letter))).toBe(true);
  }
  expect(SECRET_LENGTH).toBeGreaterThanOrEqual(24);
  expect(SECRET_LENGTH).toBeLessThanOrEqual(31);
  expect(SECRET_ALPHABET).toMatch(/^[0-9a-zA-Z]+$/);
  expect(new Set(secrets).size).toBe(50);
});

describe('addClient()', () => {
  test('stores the network in its canonical form and the secret encrypted, and returns the secret once', async () => {
    const { origin, deps, server, add } = await newServer();
    const { client, secret, changeAt, certainFrom } = await add('Access points', '192.0.2.9/28');
    expect(client).toMatchObject({ name: 'Access points', network: '192.0.2.0/28', isInsecure: false, next: null });
    expect(certainFrom.getTime() - changeAt.getTime()).toBe(CLIENT_CACHE_SECONDS * 1_000);
    expect(await findClient(deps.database, origin.organizationId, client.id)).toEqual(client);
    expect(deps.secrets.open(client.sealedSecret)).toBe(secret);
    const event = await lastEvent(origin);
    expect(event).toMatchObject({
      event_type: 'radius_client_create',
      resource: { type: 'radius_client', id: client.id },
    });
    const rows = await directory.deps.database.selectFrom('radius_clients').selectAll().execute();
    expect(JSON.stringify([rows, event])).not.toContain(secret);
    expect(await countClients(deps.database, origin.organizationId, [server.id])).toEqual(new Map([[server.id, 1]]));
    for (const named of ['ACCESS POINTS', client.id, '192.0.2.0/28']) {
      expect(await requireClientNamed(deps.database, server, named)).toEqual(client);
    }
    expect((await errorOfAsync(requireClientNamed(deps.database, server, 'x'))).message).toContain('"Access points"');
  });

  test('refuses a network that a client of any organization has, without saying whose it is', async () => {
    const one = await newServer();
    const other = await newServer();
    const { client } = await one.add('Switch', '198.51.100.0/24');
    for (const network of ['198.51.100.0/24', '198.51.100.77/24', '::ffff:198.51.100.0/120']) {
      for (const add of [one.add, other.add]) {
        const error = await errorOfAsync(add('Another', network));
        expect(error).toMatchObject({ code: 'conflict', attribute: 'network' });
        expect(error.message).toContain('The network "198.51.100.0/24" already belongs to a RADIUS client');
        for (const hidden of [client.id, client.name, one.origin.organizationId]) {
          expect(`${error.message}${error.chinese}`).not.toContain(hidden);
        }
      }
    }
    expect((await other.add('Inside', '198.51.100.0/25')).client.network).toBe('198.51.100.0/25');
    const { client: moved } = await other.add('Moved', '198.51.101.0/24');
    const claim = changeClient(other.deps, other.origin, idsOf(moved), { network: '198.51.100.0/24' });
    expect(await errorOfAsync(claim)).toMatchObject({ code: 'conflict', attribute: 'network' });
    // The index refuses a network that another process stored after the check.
    const late = insertClient(other.deps.database, {
      ...moved,
      id: 'late',
      name: 'late',
      networkKey: client.networkKey,
    });
    await expect(late).rejects.toThrow(/network_key|radius_clients_network/);
  });

  test.for([
    ['access-point', 'is neither an address nor a network'],
    [`10.0.0.0/${IPV4_PREFIX_MIN - 1}`, `at least ${IPV4_PREFIX_MIN} bits`],
    [`2001:db8::/${IPV6_PREFIX_MIN - 1}`, `at least ${IPV6_PREFIX_MIN} bits`],
    ['0.0.0.0/0', `at least ${IPV4_PREFIX_MIN} bits`],
  ] as const)('refuses %s', async ([network, message]) => {
    const { add } = await newServer();
    const error = await errorOfAsync(add('Wrong', network));
    expect(error).toMatchObject({ code: 'invalidValue', attribute: 'network' });
    expect(error.message).toContain(message);
  });

  test('accepts the largest networks that are allowed', async () => {
    const { add } = await newServer();
    expect((await add('v4', `10.9.9.9/${IPV4_PREFIX_MIN}`)).client.network).toBe(`10.0.0.0/${IPV4_PREFIX_MIN}`);
    expect((await add('v6', `fd00:1::/${IPV6_PREFIX_MIN}`)).client.network).toBe(`fd00::/${IPV6_PREFIX_MIN}`);
  });

  test('refuses a name that another client of the server has, an unknown server, and more than CLIENTS_MAX clients', async () => {
    const { origin, deps, server, add } = await newServer();
    const { client } = await add('Switch', '203.0.113.1');
    expect(await errorOfAsync(add('SWITCH', '203.0.113.2'))).toMatchObject({ code: 'conflict', attribute: 'name' });
    const stranger = await newServer();
    const foreign = addClient(stranger.deps, stranger.origin, server.id, { name: 'x', network: '203.0.113.3' });
    expect((await errorOfAsync(foreign)).code).toBe('notFound');
    for (let number = 1; number < CLIENTS_MAX - 1; number += 1) {
      const network = clientNetwork(`172.16.${number >> 8}.${number & 0xff}`) ?? expect.fail('it is an address');
      const own = {
        id: `${server.id}${number}`,
        name: `Client ${number}`,
        network: network.text,
        networkKey: network.key,
      };
      await insertClient(deps.database, { ...client, ...own });
    }
    await add('Last', '203.0.113.4');
    expect((await errorOfAsync(add('One more', '203.0.113.5'))).message).toContain(`at most ${CLIENTS_MAX} clients`);
    expect(await listClients(deps.database, origin.organizationId, server.id)).toHaveLength(CLIENTS_MAX);
  });
});

describe('clientOfAddress()', () => {
  test('finds the client with the longest prefix that contains the address, in any organization', async () => {
    const one = await newServer();
    const other = await newServer();
    const { database } = directory.deps;
    await one.add('Company', '100.64.0.0/10');
    await other.add('Site', '100.64.8.0/21');
    await one.add('Device', '100.64.8.7');
    await one.add('IPv6', '2001:db8:7::/48');
    const nameAt = async (address: string) => (await clientOfAddress(database, address))?.name;
    expect(await nameAt('100.64.8.7')).toBe('Device');
    expect(await nameAt('::ffff:100.64.8.7')).toBe('Device');
    expect(await nameAt('100.64.8.8')).toBe('Site');
    expect(await nameAt('100.64.16.1')).toBe('Company');
    expect(await nameAt('2001:db8:7:1::5')).toBe('IPv6');
    for (const unknown of ['100.128.0.1', '2001:db8:8::1', '', 'x', '100.64.8.0/21']) {
      expect(await nameAt(unknown), unknown).toBeUndefined();
    }
    const site = (await clientOfAddress(database, '100.64.8.8'))?.id ?? '';
    expect(await serverOfClient(database, site)).toEqual(other.server);
    expect(await serverOfClient(database, 'unknown')).toBeUndefined();
    const { fleet } = other.deps;
    expect(await clientInFleet(fleet, '100.64.8.8')).toMatchObject({ client: { id: site }, shard: { name: 'main' } });
    expect(await clientInFleet(fleet, '100.128.0.1')).toBeUndefined();
    expect(await serverInFleet(fleet, site)).toMatchObject({ server: other.server, shard: { name: 'main' } });
    expect(await serverInFleet(fleet, 'unknown')).toBeUndefined();
    await removeServer(other.deps, other.origin, other.server.id);
    expect(await nameAt('100.64.8.8')).toBe('Company');
  });
});

describe('changeClient()', () => {
  test('changes what is sent but not the secret, and records the changes', async () => {
    const { origin, deps, add } = await newServer();
    const { client, secret } = await add('Gateway', '203.0.113.64/26');
    const change = { name: 'VPN', network: '203.0.113.65', isInsecure: true, ifMatch: clientTag(client) };
    const changed = await changeClient(deps, origin, idsOf(client), change);
    expect(changed).toMatchObject({ name: 'VPN', network: '203.0.113.65', isInsecure: true });
    expect(sharedSecretAt(changed, directory.clock.now(), deps.secrets)).toBe(secret);
    expect(await lastEvent(origin)).toMatchObject({
      event_type: 'radius_client_update',
      changes: [
        { field: 'name', from: 'Gateway', to: 'VPN' },
        { field: 'network', from: '203.0.113.64/26', to: '203.0.113.65' },
        { field: 'isInsecure', from: false, to: true },
      ],
    });
    // Its own network is not taken.
    expect(await changeClient(deps, origin, idsOf(client), { network: '203.0.113.65/32' })).toEqual(changed);
    expect((await errorOfAsync(changeClient(deps, origin, idsOf(client), change))).code).toBe('versionMismatch');
  });

  test('finds and removes no client through another server or another organization', async () => {
    const one = await newServer();
    const other = await newServer();
    const { client } = await one.add('Gateway', '203.0.113.130');
    const second = await createServer(one.deps, one.origin, { name: 'Second' });
    for (const [asker, serverId] of [
      [one, second.id],
      [other, one.server.id],
      [other, other.server.id],
    ] as const) {
      const ids = { id: client.id, serverId };
      for (const call of [
        () => changeClient(asker.deps, asker.origin, ids, { name: 'Taken' }),
        () => rotateSecret(asker.deps, asker.origin, ids),
        () => removeClient(asker.deps, asker.origin, ids),
      ]) {
        expect((await errorOfAsync(call())).code).toBe('notFound');
      }
    }
    expect((await errorOfAsync(removeClient(one.deps, one.origin, idsOf(client), '"x"'))).code).toBe('versionMismatch');
    expect(await removeClient(one.deps, one.origin, idsOf(client), clientTag(client))).toEqual(client);
    expect(await lastEvent(one.origin)).toMatchObject({ event_type: 'radius_client_delete' });
    expect(await clientOfAddress(directory.deps.database, '203.0.113.130')).toBeUndefined();
  });
});

describe('rotateSecret()', () => {
  test('replaces the secret at once by default', async () => {
    const { origin, deps, add } = await newServer();
    const { client, secret } = await add('Switch', '203.0.113.140');
    const rotated = await rotateSecret(deps, origin, idsOf(client));
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.client.next).toBeNull();
    expect(sharedSecretAt(rotated.client, directory.clock.now(), deps.secrets)).toBe(rotated.secret);
    const event = await lastEvent(origin);
    expect(event).toMatchObject({ event_type: 'radius_client_secret_rotate' });
    for (const hidden of [secret, rotated.secret]) expect(JSON.stringify(event)).not.toContain(hidden);
  });

  test('keeps the current secret valid until the time of the change, and then uses the next one', async () => {
    const { origin, deps, add } = await newServer();
    const { clock } = directory;
    const { client, secret } = await add('Switch', '203.0.113.141');
    const changeAt = new Date(clock.now().getTime() + 3_600_000);
    const planned = await rotateSecret(deps, origin, idsOf(client), { changeAt, ifMatch: clientTag(client) });
    expect(planned.changeAt).toEqual(changeAt);
    expect(planned.certainFrom.getTime()).toBe(changeAt.getTime() + CLIENT_CACHE_SECONDS * 1_000);
    const secretIn = async (ms: number) => {
      const stored = await findClient(deps.database, origin.organizationId, client.id);
      return stored && sharedSecretAt(stored, new Date(clock.now().getTime() + ms), deps.secrets);
    };
    expect(await secretIn(3_599_999)).toBe(secret);
    expect(await secretIn(3_600_000)).toBe(planned.secret);
    // Another plan replaces the first one. The secret that is valid now stays valid until then.
    const again = await rotateSecret(deps, origin, idsOf(client), { changeAt });
    expect(await secretIn(0)).toBe(secret);
    expect(await secretIn(3_600_000)).toBe(again.secret);
    clock.advance(3_600_000);
    const later = await rotateSecret(deps, origin, idsOf(client), {
      changeAt: new Date(clock.now().getTime() + 1_000),
    });
    expect(await secretIn(0)).toBe(again.secret);
    expect(await secretIn(1_000)).toBe(later.secret);
  });

  test('accepts times from now to CHANGE_DAYS_MAX days ahead', async () => {
    const { origin, deps, add } = await newServer();
    const now = directory.clock.now().getTime();
    const { client } = await add('Switch', '203.0.113.142');
    const at = async (ms: number) => await rotateSecret(deps, origin, idsOf(client), { changeAt: new Date(now + ms) });
    expect((await at(0)).client.next).toBeNull();
    expect((await at(CHANGE_DAYS_MAX * DAY_MS)).client.next).not.toBeNull();
    expect((await errorOfAsync(at(-1))).message).toContain('in the past');
    expect((await errorOfAsync(at(CHANGE_DAYS_MAX * DAY_MS + 1))).message).toContain(
      `within the next ${CHANGE_DAYS_MAX} days`,
    );
  });
});
