import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { systemClock, type Clock } from '#base/clock.ts';
import { ShutdownSequence } from '#base/shutdown-sequence.ts';
import type { Config } from '#base/config.ts';
import type { Log } from '#base/log.ts';
import { AppError } from '#base/errors.ts';
import { lazySecretBox, loadSecretKey, type SecretBox } from '#base/secret-box.ts';
import { engineAdapterOf, engineOf } from '#database/engine.ts';
import { openDatabase } from '#database/open-database.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { requireKnownKey } from '#database/secret-key-store.ts';
import { productionPasswordCost } from '#directory/password-hash.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { createHttpServer } from '#http/server.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { createFleet, type Fleet } from '#shards/fleet.ts';
import { prepareShards } from './prepare-shards.ts';
import { createPeopleServices } from './people-services.ts';
import { bootstrap, type Bootstrapped } from './bootstrap.ts';

/** How long open requests may take to finish before the process stops without them: with all else less than STOP_MAX_MS. */
const DRAIN_TIMEOUT_MS = 6_000;

export interface App {
  /** The URL that others use, without a trailing slash. */
  readonly publicUrl: string;
  /** What the first start made; undefined on every later one. */
  readonly bootstrapped: Bootstrapped | undefined;
  /** What it works on, for whoever runs in the same process: two connections that write would wait for each other. */
  readonly directory: OpenDirectory;
  /** Resolves with the reason when the process has to end, since it can no longer know what the disk has. */
  readonly unsafe: Promise<AppError>;
  /** Stops taking requests, waits for those under way, and closes the database. */
  readonly stop: () => Promise<void>;
  /** What `stop` is waiting for, in words for the log. */
  readonly waitingFor: () => readonly string[];
}

/** A directory whose databases are open; `database` is the main one. */
export interface OpenDirectory extends DirectoryDeps, AsyncDisposable {
  readonly fleet: Fleet;
}

/** Opens the directory for a command: the database as it is, no server. */
export function openDirectory(config: Config, clock: Clock = systemClock): OpenDirectory {
  const database = openDatabase(config);
  const shards = config.shards.map(({ name, url }) => ({
    name,
    database: openPostgres({ url, connectionsMax: config.databaseConnections, setting: `TANHUA_SHARD_URLS (${name})` }),
  }));
  const fleet = createFleet(clock, database, shards);
  return {
    database,
    clock,
    fleet,
    schemas: standardSchemas,
    passwordCost: productionPasswordCost,
    secrets: lazySecretBox(() => loadSecretKey(config)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(fleet.shards.map((shard) => shard.database.destroy()));
    },
  };
}

/**
 * Refuses a key that did not encrypt the embedded database. On a server other machines may run with the key that did: this one
 * serves all that needs no secret, and the log says what to correct.
 */
async function requireKey(
  { database, secrets }: Pick<DirectoryDeps, 'database'> & { readonly secrets: SecretBox },
  log: Log,
) {
  try {
    await requireKnownKey(database, secrets);
  } catch (error) {
    if (!(error instanceof AppError) || engineOf(database).name === 'sqlite') throw error;
    log.error(error.operatorText);
  }
}

/** The composition root: every service is made here, by hand, in order. Whatever fails, nothing stays open. */
export async function startApp(config: Config, log: Log, clock: Clock = systemClock): Promise<App> {
  await using opened = new AsyncDisposableStack();
  const deps = openDirectory(config, clock);
  const ending = new ShutdownSequence();
  opened.defer(() => ending.end([['the database', async () => await deps[Symbol.asyncDispose]()]]));
  const { fleet } = deps;
  const shards = await prepareShards(fleet, log);
  opened.defer(shards.stop);
  await requireKey(deps, log);
  let publicUrl = config.publicUrl ?? '';
  let isPrepared = false;
  const people = createPeopleServices(config, log, deps, () => publicUrl);
  const server = await createHttpServer({
    deps,
    people: people.services,
    entra: people.entra,
    trustedProxies: config.trustedProxies,
    log,
    publicUrl: () => publicUrl,
    isPrepared: () => isPrepared,
    missingShards: shards.missing,
  });
  opened.defer(() => ending.end([['requests under way', () => closeServer(server)], ...people.stop()]));
  // First, since cycles may provision into this server.
  opened.defer(() => ending.end([['provisioning cycles', people.stopCycles]]));
  await listen(server, config);
  publicUrl ||= urlOf(config.host, server.server.address());
  // Only now: the secrets of the first start are shown once, and a start that fails shows nothing.
  const bootstrapped = await bootstrap(deps, config);
  isPrepared = true;
  await people.start();
  const stack = opened.move();
  let stopped: Promise<void> | undefined;
  const unsafe = Promise.race(fleet.shards.flatMap(({ database }) => engineAdapterOf(database).unsafe ?? []));
  return {
    publicUrl,
    bootstrapped,
    directory: deps,
    unsafe,
    // Whoever stops it again waits as well.
    stop: async () => await (stopped ??= stack.disposeAsync()),
    waitingFor: () => ending.waitingFor,
  };
}

/** Stops taking requests, and waits for those under way, but not for ever. */
async function closeServer(server: FastifyInstance): Promise<void> {
  const forced = setTimeout(() => server.server.closeAllConnections(), DRAIN_TIMEOUT_MS);
  await server.close();
  clearTimeout(forced);
}

/** A port that cannot be had is the most frequent fault of a start: it gets words of its own. */
async function listen(server: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const message =
      code === 'EADDRINUSE'
        ? `Port ${port} of ${host} is in use by another program, or by another Tanhua. Stop it, or set TANHUA_PORT to another port.`
        : `Port ${port} of ${host} cannot be listened on (${String(error)}). Set TANHUA_HOST to an address of this machine, and TANHUA_PORT to a port that this user may use.`;
    throw new AppError('configuration', message, { cause: error });
  }
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
