import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { operations, send, type Operation, type Round } from './growth-operations.ts';
import { openServed, type ServedDirectory } from './served-directory.ts';
import { exactProcessorTime } from './speed/processor-time.ts';

/**
 * What a directory costs as it grows: the same requests over HTTP to one with few users and to one with a million, in one
 * run, by the processor time of the servers. `npm run bench:million-users`, or with `-- --users 100000` in a tenth of the time;
 * `--postgres URL_OF_FEW,URL_OF_MANY` measures on two empty databases, without what they cost themselves. Ends with 1 when an
 * operation costs more than RATIO_MAX times what it does with few, or one page of a list more than another.
 */
const RATIO_MAX = 1.5;
const PAGE = 200;
/** Rounds of one directory before it is the other's turn. */
const BATCH = 20;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000000' },
    few: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '400' },
    warm: { type: 'string', default: '40' },
    /** Only operations whose title contains it. */
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
    `${sizes.many} users: ready after ${many.readyMs.toFixed(0)} ms; ${many.residentMegabytes()} MB resident then`,
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
    // With a filter the first page counts all that match, since it tells totalResults; the others know it from there.
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

/** The same operation in both directories. */
async function compare(operation: Operation): Promise<void> {
  const all = [few, many].map(async (directory) => ({
    directory,
    rounds: await operation.prepare(directory, warmRounds + rounds),
  }));
  const [ofFew = 0, ofMany = 0] = await measure(await Promise.all(all));
  report([operation.title, ofFew, ofMany], ofMany / ofFew);
}

/** The first page, the one in the middle and the last, by cursor, in the directory with many. */
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

/** Goes through all pages once, and keeps the cursors of those that are wanted. */
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

/** Milliseconds of the processor for a round in each directory; in turns, so that what else the machine does falls on all alike. */
async function measure(
  measured: readonly { readonly directory: ServedDirectory; readonly rounds: readonly Round[] }[],
): Promise<readonly number[]> {
  const spent = measured.map(() => 0);
  // The programs compile what runs often: the first rounds do not count.
  for (const { rounds: all } of measured) for (const round of all.slice(0, warmRounds)) await round();
  for (let start = warmRounds; start < warmRounds + rounds; start += BATCH) {
    for (const [index, { directory, rounds: all }] of measured.entries()) {
      const begun = exactProcessorTime(directory.pid);
      for (const round of all.slice(start, start + BATCH)) await round();
      spent[index] = (spent[index] ?? 0) + (exactProcessorTime(directory.pid) - begun);
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
