import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { endWithFile, hasEnded, stopChild } from './child-process.ts';
import { waitUntil } from './wait-until.ts';

/**
 * Enough connections for one more worker than there are cores. A worker keeps several databases, and each of them has ten connections
 * plus one for an administrator.
 */
const SERVER_CONNECTIONS_MAX = 100 + 100 * availableParallelism();
/** Where Debian and its derivatives install the programs of the server, with one folder per version. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
/** The role that owns the tables of the tests. It is not a superuser, because row-level security does not apply to superusers. */
export const TEST_ROLE = 'tanhua';

type StopSignal = 'SIGINT' | 'SIGQUIT';

/** A PostgreSQL server that was started for a test, on a free port and with a new data folder. */
export interface PostgresCluster extends AsyncDisposable {
  readonly port: number;
  /** The folder of the Unix-domain socket: a statement over it takes three quarters of the processor time of one over TCP. */
  readonly socketFolder: string;
  /** Returns the URL of a database for the role `tanhua`. */
  readonly urlOf: (database: string) => string;
  /** Runs a statement as the superuser. */
  readonly administer: (statement: string) => Promise<void>;
  /** Stops the server and waits until it has stopped: SIGINT aborts the connections and shuts down cleanly, SIGQUIT ends it at once. */
  readonly stop: (signal: StopSignal) => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Returns the folder with the programs of the newest installed server; undefined if none is installed. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : [];
  const folders = [
    ...versions
      .toSorted((one, other) => Number(other) - Number(one))
      .map((version) => join(DEBIAN_FOLDER, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Returns why no server can be started on this machine; undefined if one can. */
export function postgresUnavailableReason(): string | undefined {
  return findPostgres() === undefined
    ? 'PostgreSQL is not installed (no initdb; on Debian: apt-get install postgresql)'
    : undefined;
}

/**
 * Starts a PostgreSQL server with the given settings of postgresql.conf.
 *
 * @example
 * await using cluster = await startPostgres({ fsync: 'off' });
 * await cluster.administer(`create database tanhua owner ${TEST_ROLE}`);
 * await using server = await startServer({ TANHUA_DATABASE_URL: cluster.urlOf('tanhua') });
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresCluster> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error('PostgreSQL is not installed.');
  // If the start fails, its process and its folder are removed.
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-postgres-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const owner = unprivilegedUser();
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  execFileSync(
    join(programs, 'initdb'),
    ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...owner, cwd: folder, stdio: 'ignore' },
  );
  const port = await freePort();
  const max_connections = String(SERVER_CONNECTIONS_MAX);
  const options = { listen_addresses: '127.0.0.1', unix_socket_directories: folder, max_connections, ...settings };
  let child: ChildProcess | undefined;
  const stop = async (signal: StopSignal) => {
    if (child !== undefined) await stopChild(child, signal);
  };
  opened.defer(() => stop('SIGQUIT'));
  const start = async () => {
    const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = endWithFile(
      spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
        ...owner,
        cwd: folder,
        stdio: 'ignore',
      }),
    );
    await waitForServer(port, data, child);
  };
  const administer = async (statement: string) => {
    await using client = await superuser(port);
    await client.query(statement);
  };
  await start();
  await administer(`create role ${TEST_ROLE} login`);
  const stack = opened.move();
  return {
    port,
    socketFolder: folder,
    urlOf: (database) => `postgres://${TEST_ROLE}@127.0.0.1:${port}/${database}`,
    administer,
    stop,
    start,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/**
 * Returns the user for programs that refuse to run as root: the user that the package of PostgreSQL created, or 'nobody'. Returns
 * undefined if the tests do not run as root.
 */
export function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => {
    for (const user of ['postgres', 'nobody']) {
      try {
        return Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
      } catch {
        // This user does not exist on this machine.
      }
    }
    throw new Error('There is no user under which PostgreSQL could run.');
  };
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function superuser(port: number): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** Waits until the server of this data folder responds. Throws an error if another server has taken the port in the meantime. */
async function waitForServer(port: number, data: string, child: ChildProcess): Promise<void> {
  let cause: unknown;
  const answers = async () => {
    if (hasEnded(child)) throw new Error('PostgreSQL did not start.', { cause });
    try {
      await using client = await superuser(port);
      const { rows } = await client.query<{ readonly data_directory: string }>('show data_directory');
      if (rows[0]?.data_directory === data) return true;
    } catch (error) {
      cause = error;
      return false;
    }
    throw new Error(`PostgreSQL did not start: another server has taken port ${port}.`);
  };
  await waitUntil(answers, { failure: () => `PostgreSQL did not start in time: ${String(cause)}` });
}

/** Returns a port of 127.0.0.1 on which no program listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
