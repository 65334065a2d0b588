import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { BENCH_KEY, firstLine, openServed, stop } from './served-directory.ts';
import { operations, type LoadOrder, type LoadResult, type Operation } from './speed/load.ts';

/**
 * Requests a second beside a peer and beside the limit of the machine, in one run: `npm run bench`. The server, the peer and
 * the load generator are processes of their own; every figure is the median of some rounds behind a warm-up.
 */

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: operations.join(',') },
    peer: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const CONNECTIONS = 16;
/** A peer that looks through everybody is asked so often, one request at a time. */
const PEER_REQUESTS = 3;
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const chosen = operations.filter((operation) => values.only.split(',').includes(operation));

interface Target {
  readonly name: string;
  readonly url: string;
  readonly users: number;
  readonly ids: readonly string[];
  readonly groupId: string;
}

console.log(`${availableParallelism()} cores, ${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s, medians\n`);
let firstNew = 10_000_000;
for (const size of values.sizes.split(',').map(Number)) await compare(size);

async function compare(size: number): Promise<void> {
  const served = await openServed(size);
  const peer = values.peer
    ? spawn(process.execPath, ['bench/speed/scimmy-server.ts', String(size)], { stdio: ['ignore', 'pipe', 'inherit'] })
    : undefined;
  const bare = spawn(process.execPath, ['bench/speed/bare-server.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const ours = await targetOf('Tanhua', served.url, size, await idsOf(served.url));
    bare.stdin?.end(await (await send(ours, 'GET', `/Users/${ours.ids[0]}`)).text());
    const { url: bareUrl } = JSON.parse(await firstLine(bare)) as { readonly url: string };
    const limit: Target = { ...ours, name: 'bare Node', url: bareUrl };
    const theirs = peer && (await peerOf(peer, size));
    console.log(`\n${size} users`.padEnd(16) + 'Tanhua/s   p99 ms   bare Node/s   ÷ bare   SCIMMY/s   ÷ SCIMMY');
    for (const operation of chosen) await row(operation, ours, limit, theirs);
    console.log(`${served.residentMegabytes()} MB resident, ready after ${served.readyMs.toFixed(0)} ms`);
  } finally {
    await Promise.all([served.close(), stop(bare), ...(peer === undefined ? [] : [stop(peer)])]);
  }
}

async function row(operation: Operation, ours: Target, limit: Target, theirs: Target | undefined): Promise<void> {
  const mine = await median(operation, ours, {});
  const bare = await median(operation, limit, {});
  const scans = operation !== 'get' && operation !== 'post' && operation !== 'patch' && ours.users > 1_000;
  const peer = theirs && (await median(operation, theirs, scans ? { connections: 1, requests: PEER_REQUESTS } : {}));
  const cells = [
    mine.requestsPerSecond.toFixed(0).padStart(8),
    mine.p99Ms.toFixed(1).padStart(8),
    bare.requestsPerSecond.toFixed(0).padStart(13),
    (mine.requestsPerSecond / bare.requestsPerSecond).toFixed(2).padStart(8),
    (peer?.requestsPerSecond ?? 0).toFixed(1).padStart(10),
    (peer === undefined ? '–' : (mine.requestsPerSecond / peer.requestsPerSecond).toFixed(1)).padStart(10),
  ];
  const failures = [mine, bare, ...(peer ? [peer] : [])].map(({ failed }) => failed);
  const trouble = failures.some((count) => count > 0) ? `  failed: ${failures.join(', ')}` : '';
  console.log(`${operation.padEnd(14)} ${cells.join(' ')}${trouble}`);
}

async function median(operation: Operation, target: Target, options: Partial<LoadOrder>): Promise<LoadResult> {
  const results: LoadResult[] = [];
  for (
    let round = options.requests === undefined ? -1 : 0;
    round < (options.requests === undefined ? rounds : 1);
    round += 1
  ) {
    const result = await load({
      url: target.url,
      key: BENCH_KEY,
      operation,
      users: target.users,
      ids: target.ids,
      groupId: target.groupId,
      connections: CONNECTIONS,
      firstNew,
      ...(options.requests === undefined && { seconds }),
      ...options,
    });
    firstNew += result.sent + CONNECTIONS;
    if (round >= 0) results.push(result);
  }
  const sorted = results.toSorted((one, other) => one.requestsPerSecond - other.requestsPerSecond);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (found === undefined) throw new Error('There was no round.');
  return found;
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const child = spawn(process.execPath, ['bench/speed/load.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(order));
  return JSON.parse(await text(child.stdout)) as LoadResult;
}

async function peerOf(peer: ChildProcess, size: number): Promise<Target> {
  const { url, ids } = JSON.parse(await firstLine(peer)) as { readonly url: string; readonly ids: readonly string[] };
  return await targetOf('SCIMMY', url, size, ids);
}

/** With an empty group, for the members to come. */
async function targetOf(name: string, url: string, users: number, ids: readonly string[]): Promise<Target> {
  const target = { name, url, users, ids, groupId: '' };
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  const answer = await send(target, 'POST', '/Groups', { schemas, displayName: 'Everybody' });
  const { id } = (await answer.json()) as { readonly id: string };
  return { ...target, groupId: id };
}

async function send({ url }: Pick<Target, 'url'>, method: string, path: string, body?: object): Promise<Response> {
  return await fetch(`${url}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${BENCH_KEY}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** The ids of the first users: enough to be spread over, few enough to be told to the load generator. */
async function idsOf(url: string): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const answer = await send({ url }, 'GET', `/Users?attributes=id&count=1000&cursor=${cursor}`);
    const page = (await answer.json()) as {
      readonly nextCursor?: string;
      readonly Resources: readonly { readonly id: string }[];
    };
    ids.push(...page.Resources.map(({ id }) => id));
    cursor = page.nextCursor ?? '';
  } while (cursor !== '' && ids.length < 100_000);
  return ids;
}
