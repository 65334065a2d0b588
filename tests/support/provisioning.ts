import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#database/database.ts';
import { openDatabase } from '#database/open-database.ts';
import type { Comparison } from '#entra/engine/compare.ts';
import type { RunEnd } from '#entra/engine/run-job.ts';
import { Dice } from '#entra/source/generator/dice.ts';
import { freePort } from './postgres-cluster.ts';
import type { CommandResult } from './in-process.ts';
import { startServer, type RunningCommand, type RunningServer } from './start-server.ts';

/** What is provisioned how. */
export interface ProvisioningPlan {
  readonly users: number;
  readonly groups: number;
  readonly preset: 'guide' | 'entra';
  readonly rules: 'strict' | 'standard';
  readonly flag: boolean;
  readonly seed: number;
  /** Further settings of the application, as NAME=VALUE. */
  readonly settings?: readonly string[];
  /** Without them both directories are embedded. */
  readonly databaseUrls?: { readonly source: string; readonly target: string };
}

/** A request as the target's own log tells it. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** How often what is done while a cycle works on. */
export interface Disturbances {
  readonly kills: number;
  readonly restarts: number;
  /** Requests that reach the target between two of them, at most. */
  readonly requestsMax: number;
  readonly seed: number;
}

/** A tenant in one directory, which is provisioned into another one: two servers, and the engine as a process of its own. */
export interface ProvisioningWorld extends AsyncDisposable {
  /** What `tanhua entra … --json` prints, whatever it ends with. */
  readonly entra: (...args: readonly string[]) => Promise<unknown>;
  /** One cycle; `watch` is told of its process. */
  readonly cycle: (watch?: (running: RunningCommand) => void) => Promise<RunEnd>;
  /** A cycle whose engine is killed and whose target is restarted meanwhile, until it is complete; how often that was. */
  readonly disturbedCycle: (disturbances: Disturbances) => Promise<Disturbed>;
  readonly compare: () => Promise<Comparison>;
  /** As if the time were over for which failures wait for their next attempt. */
  readonly makeEscrowsDue: () => Promise<void>;
  /** Successful events of a type in the target, and how many objects they are about. */
  readonly events: (type: string) => Promise<{ readonly count: number; readonly objects: number }>;
  readonly target: ProvisioningTarget;
}

export interface Disturbed {
  readonly kills: number;
  readonly restarts: number;
}

export interface ProvisioningTarget extends AsyncDisposable {
  /** The process that serves at this moment. */
  readonly now: () => RunningServer;
  readonly restart: () => Promise<void>;
  /** How many requests it has logged. */
  readonly served: () => number;
  /** Requests since it was last asked. */
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
      const running = source.beginCli('entra', 'cycle', 'run', '--json');
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

/** What a command printed as JSON. Throws what it said instead, where it printed none. */
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
    // The Tenant URL stays the same when it is restarted.
    TANHUA_PORT: String(await freePort()),
    TANHUA_BOOTSTRAP_RULES: plan.rules,
  };
  let server = await startServer(environment);
  const requests: ServedRequest[] = [];
  let taken = 0;
  // Of the log of the process at hand; it is long, and asked for all the time.
  let read = 0;
  const readOn = () => {
    const text = server.log().slice(read);
    const end = text.lastIndexOf('\n') + 1;
    read += end;
    const lines = text.slice(0, end).split('\n');
    for (const line of lines) if (line.endsWith('"msg":"request"}')) requests.push(JSON.parse(line));
  };
  return {
    now: () => server,
    restart: async () => {
      const last = server;
      // As a machine that fails: what was not answered is lost.
      const next = await last.restart('SIGKILL');
      readOn();
      [server, read] = [next, 0];
    },
    served: () => {
      readOn();
      return requests.length;
    },
    requests: async () => {
      // The log comes through a pipe: what was served before a request is in it when that request is.
      const path = `/last-${taken}-${requests.length}`;
      await (await fetch(`${server.url}${path}`)).arrayBuffer();
      let found = -1;
      while (found < 0) {
        readOn();
        found = requests.findIndex((request, index) => index >= taken && request.path === path);
        if (found < 0) await sleep(POLL_MS);
      }
      const served = requests.slice(taken, found);
      taken = found + 1;
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
    const running = source.beginCli('entra', 'cycle', 'run', '--json');
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
    // As if the time were over for which a process that died keeps its job.
    await opened.database.deleteFrom('leases').where('name', 'like', 'entra %').execute();
  }
}

/** Test Connection, with which a run begins. */
const PROBES = 2;

function inRandomOrder(dice: Dice, { kills, restarts }: Disturbances): ('kill' | 'restart')[] {
  const all = Array.from({ length: kills + restarts }, (_, index) => ({
    what: index < kills ? ('kill' as const) : ('restart' as const),
    place: dice.next(),
  }));
  return all.toSorted((one, other) => one.place - other.place).map(({ what }) => what);
}

/** Waits for so many further requests; false when the command ended before. */
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
