import { Agent, request } from 'node:http';
import { benchUser } from '../bench-user.ts';
import type { LoadOrder, LoadResult } from './load.ts';

/** Number of users that are added to one group. */
const MEMBERS_PER_GROUP = 20;

/**
 * Sends the first load of a tenant in the same way as Entra ID: searches for each user by userName and creates it, then creates a group
 * and adds its members one by one. The result counts users, not requests.
 */
export async function runFirstLoad(order: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const latencies: number[] = [];
  let users = 0;
  let failed = 0;
  const startMs = performance.now();
  const isDone = () =>
    order.requests === undefined ? performance.now() - startMs > (order.seconds ?? 1) * 1_000 : users >= order.requests;
  const send = async (method: string, path: string, body?: object) => {
    const { status, text } = await exchange(agent, order, method, path, body);
    if (status >= 300) failed += 1;
    return text === '' ? {} : (JSON.parse(text) as { readonly id?: string });
  };
  const provisionUser = async (number: number) => {
    const user = benchUser(number);
    const started = performance.now();
    await send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${String(user['userName'])}"`)}`);
    const { id } = await send('POST', '/Users', user);
    latencies.push(performance.now() - started);
    users += 1;
    return id;
  };
  let number = order.firstNew;
  const work = async () => {
    while (!isDone()) {
      const ids: (string | undefined)[] = [];
      const first = number;
      number += MEMBERS_PER_GROUP;
      for (let next = first; next < first + MEMBERS_PER_GROUP && !isDone(); next += 1)
        ids.push(await provisionUser(next));
      const displayName = `Group ${first}`;
      await send('GET', `/Groups?filter=${encodeURIComponent(`displayName eq "${displayName}"`)}`);
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
      const group = await send('POST', '/Groups', { schemas, displayName });
      for (const value of ids) {
        await send('PATCH', `/Groups/${group.id}`, {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'Add', path: 'members', value: [{ value }] }],
        });
      }
    }
  };
  await Promise.all(Array.from({ length: order.connections }, work));
  const seconds = (performance.now() - startMs) / 1_000;
  agent.destroy();
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  return { requestsPerSecond: users / seconds, p50Ms: at(0.5), p99Ms: at(0.99), sent: number - order.firstNew, failed };
}

async function exchange(agent: Agent, { url, key }: LoadOrder, method: string, path: string, body?: object) {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number; readonly text: string }>();
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers = {
    authorization: `Bearer ${key}`,
    ...(sent !== undefined && { 'content-type': 'application/scim+json', 'content-length': sent.length }),
  };
  const outgoing = request(`${url}/scim/v2${path}`, { agent, method, headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    answer.on('error', reject);
  });
  outgoing.on('error', reject);
  outgoing.end(sent);
  return await promise;
}
