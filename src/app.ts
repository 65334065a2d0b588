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
import { startRadius } from './radius-service.ts';

/**
 * How long the process waits, when it stops, for the requests under way. The sum of this and the other steps of a stop must be less
 * than STOP_MAX_MS.
 */
const DRAIN_TIMEOUT_MS = 6_000;

export interface App {
  /** The URL by which clients reach the server, without a trailing slash. */
  readonly publicUrl: string;
  /** The result of the first start; undefined on every later start. */
  readonly bootstrapped: Bootstrapped | undefined;
  /** The open databases. Other code in this process uses them too: a second writing connection would have to wait for the first. */
  readonly directory: OpenDirectory;
  /** Resolves with the reason when the process has to end, because it can no longer know what is on the disk. */
  readonly unsafe: Promise<AppError>;
  /** Stops accepting requests, waits for the requests under way, and closes the database. */
  readonly stop: () => Promise<void>;
  /** Returns the names of the parts that `stop` is waiting for, for the log. */
  readonly waitingFor: () => readonly string[];
}

/** A directory whose databases are open; `database` is the main database. */
export interface OpenDirectory extends DirectoryDeps, AsyncDisposable {
  readonly fleet: Fleet;
}

/** Opens the databases for a command, without migrating them and without a server. */
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
 * Throws if the embedded database was encrypted with another key. With PostgreSQL, other machines may run with the right key, so
 * this machine serves everything that needs no secret, and the log says what to correct.
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

/** The composition root: creates all services explicitly and in order. If a step fails, everything that was opened is closed. */
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
  // Ends first, since cycles may provision into this server.
  opened.defer(() => ending.end([['provisioning cycles', people.stopCycles]]));
  await listen(server, config);
  publicUrl ||= urlOf(config.host, server.server.address());
  // This step comes late, because the secrets of the first start are shown only once, and a start that fails shows nothing.
  const bootstrapped = await bootstrap(deps, config);
  isPrepared = true;
  await people.start();
  const stopRadius = await startRadius(config, log, people.services, people.entra.access.gateway);
  opened.defer(() => ending.end([['RADIUS requests', stopRadius]]));
  const stack = opened.move();
  let stopped: Promise<void> | undefined;
  const unsafe = Promise.race(fleet.shards.flatMap(({ database }) => engineAdapterOf(database).unsafe ?? []));
  return {
    publicUrl,
    bootstrapped,
    directory: deps,
    unsafe,
    // Later calls wait for the stop that the first call started.
    stop: async () => await (stopped ??= stack.disposeAsync()),
    waitingFor: () => ending.waitingFor,
  };
}

/** Stops accepting requests, and waits up to DRAIN_TIMEOUT_MS for the requests under way. */
async function closeServer(server: FastifyInstance): Promise<void> {
  const forced = setTimeout(() => server.server.closeAllConnections(), DRAIN_TIMEOUT_MS);
  await server.close();
  clearTimeout(forced);
}

/** Listens on the port. A port that cannot be used is the most frequent reason why a start fails, so it gets its own message. */
async function listen(server: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const message =
      code === 'EADDRINUSE'
        ? `Port ${port} of ${host} is in use by another program, or by another Tanhua. Stop it, or set TANHUA_PORT to another port.`
        : `The server cannot listen on port ${port} of ${host} (${String(error)}). Set TANHUA_HOST to an address of this machine, and TANHUA_PORT to a port that this user may use.`;
    throw new AppError('configuration', message, { cause: error });
  }
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
