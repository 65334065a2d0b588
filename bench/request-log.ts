import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { startPostgres, TEST_ROLE, type PostgresCluster } from '../tests/support/postgres-cluster.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { benchUser } from './bench-user.ts';
import { postgresPids } from './postgres-processes.ts';
import { BENCH_KEY, openServed, type ServedDirectory } from './served-directory.ts';
import { exactProcessorTime } from './speed/processor-time.ts';

/**
 * Measures what the request log costs: the processor time of a SCIM POST with the request kept, compared with a directory whose setting
 * requestLog is off, and the size of the kept requests. The requests have the form and the headers of Entra ID.
 *
 * Usage: `npm run bench:requests -- --out bench/results`. `--engines sqlite` leaves out PostgreSQL, which is started for the benchmark and
 * whose processor time counts. Exits with code 1 if a ratio is above RATIO_MAX.
 */
const RATIO_MAX = 1.1;
/** Number of consecutive requests to one directory before the benchmark switches to the other. */
const BATCH = 25;
/** The requests of a day of which the size on disk is stated. */
const REQUESTS_PER_DAY = 10_000;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000' },
    pairs: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '1000' },
    warm: { type: 'string', default: '800' },
    engines: { type: 'string', default: 'sqlite,postgres' },
    out: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
interface Measured {
  readonly ratio: number;
  /** Microseconds for each batch. */
  readonly without: number;
  readonly kept: number;
  readonly bytes: number;
}

const lines = [
  '| engine | POST without the log, ms | POST with the log, ms | ratio | ratios of the pairs of processes |',
  '| --- | ---: | ---: | ---: | --- |',
];
const sizes: string[] = [];
for (const engine of values.engines.split(',')) await measureEngine(engine);
const text = [...lines, ...sizes].join('\n');
console.log(text);
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'request-log.md'), `# Cost of the request log\n\n${text}\n`);
}

/** Measures several pairs: two processes with the same program differ by some percent, in the layout of memory and in what is compiled when. */
async function measureEngine(engine: string): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const cluster = engine === 'postgres' ? stack.use(await startPostgres()) : undefined;
  const measured: Measured[] = [];
  for (let pair = 0; pair < Number(values.pairs); pair += 1) measured.push(await measurePair(pair, cluster));
  const ratio = median(measured.map((one) => one.ratio));
  const ratios = measured.map((one) => one.ratio.toFixed(3)).join(', ');
  lines.push(
    `| ${engine} | ${milliseconds(median(measured.map(({ without }) => without)))} | ${milliseconds(median(measured.map(({ kept }) => kept)))} | ${ratio.toFixed(3)}${ratio > RATIO_MAX ? ' TOO MUCH' : ''} | ${ratios} |`,
  );
  if (ratio > RATIO_MAX) process.exitCode = 1;
  if (cluster !== undefined) return;
  const perRequest = median(measured.map(({ bytes }) => bytes));
  const perDay = ((perRequest * REQUESTS_PER_DAY) / 1_048_576).toFixed(0);
  sizes.push(
    '',
    `${perRequest.toFixed(0)} bytes on disk for each kept POST: ${perDay} MB for a day of ${REQUESTS_PER_DAY} requests.`,
  );
}

/** Compares two new directories, one without and one with the log, by the medians of alternating batches. */
async function measurePair(pair: number, cluster: PostgresCluster | undefined): Promise<Measured> {
  const urls = [await createDatabase(cluster, `without_${pair}`), await createDatabase(cluster, `kept_${pair}`)];
  await using without = await openDirectory(urls[0], { requestLog: 'off' });
  await using kept = await openDirectory(urls[1]);
  for (const directory of [without, kept]) await post(directory, Number(values.warm));
  for (const url of urls) if (url !== undefined) await analyze(url);
  const before = [sizeOf(kept), sizeOf(without)] as const;
  const spent: { readonly without: number; readonly kept: number }[] = [];
  for (let round = 0; round < rounds; round += BATCH) {
    spent.push({ without: await timed(without, cluster), kept: await timed(kept, cluster) });
  }
  return {
    ratio: median(spent.map(({ without: less, kept: more }) => more / less)),
    without: median(spent.map((one) => one.without)),
    kept: median(spent.map((one) => one.kept)),
    bytes: (sizeOf(kept) - before[0] - (sizeOf(without) - before[1])) / rounds,
  };
}

async function openDirectory(url: string | undefined, settings?: { readonly requestLog: 'off' }) {
  const served = await openServed(Number(values.users), url, undefined, settings);
  return { ...served, [Symbol.asyncDispose]: async () => await served.close() };
}

/** Creates an empty database on a server. Without a server, the directory uses SQLite. */
async function createDatabase(cluster: PostgresCluster | undefined, name: string): Promise<string | undefined> {
  await cluster?.administer(`create database ${name} owner ${TEST_ROLE}`);
  return cluster?.urlOf(name);
}

/** PostgreSQL does this automatically, a minute after many rows were written. Until then, its plans suit small tables. */
async function analyze(url: string): Promise<void> {
  await using database = openPostgres({ url, connectionsMax: 1 });
  await sql`analyze`.execute(database);
}

async function timed(directory: ServedDirectory, cluster: PostgresCluster | undefined): Promise<number> {
  const pids = [directory.pid, ...(cluster === undefined ? [] : postgresPids(cluster.port))];
  const start = spent(pids);
  await post(directory, BATCH);
  return spent(pids) - start;
}

/** Returns the processor time of processes in microseconds. A process that has ended, such as one of autovacuum, has no time. */
function spent(pids: readonly (number | undefined)[]): number {
  return pids.reduce((sum: number, pid) => sum + (exactProcessorTime(pid) || 0), 0);
}

function milliseconds(microseconds: number): string {
  return (microseconds / 1_000 / BATCH).toFixed(3);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

async function post({ url }: ServedDirectory, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    const name = randomUUID();
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE_USER_SCHEMA],
      ...benchUser(0),
      userName: `${name}@contoso.example`,
      externalId: name,
      displayName: name,
      emails: [{ type: 'work', primary: true, value: `${name}@contoso.example` }],
      [ENTERPRISE_USER_SCHEMA]: { department: 'Research', employeeNumber: name },
    };
    const response = await fetch(`${url}/scim/v2/Users`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${BENCH_KEY}`,
        'content-type': 'application/scim+json; charset=utf-8',
        adscimversion: `Date:2026-01-05T09:00:00Z, ActivityId:${name}`,
      },
      body: JSON.stringify(body),
    });
    if (response.status !== 201) throw new Error(`POST returned ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }
}

/** Returns the number of bytes of the database of a directory with SQLite. */
function sizeOf({ folder }: ServedDirectory): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
