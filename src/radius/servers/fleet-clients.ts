import { violatedColumns } from '#database/database-errors.ts';
import { inTransaction } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import { lockNames } from '#database/locks.ts';
import type { Fleet } from '#shards/fleet.ts';
import type { Shard } from '#shards/placements.ts';
import { clientOfAddress, findNetworkOwner, longestPrefix, type RadiusClient } from './client-store.ts';
import { serverOfClient, type RadiusServer } from './server-store.ts';

/** Locks of the whole installation have no organization. */
const INSTALLATION = '';

/** A client, and the database that serves its organization. */
export interface PlacedClient {
  readonly client: RadiusClient;
  readonly shard: Shard;
}

/** A server, and the database that serves its organization. */
export interface PlacedServer {
  readonly server: RadiusServer;
  readonly shard: Shard;
}

/**
 * Like `clientOfAddress`, in an installation with several databases: of the clients in all databases, the one with the longest prefix. While
 * an organization is being moved, its clients are in two databases; only that which serves it counts.
 */
export async function clientInFleet(fleet: Fleet, address: string): Promise<PlacedClient | undefined> {
  const found = await Promise.all(
    fleet.shards.map(async (shard) => {
      const client = await clientOfAddress(shard.database, address);
      return client !== undefined && (await isServedBy(fleet, shard, client)) ? [{ client, shard }] : [];
    }),
  );
  const placed = found.flat();
  const longest = longestPrefix(placed.map(({ client }) => client));
  return placed.find(({ client }) => client === longest);
}

/** Like `serverOfClient`, in an installation with several databases. */
export async function serverInFleet(fleet: Fleet, clientId: string): Promise<PlacedServer | undefined> {
  const found = await Promise.all(
    fleet.shards.map(async (shard) => {
      const server = await serverOfClient(shard.database, clientId);
      return server !== undefined && (await isServedBy(fleet, shard, server)) ? [{ server, shard }] : [];
    }),
  );
  return found.flat()[0];
}

async function isServedBy(
  { placements }: Fleet,
  { name }: Shard,
  { organizationId }: { readonly organizationId: string },
): Promise<boolean> {
  return (await placements.of(organizationId)).shard === name;
}

/**
 * Runs `work`, which stores a network, while no other process stores the same network in another database. Throws the error of `taken` if
 * another client has the network, in any organization. Without a network, it only runs `work`.
 *
 * @param claim.clientId The client that gets the network; undefined for a new one.
 */
export async function withClaimedNetwork<Result>(
  fleet: Fleet,
  claim: {
    readonly networkKey: string | undefined;
    readonly clientId: string | undefined;
    readonly taken: () => Error;
  },
  work: () => Promise<Result>,
): Promise<Result> {
  const { networkKey, clientId, taken } = claim;
  if (networkKey === undefined) return await work();
  const checked = async () => {
    // The index of a database knows the clients of all organizations in it, also those that the connection of a request cannot read.
    const owners = await Promise.all(fleet.shards.map(({ database }) => findNetworkOwner(database, networkKey)));
    if (owners.some((owner) => owner !== undefined && owner !== clientId)) throw taken();
    try {
      return await work();
    } catch (error) {
      if (violatedColumns(error)?.some((column) => column.endsWith('network_key')) === true) throw taken();
      throw error;
    }
  };
  // An embedded database runs transactions sequentially, so `work` could not begin while another one is open.
  if (fleet.shards.length === 1 || !isConcurrent(fleet.main.database)) return await checked();
  return await inTransaction(fleet.main.database, async (transaction) => {
    await lockNames(transaction, INSTALLATION, [`radius network ${networkKey}`]);
    return await checked();
  });
}
