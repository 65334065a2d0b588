import { sql, type Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { prepared } from '#database/prepared.ts';
import type { RadiusClientTable } from '#database/radius-tables.ts';
import { containingKeys, prefixOfKey } from './client-network.ts';

/** A client of a RADIUS server: an access point, a switch, or a VPN gateway. */
export interface RadiusClient {
  readonly id: string;
  readonly organizationId: string;
  readonly serverId: string;
  readonly name: string;
  /** The address or the network that the packets of the client come from, in its canonical form. */
  readonly network: string;
  readonly networkKey: string;
  /** The encrypted shared secret. */
  readonly sealedSecret: string;
  /** The encrypted secret that replaces it, and the time of the change; null if no change is planned. */
  readonly next: { readonly sealedSecret: string; readonly from: Date } | null;
  /** True if packets without Message-Authenticator are accepted, which lets an attacker on the path forge answers (CVE-2024-3596). */
  readonly isInsecure: boolean;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** Inserts a client. Throws the database's unique-violation error if a client of any organization has the network. */
export async function insertClient(database: Database, client: RadiusClient): Promise<void> {
  await database
    .insertInto('radius_clients')
    .values({
      id: client.id,
      organization_id: client.organizationId,
      server_id: client.serverId,
      created_at: client.createdAt.getTime(),
      ...columnsOf(client),
    })
    .execute();
}

/** Updates a client. Throws the database's unique-violation error if a client of any organization has the network. */
export async function updateClient(database: Database, client: RadiusClient): Promise<void> {
  await database
    .updateTable('radius_clients')
    .set(columnsOf(client))
    .where('organization_id', '=', client.organizationId)
    .where('id', '=', client.id)
    .execute();
}

export async function deleteClient(database: Database, organizationId: string, id: string): Promise<void> {
  await database
    .deleteFrom('radius_clients')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

const selectClient = prepared((database, values: { organizationId: string; id: string }) =>
  database
    .selectFrom('radius_clients')
    .selectAll()
    .where('organization_id', '=', values.organizationId)
    .where('id', '=', values.id),
);

export async function findClient(
  database: Database,
  organizationId: string,
  id: string,
): Promise<RadiusClient | undefined> {
  const [row] = await selectClient(database, { organizationId, id });
  return row && toClient(row);
}

/** Lists the clients of a server by name. There are at most CLIENTS_MAX. */
export async function listClients(
  database: Database,
  organizationId: string,
  serverId: string,
): Promise<readonly RadiusClient[]> {
  return (await selectClients(database, { organizationId, serverId })).map(toClient);
}

const selectClients = prepared((database, values: { organizationId: string; serverId: string }) =>
  database
    .selectFrom('radius_clients')
    .selectAll()
    .where('organization_id', '=', values.organizationId)
    .where('server_id', '=', values.serverId)
    .orderBy('name_key'),
);

/** Counts the clients of servers, by the id of the server. A server without clients is not in the map. */
export async function countClients(
  database: Database,
  organizationId: string,
  serverIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (serverIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('radius_clients')
    .select(({ fn }) => ['server_id as serverId', fn.countAll<number>().as('count')])
    .where('organization_id', '=', organizationId)
    .where('server_id', 'in', serverIds)
    .groupBy('server_id')
    .execute();
  return new Map(rows.map(({ serverId, count }) => [serverId, Number(count)]));
}

const selectContaining = prepared((database, values: { keys: string }) =>
  database
    .selectFrom('radius_clients')
    .selectAll()
    .where(engineOf(database).json.among(sql.ref('network_key'), values.keys)),
);

/**
 * Returns the client that packets from an address belong to: of the clients whose network contains the address, the one with the longest
 * prefix. Returns undefined if there is none, or if the text is not an address. One statement looks up the keys of all networks that can
 * contain the address, in the index.
 *
 * `database` is not limited to an organization, because the address is the only thing that is known about the sender. An installation with
 * several databases asks each of them: `clientInFleet`.
 *
 * @example
 * await clientOfAddress(database, '192.0.2.7'); // the client 192.0.2.7, or else 192.0.2.0/24, or else …
 */
export async function clientOfAddress(database: Database, address: string): Promise<RadiusClient | undefined> {
  const keys = containingKeys(address);
  if (keys.length === 0) return undefined;
  const rows = await selectContaining(database, { keys: JSON.stringify(keys) });
  return longestPrefix(rows.map(toClient));
}

/** Returns the client whose network has the longest prefix. */
export function longestPrefix(clients: readonly RadiusClient[]): RadiusClient | undefined {
  return clients.toSorted((one, other) => prefixOfKey(other.networkKey) - prefixOfKey(one.networkKey))[0];
}

const selectNetworkOwner = prepared((database, values: { networkKey: string }) =>
  database.selectFrom('radius_clients').select('id').where('network_key', '=', values.networkKey),
);

/** Returns the id of the client with a network, in any organization of the database; undefined if the network is free. */
export async function findNetworkOwner(database: Database, networkKey: string): Promise<string | undefined> {
  return (await selectNetworkOwner(database, { networkKey }))[0]?.id;
}

function columnsOf(client: RadiusClient) {
  return {
    name: client.name,
    name_key: fold(client.name),
    network: client.network,
    network_key: client.networkKey,
    secret: client.sealedSecret,
    next_secret: client.next?.sealedSecret ?? null,
    next_secret_at: client.next?.from.getTime() ?? null,
    insecure: client.isInsecure ? (1 as const) : (0 as const),
    modified_at: client.modifiedAt.getTime(),
  };
}

function toClient(row: Selectable<RadiusClientTable>): RadiusClient {
  const { next_secret: nextSecret, next_secret_at: nextAt } = row;
  return {
    id: row.id,
    organizationId: row.organization_id,
    serverId: row.server_id,
    name: row.name,
    network: row.network,
    networkKey: row.network_key,
    sealedSecret: row.secret,
    next: nextSecret === null || nextAt === null ? null : { sealedSecret: nextSecret, from: new Date(nextAt) },
    isInsecure: row.insecure === 1,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
  };
}
