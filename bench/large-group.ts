import { parseArgs } from 'node:util';
import { openInProcessServer } from './in-process-server.ts';

/**
 * Measures the same requests on groups of 1,000, 10,000 and 100,000 members, with a server in this process and a new database.
 * Usage: `npm run bench:large-group`. Exits with code 1 if the duration of a request that does not return the members grows with the
 * size of the group.
 */

/** The maximum ratio of the duration of a request for the largest group to its duration for the smallest group. */
const RATIO_MAX = 1.5;

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '1000,10000,100000' }, rounds: { type: 'string', default: '40' } },
});
const rounds = Number(values.rounds);
const sizes = values.sizes.split(',').map(Number);
await using server = await openInProcessServer();
const { send } = server;

const userIds = await createUsers(Math.max(...sizes) + 1);
const spare = userIds.at(-1) ?? '';
const groups: { readonly size: number; readonly id: string }[] = [];
const creations: string[] = [];
for (const size of sizes) {
  const members = userIds.slice(0, size).map((value) => ({ value }));
  const startMs = performance.now();
  const { status, body } = await send('POST', '/Groups?attributes=id', { displayName: `Group of ${size}`, members });
  if (status !== 201) throw new Error(`Creating a group of ${size} members returned ${status}`);
  creations.push(`${(performance.now() - startMs).toFixed(0)} ms`);
  groups.push({ size, id: body.id });
}

/** Requests about a group. The duration of requests with `flat: true` must not grow with the size of the group. */
const requests: readonly {
  readonly name: string;
  readonly flat: boolean;
  readonly run: (id: string, size: number) => Promise<unknown>;
}[] = [
  {
    name: 'PATCH: add and remove one member',
    flat: true,
    run: async (id) => {
      await send('PATCH', `/Groups/${id}`, { Operations: [{ op: 'add', path: 'members', value: [{ value: spare }] }] });
      await send('PATCH', `/Groups/${id}`, { Operations: [{ op: 'remove', path: `members[value eq "${spare}"]` }] });
    },
  },
  { name: 'GET without members', flat: true, run: (id) => send('GET', `/Groups/${id}?excludedAttributes=members`) },
  {
    name: 'list without members',
    flat: true,
    run: (_, size) => send('GET', `/Groups?filter=displayName+eq+%22Group+of+${size}%22&excludedAttributes=members`),
  },
  {
    name: 'filter for one member',
    flat: true,
    run: (id) =>
      send('GET', `/Groups?filter=id+eq+%22${id}%22+and+members[value+eq+%22${userIds[7]}%22]&attributes=id`),
  },
  {
    name: 'a page of 100 members',
    flat: true,
    run: (id, size) =>
      send('GET', `/Groups/${id}?attributes=members[value+gt+%22${userIds[Math.floor(size / 2)]}%22]&count=100`),
  },
  { name: 'GET with all members', flat: false, run: (id) => send('GET', `/Groups/${id}`) },
];

console.log(`${'milliseconds, median'.padEnd(38)}${sizes.map((size) => String(size).padStart(12)).join('')}   ratio`);
console.log(`${'POST with all members, once'.padEnd(38)}${creations.map((text) => text.padStart(12)).join('')}`);
for (const { name, flat, run } of requests) {
  const medians = await measure(flat ? rounds : 3, run);
  const ratio = (medians.at(-1) ?? 0) / (medians[0] ?? 1);
  const grows = flat && ratio > RATIO_MAX;
  if (grows) process.exitCode = 1;
  const cells = medians.map((median) => median.toFixed(2).padStart(12)).join('');
  console.log(`${name.padEnd(38)}${cells}${ratio.toFixed(2).padStart(8)}${grows ? '  GROWS' : ''}`);
}

/** Returns the median duration for each size in milliseconds. The sizes alternate, so that other load affects all sizes equally. */
async function measure(
  repeats: number,
  run: (id: string, size: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const times = groups.map((): number[] => []);
  for (let round = 0; round < repeats; round += 1) {
    for (const [index, { id, size }] of groups.entries()) {
      const startMs = performance.now();
      await run(id, size);
      times[index]?.push(performance.now() - startMs);
    }
  }
  return times.map((some) => some.toSorted((one, other) => one - other)[Math.floor(some.length / 2)] ?? 0);
}

async function createUsers(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const perRequest = 1_000;
  for (let start = 0; start < count; start += perRequest) {
    const length = Math.min(perRequest, count - start);
    const operations = Array.from({ length }, (_, index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `${start + index}`,
      data: { userName: `person${start + index}@contoso.example`, displayName: `Person ${start + index}` },
    }));
    const { body } = await send('POST', '/Bulk', { Operations: operations });
    for (const { location } of body.Operations) ids.push(String(location).split('/').at(-1) ?? '');
  }
  return ids;
}
