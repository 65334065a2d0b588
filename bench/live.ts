import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres, TEST_ROLE, postgresUnavailableReason } from '../tests/support/postgres-cluster.ts';
import { processorTime } from './speed/processor-time.ts';
import { startServer, type RunningServer } from '../tests/support/start-server.ts';

/**
 * Measures live updates, on SQLite and, if it is installed, on PostgreSQL with two servers. Usage: `npm run bench:live`.
 *
 * First compares the processor time of a server with idle listeners with that of the same server without listeners. Then measures the
 * time from the response to a change until a listener, on PostgreSQL of the other server, has received the event. Exits with code 1 if
 * the listeners take more than `--share` percent of a core, or if an event is later than `--late` milliseconds.
 */
const { values } = parseArgs({
  options: {
    listeners: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    changes: { type: 'string', default: '50' },
    share: { type: 'string', default: '5' },
    late: { type: 'string', default: '1000' },
    only: { type: 'string', default: 'sqlite,postgres' },
  },
});
const seconds = Number(values.seconds);
/** Pause between two changes, so that their events arrive at different times of the interval between two reads. */
const CHANGE_PAUSE_MS = 173;

interface Listener {
  readonly events: () => number;
  readonly close: () => void;
}

console.log(
  '| engine | listeners | processor time of the server, share of a core | memory |\n| --- | --- | --- | --- |',
);
const lateness: string[] = [];
const engines = values.only.split(',');
if (engines.includes('sqlite')) {
  await using server = await startServer();
  await measure('sqlite', server, server);
}
if (engines.includes('postgres')) {
  const missing = postgresUnavailableReason();
  if (missing === undefined) await measureOnServer();
  else console.log(`PostgreSQL is left out: ${missing}`);
}
console.log(`\n| engine | changes | median lateness | latest |\n| --- | --- | --- | --- |\n${lateness.join('\n')}`);

async function measureOnServer(): Promise<void> {
  await using cluster = await startPostgres();
  await cluster.administer(`create database tanhua owner ${TEST_ROLE}`);
  const environment = { TANHUA_DATABASE_URL: cluster.urlOf('tanhua') };
  await using one = await startServer(environment);
  await using other = await startServer(environment);
  await measure('postgres', one, other);
}

/** Measures listeners of one server, and changes on another server of the same directory. */
async function measure(engine: string, listening: RunningServer, changing: RunningServer): Promise<void> {
  const email = 'bench@contoso.example';
  await listening.cli('admin', 'create', email, '--role', 'Read Only');
  const { key } = JSON.parse((await listening.cli('key', 'create', '--administrator', email, '--json')).stdout);
  const idle = await processorShare(listening);
  console.log(`| ${engine} | 0 | ${idle.toFixed(2)} % | ${residentMegabytes(listening)} MB |`);
  const listeners: Listener[] = [];
  for (let number = 0; number < Number(values.listeners); number += 1) listeners.push(await listen(listening, key));
  // The first checks of access take place within a second.
  await wait(Math.min(2, seconds) * 1_000);
  const busy = await processorShare(listening);
  console.log(`| ${engine} | ${listeners.length} | ${busy.toFixed(2)} % | ${residentMegabytes(listening)} MB |`);
  if (busy - idle > Number(values.share)) fail(`The listeners take more than ${values.share} % of a core.`);
  for (const listener of listeners.slice(1)) listener.close();
  const [first] = listeners;
  if (first !== undefined) await measureLateness(engine, changing, first);
  first?.close();
}

async function measureLateness(engine: string, changing: RunningServer, { events }: Listener): Promise<void> {
  const late: number[] = [];
  for (let number = 0; number < Number(values.changes); number += 1) {
    await wait(CHANGE_PAUSE_MS);
    const before = events();
    const headers = { authorization: `Bearer ${changing.key}`, 'content-type': 'application/scim+json' };
    const emails = [{ value: `live${number}@contoso.example`, primary: true }];
    const body = JSON.stringify({ userName: `live${number}`, emails });
    const answer = await fetch(`${changing.scimUrl}/Users`, { method: 'POST', headers, body });
    const committed = performance.now();
    if (answer.status !== 201) throw new Error(`POST /Users returned ${answer.status}: ${await answer.text()}`);
    await answer.text();
    while (events() === before) await wait(1);
    late.push(performance.now() - committed);
  }
  const sorted = late.toSorted((one, other) => one - other);
  const latest = sorted.at(-1) ?? 0;
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  lateness.push(`| ${engine} | ${sorted.length} | ${median.toFixed(0)} ms | ${latest.toFixed(0)} ms |`);
  if (latest > Number(values.late)) fail(`An event was later than ${values.late} ms.`);
}

/** Opens a stream of live updates, and resolves when its first message has arrived. */
async function listen({ url }: RunningServer, key: string): Promise<Listener> {
  const client = new AbortController();
  const answer = await fetch(`${url}/api/live?kinds=events`, { headers: { 'x-api-key': key }, signal: client.signal });
  if (answer.status !== 200) throw new Error(`GET /api/live returned ${answer.status}: ${await answer.text()}`);
  let events = 0;
  const begun = Promise.withResolvers<void>();
  const read = async () => {
    for await (const part of answer.body ?? []) {
      begun.resolve();
      events += Buffer.from(part).toString().split('event: event\n').length - 1;
    }
  };
  void read().catch(() => begun.resolve());
  await begun.promise;
  return { events: () => events, close: () => client.abort() };
}

/** Returns the processor time of a server during `--seconds`, in percent of a core; 0 if the system has no /proc. */
async function processorShare({ pid }: RunningServer): Promise<number> {
  const before = processorTime(pid) ?? 0;
  await wait(seconds * 1_000);
  return ((processorTime(pid) ?? 0) - before) / (seconds * 10_000);
}

function residentMegabytes({ pid }: RunningServer): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}

function fail(reason: string): void {
  console.log(reason);
  process.exitCode = 1;
}
