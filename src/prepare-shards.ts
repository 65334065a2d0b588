import { AppError } from '#base/errors.ts';
import type { Log } from '#base/log.ts';
import { engineOf } from '#database/engine.ts';
import { migrate } from '#database/migrate.ts';
import type { Fleet } from '#shards/fleet.ts';
import type { Shard } from '#shards/placements.ts';

/** How often a shard that was away at the start is tried again. */
const RETRY_MS = 5_000;

export interface PreparedShards {
  /** Names of those that could not be reached yet. */
  readonly missing: () => readonly string[];
  readonly stop: () => void;
}

/** Brings a shard's schema up to date, and tells what puts it at risk. */
async function prepareShard({ name, database }: Shard, log: Log): Promise<void> {
  await engineOf(database).requireSound(database);
  const migrations = await migrate(database);
  if (migrations.length > 0) log.info({ shard: name, migrations }, 'migrated');
  for (const warning of await engineOf(database).findRisks(database)) log.warn({ shard: name }, warning);
}

/**
 * Prepares every shard. Without the main one nothing starts; another one that is away keeps no organization of the others from being
 * served, and is prepared when it comes.
 */
export async function prepareShards({ main, shards }: Fleet, log: Log): Promise<PreparedShards> {
  const missing = new Map<string, Shard>();
  const timers = new Map<string, NodeJS.Timeout>();
  const prepare = async (shard: Shard) => {
    try {
      await prepareShard(shard, log);
      missing.delete(shard.name);
    } catch (error) {
      const isAway = shard !== main && isUnavailable(error);
      if (!isAway) throw error;
      log.error({ err: error, shard: shard.name }, 'the shard cannot be reached: its organizations are not served');
      missing.set(shard.name, shard);
      timers.set(
        shard.name,
        setTimeout(() => void prepareLater(shard), RETRY_MS),
      );
    }
  };
  const prepareLater = async (shard: Shard) => {
    await prepare(shard).catch((error: unknown) =>
      log.error({ err: error, shard: shard.name }, 'the shard cannot be used'),
    );
  };
  await prepare(main);
  await Promise.all(shards.filter((shard) => shard !== main).map(prepare));
  return {
    missing: () => [...missing.keys()],
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** The migrator wraps what it fails with. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof AppError) return error.isOutage;
  return error instanceof Error && error.cause !== undefined && isUnavailable(error.cause);
}
