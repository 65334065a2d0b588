import { parseArgs } from 'node:util';
import { BENCH_KEY, openServed, type ServedDirectory } from './served-directory.ts';

/**
 * What a directory costs as it grows: the same requests over HTTP to one with few users and to one with a million, in one
 * run. `npm run bench:million-users`; ends with 1 when the pages of a list differ by more than RATIO_MAX, or a look-up in
 * many costs more than RATIO_MAX times what it does in few.
 */
const RATIO_MAX = 1.5;
const PAGE = 200;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000000' },
    few: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '60' },
  },
});
const rounds = Number(values.rounds);
const sizes = { few: Number(values.few), many: Number(values.users) } as const;

const few = await openServed(sizes.few);
const many = await openServed(sizes.many);
let failed = false;
try {
  console.log(
    `${sizes.many} users: ready after ${many.readyMs.toFixed(0)} ms; ${many.residentMegabytes()} MB resident then`,
  );
  await comparePages('', 'in the order of creation');
  await comparePages('&sortBy=userName', 'by userName');
  await comparePages('&sortBy=meta.lastModified&sortOrder=descending', 'by lastModified, descending');
  // With a filter the first page counts all that match, since it tells totalResults; the others know it from there.
  await comparePages('&filter=active+eq+true', 'with a filter', false);
  await compareLookups();
  console.log(`${many.residentMegabytes()} MB resident at the end`);
} finally {
  await Promise.all([few.close(), many.close()]);
}
if (failed) process.exitCode = 1;

/** The first page, the one behind a hundredth… and the last, by cursor, in the directory with many. */
async function comparePages(query: string, title: string, isJudged = true): Promise<void> {
  const last = Math.max(1, Math.floor(sizes.many / PAGE));
  const wanted = [1, Math.ceil(last / 2), last];
  const cursors = await walk(many, query, wanted);
  const medians = await interleaved(
    wanted.map(
      (page) => () => get(many, `/Users?count=${PAGE}&attributes=userName&cursor=${cursors.get(page) ?? ''}${query}`),
    ),
  );
  const ratio = Math.max(...medians) / Math.min(...medians);
  const names = wanted.map((page) => `page ${page}`);
  report(`page of ${PAGE} ${title}`, names, medians, ratio, isJudged);
}

/** Goes through all pages once, and keeps the cursors of those that are wanted. */
async function walk(
  directory: ServedDirectory,
  query: string,
  wanted: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const cursors = new Map<number, string>([[1, '']]);
  let cursor = '';
  for (let page = 1; page < (wanted.at(-1) ?? 1); page += 1) {
    const body = await get(directory, `/Users?count=${PAGE}&attributes=id&cursor=${cursor}${query}`);
    if (typeof body['nextCursor'] !== 'string') break;
    cursor = body['nextCursor'];
    if (wanted.includes(page + 1)) cursors.set(page + 1, cursor);
  }
  return cursors;
}

async function compareLookups(): Promise<void> {
  const lookups: readonly (readonly [string, (index: number) => string])[] = [
    ['userName eq', (index) => `/Users?filter=userName+eq+%22person${index}%40contoso.example%22`],
    ['externalId eq', (index) => `/Users?filter=externalId+eq+%22external-${index}%22`],
    [
      'work e-mail eq',
      (index) => `/Users?filter=emails[type+eq+%22work%22].value+eq+%22person${index}%40contoso.example%22`,
    ],
    ['employeeNumber eq', (index) => `/Users?filter=employeeNumber+eq+%22E${index}%22`],
    ['displayName eq and active', (index) => `/Users?filter=displayName+eq+%22Person+${index}%22+and+active+eq+true`],
    ['totalResults alone', () => '/Users?count=0'],
  ];
  for (const [title, pathOf] of lookups) {
    let round = 0;
    const next = ({ users }: ServedDirectory) => Math.floor(((round += 1) * 7_919) % users);
    const medians = await interleaved([few, many].map((directory) => () => get(directory, pathOf(next(directory)))));
    const ratio = (medians[1] ?? 0) / (medians[0] ?? 1);
    report(title, [`${sizes.few} users`, `${sizes.many} users`], medians, ratio, true);
  }
}

/** Medians in milliseconds; interleaved, so that whatever else the machine does falls on all of them alike. */
async function interleaved(runs: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  const times = runs.map((): number[] => []);
  for (let round = -5; round < rounds; round += 1) {
    for (const [index, run] of runs.entries()) {
      const begun = performance.now();
      await run();
      // The first rounds warm up.
      if (round >= 0) times[index]?.push(performance.now() - begun);
    }
  }
  return times.map((some) => some.toSorted((one, other) => one - other)[Math.floor(some.length / 2)] ?? 0);
}

function report(
  title: string,
  names: readonly string[],
  medians: readonly number[],
  ratio: number,
  isJudged: boolean,
): void {
  const cells = medians.map((median, index) => `${names[index]} ${median.toFixed(2)} ms`);
  const isTooMuch = isJudged && ratio > RATIO_MAX;
  failed ||= isTooMuch;
  console.log(`${title.padEnd(46)} ${ratio.toFixed(2)} ×  ${cells.join(', ')}${isTooMuch ? '  TOO MUCH' : ''}`);
}

async function get({ url }: ServedDirectory, path: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${url}/scim/v2${path}`, { headers: { authorization: `Bearer ${BENCH_KEY}` } });
  const body = (await response.json()) as Record<string, unknown>;
  if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}: ${JSON.stringify(body)}`);
  return body;
}
