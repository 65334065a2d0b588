import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { benchUser } from './bench-user.ts';
import { BENCH_KEY, openServed, type ServedDirectory } from './served-directory.ts';
import { exactProcessorTime } from './speed/processor-time.ts';

/**
 * Measures what the request log costs: the processor time of a SCIM POST with the request kept, compared with a directory whose setting
 * requestLog is off, and the size of the kept requests. The requests have the form and the headers of Entra ID.
 *
 * Usage: `npm run bench:requests -- --out bench/results`. `--postgres URL_WITHOUT,URL_WITH --pairs 1` measures on two empty databases;
 * `--postmaster PID` then adds the processor time of the processes of that PostgreSQL server. Exits with code 1 if the ratio is above
 * RATIO_MAX.
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
    postgres: { type: 'string', default: ',' },
    postmaster: { type: 'string' },
    out: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const [urlWithout, urlWith] = values.postgres.split(',').map((url) => (url === '' ? undefined : url));
const engine = urlWith === undefined ? 'SQLite' : 'PostgreSQL';

interface Measured {
  readonly ratio: number;
  /** Microseconds for each batch. */
  readonly without: number;
  readonly kept: number;
  readonly bytes: number;
}

const measured: Measured[] = [];
// Two processes with the same program differ by some percent: in the layout of memory, and in what the compiler does when.
for (let pair = 0; pair < Number(values.pairs); pair += 1) measured.push(await measurePair());
const ratio = median(measured.map((one) => one.ratio));
const perRequest = median(measured.map(({ bytes }) => bytes));
const ratios = measured.map((one) => one.ratio.toFixed(3)).join(', ');
const lines = [
  '| engine | POST without the log, ms | POST with the log, ms | ratio | ratios of the pairs of processes |',
  '| --- | ---: | ---: | ---: | --- |',
  `| ${engine} | ${milliseconds(median(measured.map(({ without }) => without)))} | ${milliseconds(median(measured.map(({ kept }) => kept)))} | ${ratio.toFixed(3)}${ratio > RATIO_MAX ? ' TOO MUCH' : ''} | ${ratios} |`,
  ...(urlWith === undefined
    ? [
        '',
        `${perRequest.toFixed(0)} bytes on disk for each kept POST: ${((perRequest * REQUESTS_PER_DAY) / 1_048_576).toFixed(0)} MB for a day of ${REQUESTS_PER_DAY} requests.`,
      ]
    : []),
];
console.log(lines.join('\n'));
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, `request-log-${engine.toLowerCase()}.md`), `${lines.join('\n')}\n`);
}
if (ratio > RATIO_MAX) process.exitCode = 1;

/** Compares two new directories, one without and one with the log, by the medians of alternating batches. */
async function measurePair(): Promise<Measured> {
  await using without = await openDirectory(urlWithout, { requestLog: 'off' });
  await using kept = await openDirectory(urlWith);
  for (const directory of [without, kept]) await post(directory, Number(values.warm));
  const before = [sizeOf(kept), sizeOf(without)] as const;
  const spent: { readonly without: number; readonly kept: number }[] = [];
  for (let round = 0; round < rounds; round += BATCH) {
    spent.push({ without: await timed(without), kept: await timed(kept) });
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

async function timed(directory: ServedDirectory): Promise<number> {
  const start = processorTimes(directory);
  await post(directory, BATCH);
  return processorTimes(directory) - start;
}

/** Returns the processor time of the server and, if it is known, of the processes of PostgreSQL, in microseconds. */
function processorTimes({ pid }: ServedDirectory): number {
  return [pid, ...databaseProcesses()].reduce((sum: number, one) => sum + exactProcessorTime(one), 0);
}

function databaseProcesses(): readonly number[] {
  const { postmaster } = values;
  if (postmaster === undefined) return [];
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === postmaster);
  return [Number(postmaster), ...children.map(Number)];
}

function parentOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
  } catch {
    return undefined;
  }
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
