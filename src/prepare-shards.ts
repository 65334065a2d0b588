import { AppError } from '#base/errors.ts';
import type { Log } from '#base/log.ts';
import { engineOf } from '#database/engine.ts';
import { migrate } from '#database/migrate.ts';
import { enHealthWords } from '#health/health-words.ts';
import type { Fleet } from '#shards/fleet.ts';
import type { Shard } from '#shards/placements.ts';

/** The interval at which the server tries again to reach a shard that was unavailable at the start. */
const RETRY_MS = 5_000;

export interface PreparedShards {
  /** Returns the names of the shards that have not been reached yet. */
  readonly missing: () => readonly string[];
  readonly stop: () => void;
}

/** Migrates the schema of a shard, and logs warnings about risks to its data. */
async function prepareShard({ name, database }: Shard, log: Log): Promise<void> {
  await engineOf(database).requireSound(database);
  const migrations = await migrate(database);
  if (migrations.length > 0) log.info({ shard: name, migrations }, 'migrated');
  for (const table of ['events', 'requests'] as const) {
    await engineOf(database).commitOrder.adoptRestoredRows(database, table);
  }
  for (const risk of await engineOf(database).findRisks(database)) log.warn({ shard: name }, enHealthWords.risks[risk]);
}

/**
 * Prepares every shard. Throws `unavailable` if the main shard cannot be reached. If another shard cannot be reached, the organizations
 * of all other shards are served, and the missing shard is prepared as soon as it can be reached.
 */
export async function prepareShards({ main, shards }: Fleet, log: Log): Promise<PreparedShards> {
  const missing = new Map<string, Shard>();
  const timers = new Map<string, NodeJS.Timeout>();
  const prepare = async (shard: Shard) => {
    try {
      await prepareShard(shard, log);
      missing.delete(shard.name);
    } catch (error) {
      const canWait = shard !== main && isUnavailable(error);
      if (!canWait) throw error;
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

/** True if an error, or the error that the migrator wrapped in it, is an outage of the database. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof AppError) return error.isOutage;
  return error instanceof Error && error.cause !== undefined && isUnavailable(error.cause);
}
