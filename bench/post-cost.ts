import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { startPostgres } from '../tests/support/postgres-cluster.ts';
import { postgresPids } from './postgres-processes.ts';
import { exactProcessorTime } from './speed/processor-time.ts';
import { BENCH_KEY, openServed, type ServedDirectory } from './served-directory.ts';
import { benchPerson } from './fill-people.ts';

/**
 * Compares the processor time of creating a user over SCIM with that of another version, in one run: batches alternate between the two
 * servers. Usage: `npm run bench:post -- --baseline FOLDER`, where FOLDER is a checkout of the other version with its packages. On
 * PostgreSQL, the time includes the server's processes.
 */
const { values } = parseArgs({
  options: {
    baseline: { type: 'string' },
    users: { type: 'string', default: '20000' },
    batches: { type: 'string', default: '20' },
    batch: { type: 'string', default: '200' },
    connections: { type: 'string', default: '8' },
    postgres: { type: 'boolean', default: false },
  },
});
if (values.baseline === undefined)
  throw new Error('--baseline FOLDER is missing: give a checkout of the version to compare with.');
const other = (await import(resolve(values.baseline, 'bench/served-directory.ts'))) as {
  readonly openServed: typeof openServed;
};

await using opened = new AsyncDisposableStack();
const servers: {
  readonly name: string;
  readonly directory: ServedDirectory;
  readonly pids: () => readonly number[];
}[] = [];
for (const [name, open] of [
  ['baseline', other.openServed],
  ['this version', openServed],
] as const) {
  const cluster = values.postgres ? opened.use(await startPostgres()) : undefined;
  await cluster?.administer('create database tanhua owner tanhua');
  const directory = await open(Number(values.users), cluster?.urlOf('tanhua'));
  opened.defer(() => directory.close());
  servers.push({
    name,
    directory,
    pids: () => [directory.pid ?? 0, ...(cluster === undefined ? [] : postgresPids(cluster.port))],
  });
}

let next = 1_000_000;
const spent = servers.map((): number[] => []);
for (let batch = 0; batch < Number(values.batches) + 3; batch += 1) {
  const first = next;
  next += Number(values.batch);
  for (const [index, { directory, pids }] of servers.entries()) {
    const before = total(pids());
    await Promise.all(Array.from({ length: Number(values.connections) }, (_, lane) => send(directory, first + lane)));
    spent[index]?.push((total(pids()) - before) / Number(values.batch));
  }
}
// The first batches do not count, because Node is still compiling the code.
const medians = spent.map(
  (all) => all.slice(3).toSorted((one, two) => one - two)[Math.floor((all.length - 3) / 2)] ?? 0,
);
for (const [index, { name }] of servers.entries())
  console.log(`${name}: ${medians[index]?.toFixed(0)} µs of processor time for each POST`);
console.log(`ratio: ${((medians[1] ?? 0) / (medians[0] ?? 1)).toFixed(3)}`);

function total(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (exactProcessorTime(pid) || 0), 0);
}

async function send({ url }: ServedDirectory, first: number): Promise<void> {
  const lanes = Number(values.connections);
  for (let offset = 0; offset < Number(values.batch); offset += lanes) {
    const response = await fetch(`${url}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BENCH_KEY}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(benchPerson(first + offset)),
    });
    if (response.status !== 201) throw new Error(`POST returned ${response.status}: ${await response.text()}`);
    await response.text();
  }
}
