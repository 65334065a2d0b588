import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { Placements, type Shard } from './placements.ts';

/** The name of the database that has the catalog: every organization is there that was not placed elsewhere. */
export const MAIN_SHARD = 'main';

/** All databases of an installation. */
export interface Fleet {
  /** The catalog's own. */
  readonly main: Shard;
  /** The main one first. */
  readonly shards: readonly Shard[];
  readonly placements: Placements;
}

/** `others` are the shards besides the catalog's own database. */
export function createFleet(clock: Clock, main: Database, others: readonly Shard[] = []): Fleet {
  const mainShard = { name: MAIN_SHARD, database: main };
  return { main: mainShard, shards: [mainShard, ...others], placements: new Placements(clock, mainShard, others) };
}

/** The database that an organization is in. */
export async function shardOf({ shards, main, placements }: Fleet, organizationId: string): Promise<Shard> {
  const { shard } = await placements.of(organizationId);
  return shards.find(({ name }) => name === shard) ?? main;
}
