import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#database/database.ts';
import { openDatabase } from '#database/open-database.ts';
import type { Comparison } from '#entra/engine/compare.ts';
import type { RunEnd } from '#entra/engine/run-job.ts';
import { Dice } from '#entra/source/generator/dice.ts';
import { freePort } from './postgres-cluster.ts';
import type { CommandResult } from './in-process.ts';
import { startServer, type RunningCommand, type RunningServer } from './start-server.ts';

/** The size of the source tenant, and how it is provisioned. */
export interface ProvisioningPlan {
  readonly users: number;
  readonly groups: number;
  readonly preset: 'guide' | 'entra';
  readonly rules: 'strict' | 'standard';
  readonly flag: boolean;
  readonly seed: number;
  /** Further settings of the application, as NAME=VALUE. */
  readonly settings?: readonly string[];
  /** Databases of the source and the target. By default, both use SQLite. */
  readonly databaseUrls?: { readonly source: string; readonly target: string };
}

/** A request in the log of the target. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** The number of times that the engine is killed and the target is restarted during cycles, in a random order. */
export interface Disturbances {
  readonly kills: number;
  readonly restarts: number;
  /** The maximum number of requests that reach the target between two disturbances. */
  readonly requestsMax: number;
  readonly seed: number;
}

/** A tenant on one server that is provisioned into a second server. Each cycle of the engine runs in a separate process. */
export interface ProvisioningWorld extends AsyncDisposable {
  /** Runs `tanhua entra … --json` and returns the parsed output, regardless of the exit code. */
  readonly entra: (...args: readonly string[]) => Promise<unknown>;
  /** Runs one cycle. Calls `watch` with its process. */
  readonly cycle: (watch?: (running: RunningCommand) => void) => Promise<RunEnd>;
  /** Runs and disturbs cycles until one is complete. Returns how many times the engine was killed and the target was restarted. */
  readonly disturbedCycle: (disturbances: Disturbances) => Promise<Disturbed>;
  readonly compare: () => Promise<Comparison>;
  /** Makes the next cycle retry all failures, even those that should be retried only later. */
  readonly makeEscrowsDue: () => Promise<void>;
  /** Counts the successful events of a type in the target, and the distinct objects that they concern. */
  readonly events: (type: string) => Promise<{ readonly count: number; readonly objects: number }>;
  readonly target: ProvisioningTarget;
}

export interface Disturbed {
  readonly kills: number;
  readonly restarts: number;
}

export interface ProvisioningTarget extends AsyncDisposable {
  /** Returns the server that is currently running. */
  readonly now: () => RunningServer;
  readonly restart: () => Promise<void>;
  /** Returns the number of requests that the target has logged. */
  readonly served: () => number;
  /** Returns the requests that the target has logged since the previous call. */
  readonly requests: () => Promise<readonly ServedRequest[]>;
}

const POLL_MS = 5;

export async function openProvisioningWorld(plan: ProvisioningPlan): Promise<ProvisioningWorld> {
  await using opened = new AsyncDisposableStack();
  const { databaseUrls: urls } = plan;
  const source = opened.use(await startServer(databaseAt(urls?.source)));
  const target = opened.use(await startTarget(plan));
  const entra = async (...args: readonly string[]): Promise<unknown> =>
    parsed(await source.cli('entra', ...args, '--json'));
  const { users, groups, seed } = plan;
  const size = ['--users', String(users), '--groups', String(groups), '--seed', String(seed)];
  await entra('tenant', 'create', 'Contoso', '--domain', 'contoso.example', ...size);
  const { scimUrl, key } = target.now();
  const url = `${scimUrl}${plan.flag ? '/?aadOptscim062020' : ''}`;
  await entra('app', 'create', 'Tanhua', '--url', url, '--token', key, '--preset', plan.preset, '--scope', 'all');
  const { settings = [] } = plan;
  if (settings.length > 0) await entra('app', 'set', 'Tanhua', ...settings);
  const stack = opened.move();
  return {
    entra,
    target,
    cycle: async (watch) => {
      const running = source.spawnCli('entra', 'cycle', 'run', '--json');
      watch?.(running);
      return await endOf(running);
    },
    disturbedCycle: async (disturbances) => await disturb(source, target, disturbances, urls?.source),
    compare: async () => (await entra('cycle', 'compare')) as Comparison,
    makeEscrowsDue: async () => {
      await using opened = open(source, urls?.source);
      await opened.database.updateTable('entra_escrows').set({ next_at: 0 }).execute();
    },
    events: async (type) => {
      await using opened = open(target.now(), urls?.target);
      return await countEvents(opened.database, type);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function databaseAt(url: string | undefined): Readonly<Record<string, string>> {
  return url === undefined ? {} : { TANHUA_DATABASE_URL: url };
}

function open({ dataDir }: RunningServer, databaseUrl: string | undefined) {
  const database = openDatabase({ dataDir, databaseUrl, databaseConnections: 1 });
  return { database, [Symbol.asyncDispose]: () => database.destroy() };
}

/** Parses the JSON output of a command. If the output is empty, throws an error that contains the error output. */
function parsed({ code, stdout, stderr }: CommandResult): unknown {
  if (stdout === '') throw new Error(`The command ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

async function endOf(running: RunningCommand): Promise<RunEnd> {
  return parsed(await running.result) as RunEnd;
}

async function startTarget(plan: ProvisioningPlan): Promise<ProvisioningTarget> {
  const environment = {
    ...databaseAt(plan.databaseUrls?.target),
    // A fixed port, so that a restart does not change the Tenant URL.
    TANHUA_PORT: String(await freePort()),
    TANHUA_BOOTSTRAP_RULES: plan.rules,
  };
  let server = await startServer(environment);
  const requests: ServedRequest[] = [];
  let returned = 0;
  // The length of the part of the log that was already read. The log is long and read very often, so it is not parsed from the start.
  let readLength = 0;
  const readLog = () => {
    const text = server.log().slice(readLength);
    const end = text.lastIndexOf('\n') + 1;
    readLength += end;
    const lines = text.slice(0, end).split('\n');
    for (const line of lines) if (line.endsWith('"msg":"request"}')) requests.push(JSON.parse(line));
  };
  return {
    now: () => server,
    restart: async () => {
      const last = server;
      // With SIGKILL, requests in flight are lost, as when a machine fails.
      const next = await last.restart('SIGKILL');
      readLog();
      [server, readLength] = [next, 0];
    },
    served: () => {
      readLog();
      return requests.length;
    },
    requests: async () => {
      // The log arrives through a pipe, in order. Once it contains this request, it contains all earlier ones.
      const path = `/last-${returned}-${requests.length}`;
      await (await fetch(`${server.url}${path}`)).arrayBuffer();
      let found = -1;
      while (found < 0) {
        readLog();
        found = requests.findIndex((request, index) => index >= returned && request.path === path);
        if (found < 0) await sleep(POLL_MS);
      }
      const served = requests.slice(returned, found);
      returned = found + 1;
      return served;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function disturb(
  source: RunningServer,
  target: ProvisioningTarget,
  disturbances: Disturbances,
  databaseUrl: string | undefined,
): Promise<Disturbed> {
  const dice = new Dice(disturbances.seed, 'disturbances');
  const rest = inRandomOrder(dice, disturbances);
  const done = { kills: 0, restarts: 0 };
  for (;;) {
    const running = source.spawnCli('entra', 'cycle', 'run', '--json');
    let isKilled = false;
    while (!isKilled && rest.length > 0) {
      const requests = PROBES + 1 + dice.below(disturbances.requestsMax);
      if (!(await requestsPass(target, requests, running))) break;
      if (rest.pop() === 'restart') {
        await target.restart();
        done.restarts += 1;
      } else {
        running.kill('SIGKILL');
        done.kills += 1;
        isKilled = true;
      }
    }
    if (!isKilled) {
      const end = await endOf(running);
      if (end.kind === 'complete') return done;
      continue;
    }
    await running.result;
    await using opened = open(source, databaseUrl);
    // Deletes the lease of the killed process, so that the next cycle need not wait until it expires.
    await opened.database.deleteFrom('leases').where('name', 'like', 'entra %').execute();
  }
}

/** The number of requests of Test Connection, with which each run starts. */
const PROBES = 2;

function inRandomOrder(dice: Dice, { kills, restarts }: Disturbances): ('kill' | 'restart')[] {
  const all = Array.from({ length: kills + restarts }, (_, index) => ({
    what: index < kills ? ('kill' as const) : ('restart' as const),
    place: dice.next(),
  }));
  return all.toSorted((one, other) => one.place - other.place).map(({ what }) => what);
}

/** Waits until the target has logged `count` more requests. Returns false if the command ends first. */
async function requestsPass(target: ProvisioningTarget, count: number, running: RunningCommand): Promise<boolean> {
  const until = target.served() + count;
  while (target.served() < until) {
    if (running.hasEnded()) return false;
    await sleep(POLL_MS);
  }
  return true;
}

async function countEvents(
  database: Database,
  type: string,
): Promise<{ readonly count: number; readonly objects: number }> {
  const row = await database
    .selectFrom('events')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.count<number>('target_id').distinct().as('objects')])
    .where('type', '=', type)
    .where('success', '=', 1)
    .executeTakeFirst();
  return { count: Number(row?.count ?? 0), objects: Number(row?.objects ?? 0) };
}
