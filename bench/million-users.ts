import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { operations, send, type Operation, type Round } from './growth-operations.ts';
import { openServed, type ServedDirectory } from './served-directory.ts';
import { exactProcessorTime } from './speed/processor-time.ts';

/**
 * Measures the processor time of the same HTTP requests on a directory with few users and on a directory with a million users.
 * Usage: `npm run bench:million-users`, or `npm run bench:million-users -- --users 100000` in a tenth of the time.
 * `--postgres URL_OF_FEW,URL_OF_MANY` measures on two empty databases, without the processor time of PostgreSQL itself. Exits with
 * code 1 if an operation takes more than RATIO_MAX times as long with many users as with few, or if a page of a list takes more than
 * RATIO_MAX times as long as another page.
 */
const RATIO_MAX = 1.5;
const PAGE = 200;
/** Number of consecutive rounds on one directory before the benchmark switches to the other directory. */
const BATCH = 20;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000000' },
    few: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '400' },
    warm: { type: 'string', default: '40' },
    /** Measures only the operations whose titles contain this text. */
    only: { type: 'string', default: '' },
    postgres: { type: 'string', default: ',' },
    out: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const warmRounds = Number(values.warm);
const sizes = { few: Number(values.few), many: Number(values.users) } as const;
const lines: string[] = [];
let failed = false;

const [urlOfFew, urlOfMany] = values.postgres.split(',').map((url) => (url === '' ? undefined : url));
const few = await openServed(sizes.few, urlOfFew, 'with history');
const many = await openServed(sizes.many, urlOfMany, 'with history');
try {
  print(
    `${sizes.many} users: ready after ${many.readyMs.toFixed(0)} ms with ${many.residentMegabytes()} MB resident`,
    '',
    `| operation | ${sizes.few} users, ms | ${sizes.many} users, ms | ratio |`,
    '| --- | ---: | ---: | ---: |',
  );
  for (const operation of operations) {
    if (operation.title.includes(values.only)) await compare(operation);
  }
  if (values.only === '') {
    print(
      '',
      `| ${PAGE} of ${sizes.many} users | first page, ms | middle, ms | last, ms | ratio |`,
      '| --- | ---: | ---: | ---: | ---: |',
    );
    await comparePages('', 'in the order of creation');
    await comparePages('&sortBy=userName', 'by userName');
    await comparePages('&sortBy=meta.lastModified&sortOrder=descending', 'by lastModified, descending');
    // Not judged: with a filter, only the first page has to count the matches for totalResults. The cursor passes the count to later pages.
    await comparePages('&filter=active+eq+true', 'with a filter', false);
  }
  print('', `${many.residentMegabytes()} MB resident at the end`);
} finally {
  await Promise.all([few.close(), many.close()]);
}
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, `growth-${sizes.many}.md`), `${lines.join('\n')}\n`);
}
if (failed) process.exitCode = 1;

/** Measures an operation in both directories. */
async function compare(operation: Operation): Promise<void> {
  const all = [few, many].map(async (directory) => ({
    directory,
    rounds: await operation.prepare(directory, warmRounds + rounds),
  }));
  const [ofFew = 0, ofMany = 0] = await measure(await Promise.all(all));
  report([operation.title, ofFew, ofMany], ofMany / ofFew);
}

/** Measures the first, the middle and the last page of a list in the large directory. The pages are requested with a cursor. */
async function comparePages(query: string, title: string, isJudged = true): Promise<void> {
  const last = Math.max(1, Math.floor(sizes.many / PAGE));
  const cursors = await walk(query, [1, Math.ceil(last / 2), last]);
  const costs: number[] = [];
  for (const cursor of cursors) {
    const path = `/Users?count=${PAGE}&attributes=userName&cursor=${cursor}${query}`;
    const round = async () => void (await send(many, { method: 'GET', path }));
    costs.push(
      ...(await measure([{ directory: many, rounds: Array.from({ length: warmRounds + rounds }, () => round) }])),
    );
  }
  report([title, ...costs], Math.max(...costs) / Math.min(...costs), isJudged);
}

/** Follows the cursors up to the last wanted page, and returns the cursors of the pages with the numbers in `wanted`. */
async function walk(query: string, wanted: readonly number[]): Promise<readonly string[]> {
  const cursors = new Map<number, string>([[1, '']]);
  let cursor = '';
  for (let page = 1; page < (wanted.at(-1) ?? 1); page += 1) {
    const path = `/Users?count=${PAGE}&attributes=id&cursor=${cursor}${query}`;
    const { nextCursor } = await send(many, { method: 'GET', path });
    if (typeof nextCursor !== 'string') break;
    cursor = nextCursor;
    if (wanted.includes(page + 1)) cursors.set(page + 1, cursor);
  }
  return wanted.map((page) => cursors.get(page) ?? '');
}

/**
 * Returns the processor time of one round in each directory, in milliseconds. Batches of rounds alternate between the directories, so
 * that other load on the machine affects both equally.
 */
async function measure(
  measured: readonly { readonly directory: ServedDirectory; readonly rounds: readonly Round[] }[],
): Promise<readonly number[]> {
  const spent = measured.map(() => 0);
  // The first rounds do not count, because Node is still compiling the code.
  for (const { rounds: all } of measured) for (const round of all.slice(0, warmRounds)) await round();
  for (let start = warmRounds; start < warmRounds + rounds; start += BATCH) {
    for (const [index, { directory, rounds: all }] of measured.entries()) {
      const startMicroseconds = exactProcessorTime(directory.pid);
      for (const round of all.slice(start, start + BATCH)) await round();
      spent[index] = (spent[index] ?? 0) + (exactProcessorTime(directory.pid) - startMicroseconds);
    }
  }
  return spent.map((microseconds) => microseconds / 1_000 / rounds);
}

function report([title, ...costs]: readonly [string, ...number[]], ratio: number, isJudged = true): void {
  const isTooMuch = isJudged && ratio > RATIO_MAX;
  failed ||= isTooMuch;
  const cells = costs.map((cost) => cost.toFixed(2)).join(' | ');
  print(`| ${title} | ${cells} | ${ratio.toFixed(2)}${isTooMuch ? ' TOO MUCH' : ''} |`);
}

function print(...some: readonly string[]): void {
  lines.push(...some);
  console.log(some.join('\n'));
}
