import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BENCH_KEY, openServed, type ServedDirectory } from './served-directory.ts';

/**
 * Measures the resident memory of the started program after several clients have sent large bodies at the same time.
 * Usage: `npm run bench:large-bodies`. Exits with code 1 if the memory after `--wait` seconds is more than `--ratio` times the memory
 * before.
 */
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '3' },
    /** A factor for the size of each body; less than 1 for a quick run. */
    share: { type: 'string', default: '1' },
    wait: { type: 'string', default: '30' },
    ratio: { type: 'string', default: '1.5' },
  },
});
const share = Number(values.share);

const bodies: Readonly<Record<string, { readonly path: string; readonly value: () => unknown }>> = {
  'one string': { path: 'Users', value: () => ({ userName: 'u', title: 'x'.repeat(9_000_000 * share) }) },
  'many keys': {
    path: 'Users',
    value: () => Object.fromEntries(repeat(400_000, (index) => [`k${index}`, 1] as const)),
  },
  'many emails': {
    path: 'Users',
    value: () => ({
      userName: 'u',
      emails: repeat(30_000, (index) => ({ value: `a${index}@x.example`, type: 'work' })),
    }),
  },
  bulk: {
    path: 'Bulk',
    value: () => ({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: repeat(1_000, (index) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `b${index}`,
        data: { userName: `b${index}`, title: 't'.repeat(5_000) },
      })),
    }),
  },
};

const served = await openServed(10);
try {
  const before = served.residentMegabytes();
  console.log(`| body | size | statuses | resident |\n| --- | --- | --- | --- |\n| before | | | ${before} MB |`);
  for (const kind of Object.keys(bodies)) await sendAll(served, kind);
  await wait(Number(values.wait) * 1_000);
  const after = served.residentMegabytes();
  console.log(`| after ${values.wait} s | | | ${after} MB |`);
  const ratio = after / before;
  console.log(`${ratio.toFixed(2)} times the memory before; at most ${values.ratio} times is allowed`);
  if (ratio > Number(values.ratio)) process.exitCode = 1;
} finally {
  await served.close();
}

async function sendAll({ url, residentMegabytes }: ServedDirectory, kind: string): Promise<void> {
  const sent = bodies[kind];
  if (sent === undefined) return;
  const body = JSON.stringify(sent.value());
  const statuses = new Set<string>();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const clients = Array.from({ length: Number(values.clients) }, async () =>
      statuses.add(await send(url, sent.path, body)),
    );
    await Promise.all(clients);
  }
  const size = `${(body.length / 1e6).toFixed(1)} MB`;
  console.log(`| ${kind} | ${size} | ${[...statuses].join(', ')} | ${residentMegabytes()} MB |`);
}

async function send(url: string, path: string, body: string): Promise<string> {
  const headers = { authorization: `Bearer ${BENCH_KEY}`, 'content-type': 'application/scim+json' };
  const answer = await fetch(`${url}/scim/v2/${path}`, { method: 'POST', headers, body });
  await answer.text();
  return String(answer.status);
}

function repeat<Value>(count: number, create: (index: number) => Value): readonly Value[] {
  return Array.from({ length: Math.ceil(count * share) }, (_, index) => create(index));
}
