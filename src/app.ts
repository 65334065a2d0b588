import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { systemClock, type Clock } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import type { Log } from '#base/log.ts';
import { AppError } from '#base/errors.ts';
import { lazySecretBox, loadSecretKey } from '#base/secret-box.ts';
import { openDatabase } from '#database/open-database.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { productionPasswordCost } from '#directory/password-hash.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { createHttpServer } from '#http/server.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { createFleet, type Fleet } from '#shards/fleet.ts';
import { prepareShards } from './prepare-shards.ts';
import { createPeopleServices } from './people-services.ts';
import { bootstrap, type Bootstrapped } from './bootstrap.ts';

/** How long open requests may take to finish before the process stops without them. */
const DRAIN_TIMEOUT_MS = 10_000;

export interface App {
  /** The URL that others use, without a trailing slash. */
  readonly publicUrl: string;
  /** What the first start made; undefined on every later one. */
  readonly bootstrapped: Bootstrapped | undefined;
  /** What it works on, for whoever runs in the same process: two connections that write would wait for each other. */
  readonly directory: OpenDirectory;
  /** Stops taking requests, waits for those under way, and closes the database. */
  readonly stop: () => Promise<void>;
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

/** The composition root: every service is made here, by hand, in order. Whatever fails, nothing stays open. */
export async function startApp(config: Config, log: Log, clock: Clock = systemClock): Promise<App> {
  await using opened = new AsyncDisposableStack();
  const deps = opened.use(openDirectory(config, clock));
  const { fleet } = deps;
  const shards = await prepareShards(fleet, log);
  opened.defer(shards.stop);
  let publicUrl = config.publicUrl ?? '';
  let isPrepared = false;
  const people = createPeopleServices(config, log, deps, () => publicUrl);
  opened.defer(people.stop);
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
  opened.defer(() => closeServer(server));
  await listen(server, config);
  publicUrl ||= urlOf(config.host, server.server.address());
  // Only now: the secrets of the first start are shown once, and a start that fails shows nothing.
  const bootstrapped = await bootstrap(deps, config);
  isPrepared = true;
  await people.start();
  const stack = opened.move();
  return { publicUrl, bootstrapped, directory: deps, stop: () => stack.disposeAsync() };
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
    const reason = code === 'EADDRINUSE' ? 'another program, or another Tanhua, listens there' : String(error);
    throw new AppError(
      'configuration',
      `TANHUA_HOST and TANHUA_PORT are ${host} and ${port}, where nothing can listen: ${reason}.`,
      { cause: error },
    );
  }
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
