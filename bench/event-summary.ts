import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { exactProcessorTime } from './speed/processor-time.ts';
import { startPostgres, TEST_ROLE, postgresUnavailableReason } from '../tests/support/postgres-cluster.ts';
import { eventOutcomes, eventTotals } from '#audit/event-total-store.ts';
import { systemClock } from '#base/clock.ts';
import { scopeTo, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { migrate } from '#database/migrate.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { openSqlite } from '#database/sqlite/open-sqlite.ts';
import { insertOrganization } from '#organizations/organization-store.ts';
import { summarize, type SummaryQuery } from '#totals/summary.ts';
import { foldRows, readTotals } from '#totals/total-store.ts';

/**
 * Measures the summary of an hour with a million events, on SQLite and, if it is installed, on PostgreSQL. Usage: `npm run bench:events`.
 * The processor time is that of this process and of PostgreSQL's, per summary; other programs affect it less than the duration.
 * `--tail` events are not in the totals yet: as many as are written in ten seconds, and a thousand more. Exits with code 1 if
 * a summary takes more than `--limit` milliseconds of processor time.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    tail: { type: 'string', default: '3800' },
    rounds: { type: 'string', default: '21' },
    limit: { type: 'string', default: '50' },
    only: { type: 'string', default: 'sqlite,postgres' },
  },
});
const count = Number(values.events);
const rounds = Number(values.rounds);
const tail = Number(values.tail);
const HOUR_MS = 3_600_000;
const begin = Date.UTC(2026, 0, 5, 9);
const ROWS_PER_STATEMENT = 50_000;

const queries: Readonly<Record<string, Omit<SummaryQuery, 'organizationId'>>> = {
  'by minute': { ...hour(), bucket: 'minute' },
  'by quarter-hour': { ...hour(), bucket: 'quarter-hour' },
  'by minute and type': { ...hour(), bucket: 'minute', groupBy: 'type' },
  'by minute and reason': { ...hour(), bucket: 'minute', groupBy: 'reason' },
};

function hour() {
  return { from: new Date(begin), to: new Date(begin + HOUR_MS) };
}

console.log(`| engine | summary of ${count} events | processor time | median duration |\n| --- | --- | --- | --- |`);
const notes: string[] = [];
const engines = values.only.split(',');
if (engines.includes('sqlite')) {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-bench-'));
  try {
    await measure(openSqlite(folder, 'process'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
if (engines.includes('postgres')) {
  const missing = postgresUnavailableReason();
  if (missing === undefined) await measureOnServer();
  else console.log(`PostgreSQL is left out: ${missing}`);
}

console.log(`\n${notes.join('\n')}`);

async function measureOnServer(): Promise<void> {
  await using cluster = await startPostgres({ fsync: 'off', max_wal_size: '4GB' });
  await cluster.administer(`create database tanhua owner ${TEST_ROLE}`);
  await measure(openPostgres({ url: cluster.urlOf('tanhua'), connectionsMax: 1 }));
}

async function measure(opened: Database): Promise<void> {
  await using database = opened;
  await migrate(database);
  const { id: organizationId } = await insertOrganization(database, systemClock, 'Contoso');
  await insertEvents(database, organizationId, 0, count - tail);
  const own = scopeTo(database, organizationId);
  const { name } = engineOf(database);
  const measured = { engine: name, processors: [process.pid, ...(await serverProcesses(database))] };
  const started = performance.now();
  let transactions = 1;
  let slowest = 0;
  for (let at = performance.now(); await foldRows(own, eventTotals, organizationId); at = performance.now()) {
    transactions += 1;
    slowest = Math.max(slowest, performance.now() - at);
  }
  const added = `${milliseconds(performance.now() - started)} in ${transactions} transactions; the slowest took ${milliseconds(slowest)}`;
  await insertEvents(database, organizationId, count - tail, count);
  for (const [title, query] of Object.entries(queries)) {
    await report(measured, title, () => summarize(own, eventTotals, eventOutcomes, { ...query, organizationId }), true);
  }
  await report(measured, 'the same without totals', () => countPlainly(own, organizationId), false);
  notes.push(`Adding ${count - tail} events to the totals on ${name} took ${added}.`);
  await requireExact(own, organizationId);
}

interface Measured {
  readonly engine: string;
  /** The ids of the processes whose processor time counts. */
  readonly processors: readonly number[];
}

/** Returns the id of the server process of the only connection. */
async function serverProcesses(database: Database): Promise<readonly number[]> {
  if (engineOf(database).name === 'sqlite') return [];
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database);
  return rows.map(({ pid }) => pid);
}

async function report(
  measured: Measured,
  title: string,
  run: () => Promise<unknown>,
  isLimited: boolean,
): Promise<void> {
  const { engine, processors } = measured;
  const durations: number[] = [];
  const spent = () => processors.reduce((sum, pid) => sum + exactProcessorTime(pid), 0);
  const before = spent();
  for (let round = 0; round < rounds; round += 1) {
    const at = performance.now();
    await run();
    durations.push(performance.now() - at);
  }
  // NaN on a system without /proc.
  const processorMs = (spent() - before) / 1_000 / rounds;
  const median = durations.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? 0;
  console.log(`| ${engine} | ${title} | ${milliseconds(processorMs)} | ${milliseconds(median)} |`);
  if (!isLimited || !(processorMs > Number(values.limit))) return;
  console.log(`${title} takes more than ${values.limit} ms of processor time.`);
  process.exitCode = 1;
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

/** Writes the events from number `from` to `to`, evenly over the hour, with bodies of a usual size. */
async function insertEvents(database: Database, organizationId: string, from: number, to: number): Promise<void> {
  const { name } = engineOf(database);
  const filling = 'x'.repeat(500);
  for (let start = from; start < to; start += ROWS_PER_STATEMENT) {
    const end = Math.min(start + ROWS_PER_STATEMENT, to) - 1;
    const numbers =
      name === 'sqlite'
        ? sql`(with recursive numbers(n) as (select ${sql.lit(start)} union all select n + 1 from numbers where n < ${sql.lit(end)})
            select n from numbers) as numbers`
        : sql`generate_series(${sql.lit(start)}, ${sql.lit(end)}) as numbers(n)`;
    await sql`insert into events (id, organization_id, at, type, success, target_id, integration_id, request_id, body)
      select 'e' || n, ${sql.lit(organizationId)}, ${sql.lit(begin)} + cast(n as bigint) * ${sql.lit(HOUR_MS)} / ${sql.lit(count)},
        case n % 5 when 0 then 'user_create' when 1 then 'group_update' else 'user_update' end, case when n % 20 = 0 then 0 else 1 end,
        'u' || n, 'i' || n % 3, 'r' || n,
        '{"error_code":"error' || n % 7 || '","filling":"' || ${sql.lit(filling)} || '"}'
      from ${numbers}`.execute(database);
  }
  if (name === 'postgres') await sql`analyze events`.execute(database);
}

/** Counts all events by minute and reason, as a summary without totals would. */
async function countPlainly(database: Database, organizationId: string): Promise<number> {
  const { outcome, reason } = eventTotals.properties(database);
  const { rows } = await sql<{ count: number }>`
    select at / 60000 as minute, ${outcome} as outcome, ${reason} as reason, count(*) as count from events
    where organization_id = ${organizationId} and at >= ${begin} and at < ${begin + HOUR_MS} group by 1, 2, 3`.execute(
    database,
  );
  return rows.reduce((sum, row) => sum + Number(row.count), 0);
}

async function requireExact(database: Database, organizationId: string): Promise<void> {
  const { counts, unfolded } = await readTotals(database, eventTotals, {
    organizationId,
    from: begin,
    to: begin + HOUR_MS,
    stepMs: 60_000,
    intervalMs: HOUR_MS,
  });
  const total = counts.reduce((sum, one) => sum + one.count, 0);
  const plain = await countPlainly(database, organizationId);
  if (total !== plain || unfolded !== tail) throw new Error(`The totals say ${total} events, a count says ${plain}.`);
}
