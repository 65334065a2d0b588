import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { startPostgres, TEST_ROLE } from '../tests/support/postgres-cluster.ts';
import { BENCH_KEY, firstLine, openServed, stop, type ServedDirectory } from './served-directory.ts';
import { operations, type LoadOrder, type LoadResult, type Operation } from './speed/load.ts';
import { processorTime } from './speed/processor-time.ts';
import { chartOf, tableOf, type Figure } from './speed/report.ts';

/**
 * Measures requests per second, and compares them with another SCIM server (the peer) and with the limits of this machine.
 * Usage: `npm run bench`. The server, the peer and the load generator run in separate processes. Every figure is the median of several
 * rounds after a warm-up.
 */

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: operations.join(',') },
    peer: { type: 'boolean', default: true },
    postgres: { type: 'boolean', default: false },
    /** The folder to which the table and the chart are written. */
    out: { type: 'string' },
  },
  allowNegative: true,
});
const CONNECTIONS = 16;
/** Number of sequential requests to the peer for an operation in which the peer scans all users. */
const PEER_REQUESTS = 3;
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const chosen = operations.filter((operation) => values.only.split(',').includes(operation));
/** `peerIsQuick`: operations in which the peer does not scan all users. `peerIsSlow`: operations that take it seconds for 1,000 users. */
const peerIsQuick: ReadonlySet<Operation> = new Set(['get', 'post', 'patch']);
const peerIsSlow: ReadonlySet<Operation> = new Set(['email', 'list']);

interface Target {
  readonly url: string;
  /** The id of the server process. */
  readonly pid: number | undefined;
  readonly users: number;
  readonly ids: readonly string[];
  readonly groupId: string;
}

interface Measured extends LoadResult {
  /** Processor time of the server in microseconds: for one request or, in the first load, for one user. */
  readonly serverMicroseconds: number | undefined;
}

type Rates = ReadonlyMap<Operation, Measured>;

const machine = `${availableParallelism()} cores, ${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s, medians`;
console.log(machine);
let firstNew = 10_000_000;
const figures: Figure[] = [];
const remarks: string[] = [];
for (const size of values.sizes.split(',').map(Number)) figures.push(...(await compare(size)));
const table = tableOf(figures);
console.log(`\n${table}\n\n${remarks.join('\n')}`);
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'speed.md'), `# Speed\n\n${machine}.\n\n${table}\n\n${remarks.join('\n')}\n`);
  writeFileSync(join(values.out, 'speed.svg'), chartOf(figures));
}

async function compare(size: number): Promise<readonly Figure[]> {
  const embedded = await measureEmbedded(size);
  const peer = values.peer ? await measurePeer(size) : undefined;
  const postgres = values.postgres ? await measureOnPostgres(size) : undefined;
  return chosen.map((operation) => {
    const { requestsPerSecond: rate = 0, p99Ms = 0, serverMicroseconds } = embedded.ours.get(operation) ?? {};
    const bare = embedded.bare.get(operation);
    return {
      operation,
      users: size,
      rate,
      p99Ms,
      serverMicroseconds,
      bareMicroseconds: bare?.serverMicroseconds,
      bare: bare?.requestsPerSecond,
      peer: peer?.get(operation)?.requestsPerSecond,
      driver:
        operation === 'post' ? embedded.rowsPerSecond : operation === 'get' ? embedded.lookupsPerSecond : undefined,
      postgres: postgres?.get(operation)?.requestsPerSecond,
    };
  });
}

async function measureEmbedded(size: number) {
  const served = await openServed(size);
  const bare = spawn(process.execPath, ['bench/speed/bare-server.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const driver = await runDriver(served.folder);
    const target = await targetOf(served);
    bare.stdin?.end(await (await send(target.url, 'GET', `/Users/${target.ids[0]}`)).text());
    const { url } = JSON.parse(await firstLine(bare)) as { readonly url: string };
    const bareRates = await measureAll({ ...target, url, pid: bare.pid }, (operation) => operation !== 'firstLoad');
    const ours = await measureAll(target);
    remarks.push(
      `${size} users: ready after ${served.readyMs.toFixed(0)} ms, ${served.residentMegabytes()} MB at the end.`,
    );
    return { ours, bare: bareRates, ...driver };
  } finally {
    await Promise.all([served.close(), stop(bare)]);
  }
}

async function measurePeer(size: number): Promise<Rates> {
  const child = spawn(process.execPath, ['bench/speed/scimmy-server.ts', String(size)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const { url, ids } = JSON.parse(await firstLine(child)) as {
      readonly url: string;
      readonly ids: readonly string[];
    };
    return await measureAll({ url, pid: child.pid, ids, users: size, groupId: await newGroup(url) });
  } finally {
    await stop(child);
  }
}

async function measureOnPostgres(size: number): Promise<Rates> {
  await using cluster = await startPostgres();
  await cluster.administer(`create database bench owner ${TEST_ROLE}`);
  const served = await openServed(size, cluster.urlOf('bench'));
  try {
    return await measureAll(await targetOf(served));
  } finally {
    await served.close();
  }
}

/** Measures the database driver on a copy of the data folder. Must be called before any request is sent to the server. */
async function runDriver(folder: string) {
  const child = spawn(process.execPath, ['bench/speed/driver.ts', folder, String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout)) as {
    readonly rowsPerSecond: number;
    readonly lookupsPerSecond: number;
  };
}

async function measureAll(target: Target, isMeasured = (_operation: Operation) => true): Promise<Rates> {
  const results = new Map<Operation, Measured>();
  for (const operation of chosen.filter(isMeasured)) results.set(operation, await median(operation, target));
  return results;
}

async function median(operation: Operation, target: Target): Promise<Measured> {
  const isPeer = target.ids[0]?.includes('-') === true;
  const slow = isPeer && (peerIsSlow.has(operation) || (!peerIsQuick.has(operation) && target.users > 1_000));
  const results: Measured[] = [];
  for (let round = slow ? 0 : -1; round < (slow ? 1 : rounds); round += 1) {
    const before = processorTime(target.pid);
    const result = await load({
      ...target,
      key: BENCH_KEY,
      operation,
      connections: slow ? 1 : CONNECTIONS,
      firstNew,
      ...(slow ? { requests: PEER_REQUESTS } : { seconds }),
    });
    firstNew += result.sent + 1_000;
    if (result.failed > 0) remarks.push(`${operation} at ${target.url}: ${result.failed} requests failed.`);
    const after = processorTime(target.pid);
    const used = before === undefined || after === undefined ? undefined : after - before;
    const serverMicroseconds = used === undefined || result.sent === 0 ? undefined : used / result.sent;
    if (round >= 0) results.push({ ...result, serverMicroseconds });
  }
  const sorted = results.toSorted((one, other) => one.requestsPerSecond - other.requestsPerSecond);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (found === undefined) throw new Error('--rounds must be at least 1.');
  return found;
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const child = spawn(process.execPath, ['bench/speed/load.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(order));
  return JSON.parse(await text(child.stdout)) as LoadResult;
}

async function targetOf({ url, pid, users }: ServedDirectory): Promise<Target> {
  return { url, pid, users, ids: await idsOf(url), groupId: await newGroup(url) };
}

/** Creates an empty group, to which the operation `member` adds members. */
async function newGroup(url: string): Promise<string> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  const answer = await send(url, 'POST', '/Groups', { schemas, displayName: 'Everybody' });
  return ((await answer.json()) as { readonly id: string }).id;
}

async function send(url: string, method: string, path: string, body?: object): Promise<Response> {
  return await fetch(`${url}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${BENCH_KEY}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Returns the ids of the first users, at most about 100,000, because they are passed to the load generator. */
async function idsOf(url: string): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const answer = await send(url, 'GET', `/Users?attributes=id&count=1000&cursor=${cursor}`);
    const page = (await answer.json()) as {
      readonly nextCursor?: string;
      readonly Resources: readonly { readonly id: string }[];
    };
    ids.push(...page.Resources.map(({ id }) => id));
    cursor = page.nextCursor ?? '';
  } while (cursor !== '' && ids.length < 100_000);
  return ids;
}
