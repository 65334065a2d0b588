import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync, existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const START_TIMEOUT_MS = 120_000;
/** Where Debian and its relatives keep the server's programs, one folder for each version. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
/** Who owns the tables of the tests: not a superuser, whom row-level security does not bind. */
export const TEST_ROLE = 'tanhua';

/** A PostgreSQL server of the tests' own, on a free port, with a data folder of its own. */
export interface PostgresCluster extends AsyncDisposable {
  readonly port: number;
  /** For a database of the role `tanhua`. */
  readonly urlOf: (database: string) => string;
  /** Runs a statement as the superuser. */
  readonly administer: (statement: string) => Promise<void>;
  /** Stops the server, at once or after the connections have ended what they do, and starts it again. */
  readonly restart: (signal: 'SIGINT' | 'SIGQUIT', downMs?: number) => Promise<void>;
}

/** The folder of the newest installed server's programs; undefined without any. */
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

export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresCluster> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error('PostgreSQL is not installed.');
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-postgres-'));
  const owner = unprivilegedUser();
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  execFileSync(
    join(programs, 'initdb'),
    ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...owner, cwd: folder, stdio: 'ignore' },
  );
  const port = await freePort();
  const options = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '300', ...settings };
  const run = async () => {
    const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...owner,
      cwd: folder,
      stdio: 'ignore',
    });
    await answering(port, child);
    return child;
  };
  let child = await run();
  const cluster: PostgresCluster = {
    port,
    urlOf: (database) => `postgres://${TEST_ROLE}@127.0.0.1:${port}/${database}`,
    administer: async (statement) => {
      await using client = await superuser(port);
      await client.query(statement);
    },
    restart: async (signal, downMs = 0) => {
      await end(child, signal);
      await sleep(downMs);
      child = await run();
    },
    [Symbol.asyncDispose]: async () => {
      await end(child, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await cluster.administer(`create role ${TEST_ROLE} login`);
  return cluster;
}

/** The server refuses to run as root: then it runs as the user that its package made, or as nobody. */
export function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => {
    for (const user of ['postgres', 'nobody']) {
      try {
        return Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
      } catch {
        // There is no such user.
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

async function answering(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      const client = await superuser(port);
      await client.end();
      return;
    } catch (error) {
      if (performance.now() > deadline || child.exitCode !== null) {
        throw new Error('PostgreSQL did not start.', { cause: error });
      }
      await sleep(50);
    }
  }
}

async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
