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
 * PostgreSQL, the time includes the server's processes. With `--members 1`, measures requests that add or remove one member of a group
 * instead, and with a larger number, requests with so many members.
 */
const { values } = parseArgs({
  options: {
    baseline: { type: 'string' },
    users: { type: 'string', default: '20000' },
    batches: { type: 'string', default: '20' },
    batch: { type: 'string', default: '200' },
    connections: { type: 'string', default: '8' },
    postgres: { type: 'boolean', default: false },
    members: { type: 'string', default: '0' },
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

const memberCount = Number(values.members);
const groupsOf = new Map<ServedDirectory, readonly Group[]>();
if (memberCount > 0) for (const { directory } of servers) groupsOf.set(directory, await createGroups(directory));

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
  console.log(
    `${name}: ${medians[index]?.toFixed(0)} µs of processor time for each ${memberCount > 0 ? 'PATCH' : 'POST'}`,
  );
console.log(`ratio: ${((medians[1] ?? 0) / (medians[0] ?? 1)).toFixed(3)}`);

function total(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (exactProcessorTime(pid) || 0), 0);
}

async function send(directory: ServedDirectory, first: number): Promise<void> {
  const lanes = Number(values.connections);
  for (let offset = 0; offset < Number(values.batch); offset += lanes) {
    const group = groupsOf.get(directory)?.[first % lanes];
    if (group === undefined) await request(directory, 'POST', '/Users', benchPerson(first + offset));
    else await changeMembers(directory, group);
  }
}

interface Group {
  readonly id: string;
  readonly userIds: readonly string[];
  /** The number of changes so far. */
  changes: number;
}

/** Creates a group for each connection. */
async function createGroups(directory: ServedDirectory): Promise<readonly Group[]> {
  const { Resources } = await request(directory, 'GET', '/Users?count=1000&attributes=id');
  const userIds = (Resources as readonly { readonly id: string }[]).map(({ id }) => id);
  const groups: Group[] = [];
  for (let lane = 0; lane < Number(values.connections); lane += 1) {
    const { id } = await request(directory, 'POST', '/Groups', { displayName: `Group ${lane}` });
    groups.push({ id: String(id), userIds, changes: 0 });
  }
  return groups;
}

/** Adds members to a group, and removes them with the next call. */
async function changeMembers(directory: ServedDirectory, group: Group): Promise<void> {
  const { id, userIds, changes } = group;
  const start = (Math.floor(changes / 2) * memberCount) % (userIds.length - memberCount + 1);
  const value = userIds.slice(start, start + memberCount).map((one) => ({ value: one }));
  group.changes += 1;
  const op = changes % 2 === 0 ? 'add' : 'remove';
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  await request(directory, 'PATCH', `/Groups/${id}`, { schemas, Operations: [{ op, path: 'members', value }] });
}

async function request({ url }: ServedDirectory, method: string, path: string, body?: object) {
  const response = await fetch(`${url}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${BENCH_KEY}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} returned ${response.status}: ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>;
}
