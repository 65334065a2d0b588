import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';
import { benchUser } from '../bench-user.ts';
import { runFirstLoad } from './first-load.ts';

/** The task of the load generator, which reads it as JSON from its standard input. */
export interface LoadOrder {
  readonly url: string;
  readonly key: string;
  readonly operation: Operation;
  readonly users: number;
  readonly ids: readonly string[];
  readonly groupId: string;
  readonly connections: number;
  /** The duration of the load in seconds. If `requests` is given, the load ends after that number of requests. */
  readonly seconds?: number;
  readonly requests?: number;
  /** The number of the first user to create, so that no load creates a user twice. */
  readonly firstNew: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly sent: number;
  readonly failed: number;
}

export const operations = [
  'get',
  'userName',
  'externalId',
  'email',
  'list',
  'patch',
  'post',
  'member',
  'firstLoad',
] as const;
export type Operation = (typeof operations)[number];

async function run(order: LoadOrder): Promise<LoadResult> {
  if (order.operation === 'firstLoad') return await runFirstLoad(order);
  let sent = 0;
  const startMs = performance.now();
  const result = await autocannon({
    url: order.url,
    connections: order.connections,
    timeout: 300,
    // autocannon reads its clock only when it takes a sample, by default once a second.
    sampleInt: Math.min(1_000, (order.seconds ?? 1) * 1_000),
    ...(order.requests === undefined ? { duration: order.seconds ?? 1 } : { amount: order.requests }),
    headers: { authorization: `Bearer ${order.key}`, 'content-type': 'application/scim+json' },
    requests: [{ setupRequest: (request) => ({ ...request, ...requestOf(order as SingleRequests, (sent += 1)) }) }],
  });
  const seconds = (performance.now() - startMs) / 1_000;
  return {
    requestsPerSecond:
      order.requests === undefined ? result.requests.total / result.duration : order.requests / seconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    sent: result.requests.total,
    failed: result.non2xx + result.errors,
  };
}

/** An operation that consists of a single request. */
type SingleRequests = LoadOrder & { readonly operation: Exclude<Operation, 'firstLoad'> };

/** Distance between the users of consecutive requests. It is a prime, so that requests cover all users, in the same order in each run. */
const STEP = 7_919;

function requestOf({ operation, users, ids, groupId, firstNew }: SingleRequests, number: number) {
  const index = (number * STEP) % users;
  const id = ids[index % ids.length];
  const find = (filter: string) =>
    ({ method: 'GET', path: `/scim/v2/Users?filter=${encodeURIComponent(filter)}` }) as const;
  const patch = (path: string, ...operations_: readonly object[]) =>
    ({
      method: 'PATCH',
      path,
      body: JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations_ }),
    }) as const;
  switch (operation) {
    case 'get':
      return { method: 'GET', path: `/scim/v2/Users/${id}` } as const;
    case 'userName':
      return find(`userName eq "person${index}@contoso.example"`);
    case 'externalId':
      return find(`externalId eq "external-${index}"`);
    case 'email':
      return find(`emails[type eq "work"].value eq "person${index}@contoso.example"`);
    case 'list':
      return {
        method: 'GET',
        path: `/scim/v2/Users?startIndex=${1 + (index % Math.max(1, users - 100))}&count=100`,
      } as const;
    case 'patch':
      // The request that Entra ID sends when a user is promoted.
      return patch(
        `/scim/v2/Users/${id}`,
        { op: 'Replace', path: 'displayName', value: `Person ${index}, ${number}` },
        { op: 'Replace', path: 'title', value: `Engineer ${number}` },
      );
    case 'post':
      return { method: 'POST', path: '/scim/v2/Users', body: JSON.stringify(benchUser(firstNew + number)) } as const;
    case 'member':
      return patch(`/scim/v2/Groups/${groupId}`, { op: 'Add', path: 'members', value: [{ value: id }] });
  }
}

if (import.meta.main) console.log(JSON.stringify(await run(JSON.parse(await text(process.stdin)) as LoadOrder)));
