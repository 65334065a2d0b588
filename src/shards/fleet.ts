import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { Placements, type Shard } from './placements.ts';

/**
 * The name of the database with the catalog, which has the placements of organizations. Organizations without a placement are in this
 * database, too.
 */
export const MAIN_SHARD = 'main';

/** The databases of an installation. */
export interface Fleet {
  /** The database with the catalog. */
  readonly main: Shard;
  /** All databases, the main database first. */
  readonly shards: readonly Shard[];
  readonly placements: Placements;
}

/**
 * Creates the fleet of an installation.
 *
 * @param main The database with the catalog.
 * @param others The shards other than the main database.
 */
export function createFleet(clock: Clock, main: Database, others: readonly Shard[] = []): Fleet {
  const mainShard = { name: MAIN_SHARD, database: main };
  return { main: mainShard, shards: [mainShard, ...others], placements: new Placements(clock, mainShard, others) };
}

/** Returns the database that an organization is in. */
export async function shardOf({ shards, main, placements }: Fleet, organizationId: string): Promise<Shard> {
  const { shard } = await placements.of(organizationId);
  return shards.find(({ name }) => name === shard) ?? main;
}
