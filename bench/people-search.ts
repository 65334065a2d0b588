import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { startPostgres } from '../tests/support/postgres-cluster.ts';
import { systemClock } from '#base/clock.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { scopeTo, type Database } from '#database/database.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { openSqlite } from '#database/sqlite/open-sqlite.ts';
import { insertGroup } from '#directory/group-store.ts';
import { insertMembers } from '#directory/membership-write-store.ts';
import { readKeys } from '#directory/list-store.ts';
import { allPeople } from '#people-search/people.fixture.ts';
import type { PeopleQuery } from '#people-search/people-query.ts';
import { searchPeople } from '#people-search/search-people.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { fillPeople, fillRefused } from './fill-people.ts';
import { callerOf } from './fill-users.ts';
import { postgresPids } from './postgres-processes.ts';
import { prepare } from './served-directory.ts';
import { exactProcessorTime } from './speed/processor-time.ts';

/**
 * Measures one page of each kind of search of people, on SQLite and PostgreSQL. Usage: `npm run bench:search`, or
 * `npm run bench:search -- --people 10000 --engines sqlite`. PostgreSQL is started for the benchmark, and its processor time counts. Exits
 * with code 1 if the median of a kind takes more than `--limit` milliseconds of processor time: other programs affect it less than the
 * wall time.
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    refused: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '15' },
    limit: { type: 'string', default: '50' },
    engines: { type: 'string', default: 'sqlite,postgres' },
    out: { type: 'string' },
  },
});
const people = Number(values.people);
const limitMs = Number(values.limit);
/** The size of the group of the filter. */
const GROUP_SIZE = 5_000;

const all: PeopleQuery = { ...allPeople, limit: 50 };

/** A filled database, and the processes whose time counts. */
interface Opened {
  readonly database: Database;
  readonly organizationId: string;
  readonly pids: readonly number[];
}

/** The ids of the groups of the filters. */
interface Groups {
  readonly group: string;
  readonly everyone: string;
}

type Kind = readonly [title: string, query: Partial<PeopleQuery>, page?: number];

const kindsOf = ({ group, everyone }: Groups): readonly Kind[] => [
  ['all people by name', {}],
  ['all people by department, descending', { sort: 'department', descending: true }],
  ['all people by the last change, page 20', { sort: 'lastChanged', descending: true }, 20],
  ['one letter that a third have', { search: 'm' }],
  ['one letter, by title, page 20', { search: 'm', sort: 'title' }, 20],
  ['two letters', { search: 'mu' }],
  ['two words of one letter', { search: 'm k' }],
  ['a letter and a rare word', { search: 'm bena' }],
  ['a title that an eighth have', { search: 'accountant' }],
  ['an email address', { search: 'person.that.is.not@contoso.example' }],
  ['an employee number', { search: 'E123456' }],
  ['a Chinese name, two characters', { search: '小明' }],
  ['a Chinese character', { search: '明' }],
  ['suspended people', { states: ['SUSPENDED'] }],
  ['staged people: none', { states: ['STAGED'] }],
  ['one letter and suspended', { search: 'm', states: ['SUSPENDED'] }],
  ['without a password', { passwordStatus: 'Password Pending' }],
  ['of a department', { department: 'Finance' }],
  ['of a department and one letter', { department: 'Finance', search: 'm' }],
  ['without a source: none', { source: 'none' }],
  [`of a group of ${GROUP_SIZE}`, { group }],
  ['of a group of all people', { group: everyone }],
  ['of a group of all people, the last page', { group: everyone, skip: people - 50 }],
  ['of a group of all people and one letter', { group: everyone, search: 'm' }],
  ['changed since yesterday: all', { changedSince: new Date(systemClock.now().getTime() - 86_400_000) }],
  ['refused people', { presence: 'refused', sort: 'lastChanged', descending: true }],
  ['refused people, one letter', { presence: 'refused', search: 'm' }],
  ['refused people, a word', { presence: 'refused', search: 'accountant' }],
];

const lines: string[] = [];
let failed = false;
for (const engine of values.engines.split(',')) await measureEngine(engine);
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'people-search.md'), `# Search of people\n\n${lines.join('\n')}\n`);
}
if (failed) process.exitCode = 1;

async function measureEngine(engine: string): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'tanhua-bench-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  let url: string | undefined;
  let port: number | undefined;
  if (engine === 'postgres') {
    const cluster = opened.use(await startPostgres({ shared_buffers: '256MB', synchronous_commit: 'off' }));
    await cluster.administer('create database tanhua owner tanhua');
    url = cluster.urlOf('tanhua');
    port = cluster.port;
  }
  await prepare(folder, url);
  const database = url === undefined ? openSqlite(folder, 'process') : openPostgres({ url, connectionsMax: 2 });
  opened.defer(() => database.destroy());
  const groups = await fill(database);
  const { organizationId } = (await callerOf(depsOf(database))).origin;
  const own = scopeTo(database, organizationId);
  print(
    `## ${engine}`,
    '',
    `${people} people and ${values.refused} refused people, pages of ${all.limit}, ${values.rounds} rounds, ${availableParallelism()} cores.`,
    '',
    '| search | people | processor, median ms | worst | wall, median ms | worst |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
  );
  // PostgreSQL does this automatically, a minute after many rows were written.
  if (engine === 'postgres') await sql`vacuum analyze`.execute(database);
  const pids = [process.pid, ...(port === undefined ? [] : postgresPids(port))];
  for (const kind of kindsOf(groups)) await measure({ database: own, organizationId, pids }, kind);
  print('');
}

function depsOf(database: Database) {
  return { database, clock: systemClock, schemas: standardSchemas, secrets: createSecretBox(randomBytes(32)) };
}

async function fill(database: Database): Promise<Groups> {
  const deps = depsOf(database);
  const caller = await callerOf(deps);
  const begun = performance.now();
  await fillPeople(deps, caller, people);
  await fillRefused(deps, caller, people, Number(values.refused));
  const { organizationId } = caller.origin;
  const list = {
    sources: [{ type: 'User', condition: undefined, sortValue: undefined }],
    order: { sorted: false, descending: false },
  } as const;
  const users = await readKeys(database, organizationId, list, { kind: 'offset', offset: 0 }, people);
  const groups = { group: 'a'.repeat(24), everyone: 'b'.repeat(24) };
  for (const [name, id] of Object.entries(groups)) {
    const at = systemClock.now();
    const document = { displayName: name, externalId: name };
    const key = { id, organizationId };
    await insertGroup(deps, database, { ...key, integrationId: null, creationSource: 'tanhua:scim', document, at });
    const members = name === 'group' ? users.slice(0, GROUP_SIZE) : users;
    await insertMembers(database, key, new Map(members.map((member) => [member.id, 'User'])), at);
  }
  console.log(`filled in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  return groups;
}

async function measure(opened: Opened, [title, query, page = 1]: Kind): Promise<void> {
  const { database, organizationId, pids } = opened;
  let cursor: string | undefined;
  for (let number = 1; number < page; number += 1) {
    cursor = (await searchPeople({ database }, organizationId, { ...all, ...query, cursor })).next ?? undefined;
  }
  const wall: number[] = [];
  const processor: number[] = [];
  let total = 0;
  for (let round = 0; round < Number(values.rounds) + 2; round += 1) {
    const [begun, before] = [performance.now(), spent(pids)];
    ({ total } = await searchPeople({ database }, organizationId, { ...all, ...query, cursor }));
    wall.push(performance.now() - begun);
    processor.push((spent(pids) - before) / 1_000);
  }
  // The first rounds do not count, because Node is still compiling the code.
  const sorted = [processor, wall].map((times) => times.slice(2).toSorted((one, other) => one - other));
  const isTooSlow = (sorted[0]?.[Math.floor((sorted[0]?.length ?? 0) / 2)] ?? 0) > limitMs;
  failed ||= isTooSlow;
  const cells = sorted.flatMap((times) => [times[Math.floor(times.length / 2)] ?? 0, times.at(-1) ?? 0]);
  print(`| ${title} | ${total} | ${cells.map((cell) => cell.toFixed(1)).join(' | ')} |${isTooSlow ? ' TOO SLOW' : ''}`);
}

/** Returns the processor time of these processes in microseconds. */
function spent(pids: readonly number[]): number {
  // A process that has ended, such as one of autovacuum, has no time.
  return pids.reduce((sum, pid) => sum + (exactProcessorTime(pid) || 0), 0);
}

function print(...some: readonly string[]): void {
  lines.push(...some);
  console.log(some.join('\n'));
}
