import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { endWithFile, stopChild } from './child-process.ts';
import { findPostgres, freePort, TEST_ROLE, unprivilegedUser, postgresUnavailableReason } from './postgres-cluster.ts';
import { waitUntil } from './wait-until.ts';

/** Where .ci/run installs Patroni. The version in Debian 12 (3.0.2) is too old: it loses acknowledged writes. */
const PATRONI = join(tmpdir(), 'tanhua-patroni-4.1.5/bin/patroni');
const PATRONI_MAJOR_MIN = 4;
const NODES = ['one', 'two', 'three'] as const;
/** How long an unresponsive leader stays the leader. Patroni accepts no lower value. */
const TTL_SECONDS = 20;
/** The maximum time for a node, or for the whole cluster, to become healthy. */
export const HEALTHY_MAX_MS = 120_000;
/** The nodes start sequentially, and then the whole cluster has to become healthy. */
export const CLUSTER_START_MAX_MS = (NODES.length + 1) * HEALTHY_MAX_MS;

export type NodeName = (typeof NODES)[number];

/** PostgreSQL on three nodes behind one address. One node is the primary, and another node is a synchronous standby. */
export interface PatroniCluster extends AsyncDisposable {
  readonly url: string;
  readonly leader: () => Promise<NodeName>;
  /** Simulates the loss of a machine: kills all processes of the node. */
  readonly kill: (node: NodeName) => void;
  readonly restart: (node: NodeName) => void;
  /** Simulates a suspended machine: pauses all processes of the node until `resume` is called with the returned process ids. */
  readonly pause: (node: NodeName) => readonly number[];
  readonly resume: (paused: readonly number[]) => void;
  readonly switchOver: () => Promise<void>;
  /** Waits until there is a leader and all other nodes follow it. */
  readonly healthy: () => Promise<void>;
}

/** Returns why no cluster can be started on this machine; undefined if one can. */
export function patroniUnavailableReason(): string | undefined {
  const missing = postgresUnavailableReason();
  if (missing !== undefined) return missing;
  for (const program of ['/usr/bin/etcd', '/usr/sbin/haproxy', PATRONI]) {
    if (!existsSync(program)) return `${program} is not installed`;
  }
  const version = spawnSync(PATRONI, ['--version']).stdout.toString();
  const major = Number(/patroni (?<major>\d+)/.exec(version)?.groups?.['major'] ?? 0);
  return major < PATRONI_MAJOR_MIN
    ? `Patroni ${PATRONI_MAJOR_MIN} or newer is needed, not ${version.trim()}`
    : undefined;
}

interface Ports {
  readonly database: number;
  readonly rest: number;
}

export async function startPatroni(): Promise<PatroniCluster> {
  // If the start fails, its processes and its folder are removed.
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-patroni-'));
  // Tries again while killed processes are still ending.
  opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const owner = unprivilegedUser();
  const children: ChildProcess[] = [];
  const start = (program: string, args: readonly string[]) => {
    const child = endWithFile(spawn(program, args, { ...owner, cwd: folder, stdio: 'ignore' }));
    children.push(child);
    return child;
  };
  const etcdPorts = { client: await freePort(), peer: await freePort() };
  const ports = {} as Record<NodeName, Ports>;
  for (const node of NODES) ports[node] = { database: await freePort(), rest: await freePort() };
  const proxyPort = await freePort();
  writeConfiguration(folder, ports, etcdPorts.client, proxyPort);
  if (owner !== undefined) for (const path of pathsIn(folder)) chownSync(path, owner.uid, owner.gid);

  const nodes = new Map<NodeName, ChildProcess>();
  const kill = (node: NodeName) => {
    for (const pid of processesOf(folder, node, nodes.get(node))) signal(pid, 'SIGKILL');
  };
  opened.defer(async () => {
    NODES.forEach(kill);
    for (const child of children) await stopChild(child, 'SIGKILL');
  });
  start('/usr/bin/etcd', etcdArguments(folder, etcdPorts));
  const run = (node: NodeName) => nodes.set(node, start(PATRONI, [join(folder, `${node}.yml`)]));
  // Started sequentially, because the first node creates the database that the others copy.
  for (const node of NODES) {
    run(node);
    await until(async () => (await membersOf(ports)).some((member) => member.name === node && isRunning(member)));
  }
  start('/usr/sbin/haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')]);
  const leader = async () => {
    const found = (await membersOf(ports)).find((member) => member.role === 'leader');
    if (found === undefined) throw new Error('There is no leader.');
    return found.name;
  };
  const healthy = async () => {
    await until(async () => {
      const members = await membersOf(ports);
      const roles = members.map((member) => member.role);
      return (
        members.length === NODES.length &&
        members.every(isRunning) &&
        roles.includes('leader') &&
        roles.includes('sync_standby')
      );
    });
  };
  await healthy();
  await prepare(ports[await leader()].database);
  await until(() => routesToLeader(proxyPort));
  const stack = opened.move();
  return {
    url: `postgres://${TEST_ROLE}@127.0.0.1:${proxyPort}/tanhua`,
    leader,
    kill,
    restart: run,
    pause: (node) => {
      const pids = processesOf(folder, node, nodes.get(node));
      for (const pid of pids) signal(pid, 'SIGSTOP');
      return pids;
    },
    resume: (paused) => {
      for (const pid of paused) signal(pid, 'SIGCONT');
    },
    switchOver: async () => {
      const from = await leader();
      const answer = await fetch(`http://127.0.0.1:${ports[from].rest}/switchover`, {
        method: 'POST',
        body: JSON.stringify({ leader: from }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    healthy,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function writeConfiguration(
  folder: string,
  ports: Readonly<Record<NodeName, Ports>>,
  etcd: number,
  proxy: number,
): void {
  const programs = findPostgres() ?? '';
  for (const node of NODES) {
    mkdirSync(join(folder, node), { mode: 0o700 });
    const { database, rest } = ports[node];
    const configuration = {
      scope: 'tanhua',
      name: node,
      restapi: { listen: `127.0.0.1:${rest}`, connect_address: `127.0.0.1:${rest}` },
      etcd3: { host: `127.0.0.1:${etcd}` },
      bootstrap: {
        dcs: {
          ttl: TTL_SECONDS,
          loop_wait: 2,
          retry_timeout: 5,
          maximum_lag_on_failover: 0,
          synchronous_mode: true,
          synchronous_mode_strict: true,
          postgresql: {
            use_pg_rewind: true,
            use_slots: true,
            // With mmap, shared memory is a file in the folder of the server, so it is removed even if the server is killed.
            parameters: { wal_log_hints: 'on', max_connections: 100, dynamic_shared_memory_type: 'mmap' },
          },
        },
        initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
      },
      postgresql: {
        listen: `127.0.0.1:${database}`,
        connect_address: `127.0.0.1:${database}`,
        data_dir: join(folder, node, 'data'),
        bin_dir: programs,
        pgpass: join(folder, node, 'pgpass'),
        authentication: {
          superuser: { username: 'postgres', password: 'postgres' },
          replication: { username: 'replicator', password: 'replicator' },
        },
        parameters: { unix_socket_directories: join(folder, node) },
        pg_hba: [
          'host replication replicator 127.0.0.1/32 trust',
          'host all all 127.0.0.1/32 trust',
          'local all all trust',
        ],
      },
    };
    // Patroni reads YAML, and every JSON document is valid YAML.
    writeFileSync(join(folder, `${node}.yml`), JSON.stringify(configuration));
  }
  const servers = NODES.map(
    (node) => `  server ${node} 127.0.0.1:${ports[node].database} check port ${ports[node].rest}`,
  );
  writeFileSync(
    join(folder, 'haproxy.cfg'),
    [
      'defaults',
      '  mode tcp',
      '  timeout connect 2s',
      '  timeout client 60s',
      '  timeout server 60s',
      'listen primary',
      `  bind 127.0.0.1:${proxy}`,
      '  option httpchk OPTIONS /primary',
      '  http-check expect status 200',
      '  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions',
      ...servers,
      '',
    ].join('\n'),
  );
}

function etcdArguments(folder: string, { client, peer }: { readonly client: number; readonly peer: number }): string[] {
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return [
    '--name=only',
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=only=${peerUrl}`,
    '--unsafe-no-fsync',
  ];
}

function pathsIn(folder: string): readonly string[] {
  return [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))];
}

interface Member {
  readonly name: NodeName;
  readonly role: string;
  readonly state: string;
}

function isRunning({ state }: Member): boolean {
  return state === 'running' || state === 'streaming';
}

/** Returns the members of the cluster, as reported by the first node that responds; an empty array if no node responds. */
async function membersOf(ports: Readonly<Record<NodeName, Ports>>): Promise<readonly Member[]> {
  for (const node of NODES) {
    try {
      const answer = await fetch(`http://127.0.0.1:${ports[node].rest}/cluster`, {
        signal: AbortSignal.timeout(2_000),
      });
      return ((await answer.json()) as { readonly members: readonly Member[] }).members;
    } catch {
      // The node is down or paused.
    }
  }
  return [];
}

async function prepare(port: number): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  await client.query(`create role ${TEST_ROLE} login`);
  await client.query(`create database tanhua owner ${TEST_ROLE}`);
  await client.end();
}

/** True if several connections through the proxy all reach the leader. A new proxy connects to any node until it has checked all nodes. */
async function routesToLeader(proxyPort: number): Promise<boolean> {
  for (let connection = 0; connection < 2 * NODES.length; connection += 1) {
    const client = new pg.Client({ host: '127.0.0.1', port: proxyPort, user: 'postgres', database: 'postgres' });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query('select pg_is_in_recovery() as standby');
      if (rows[0].standby !== false) return false;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }
  return true;
}

/** Returns the ids of the processes of a node: Patroni, the postmaster, and their child processes. */
function processesOf(folder: string, node: NodeName, patroni: ChildProcess | undefined): readonly number[] {
  const file = join(folder, node, 'data', 'postmaster.pid');
  const postmaster = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n', 1)[0]) : undefined;
  const roots = [patroni?.exitCode === null ? patroni.pid : undefined, postmaster].filter((pid) => pid !== undefined);
  return [...roots, ...roots.flatMap(childrenOf)];
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // The process has already ended.
  }
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const failure = () => 'The cluster did not reach the expected state in time.';
  await waitUntil(isTrue, { failure, everyMs: 250, maxMs: HEALTHY_MAX_MS });
}
