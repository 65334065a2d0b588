import type { Client, Exchange } from './client.ts';
import { NoAnswer } from './client.ts';
import { read } from './expect.ts';

/** The resources that a run has created on the server and must delete at its end. */
export interface CreatedResources {
  /** Records the resources that an exchange created. */
  readonly record: (exchange: Exchange) => void;
  /**
   * Deletes the recorded resources, newest first, and then all other resources with names that start with the prefix of the run. Resolves
   * with the paths of the resources that could not be deleted.
   */
  readonly remove: (client: Client, prefix: string) => Promise<readonly string[]>;
}

/** Statuses of a DELETE after which the resource does not exist. */
const DELETED_STATUSES: readonly number[] = [200, 202, 204, 404, 410];
const LEFT_OVER_COUNT_MAX = 200;

export function createResourceList(): CreatedResources {
  const paths = new Set<string>();
  return {
    record: (exchange) => {
      for (const path of createdBy(exchange)) paths.add(path);
    },
    remove: async (client, prefix) => {
      const remaining = await removeAll(client, [...paths].toReversed());
      // The search also finds the resources that could not be deleted above. The others are resources for which no response arrived.
      const others = (await findRemaining(client, prefix)).filter((path) => !remaining.includes(path));
      return [...remaining, ...(await removeAll(client, others))];
    },
  };
}

/** Resolves with the paths of the resources that could not be deleted. */
async function removeAll(client: Client, paths: readonly string[]): Promise<readonly string[]> {
  const remaining: string[] = [];
  for (const path of paths) if (!(await remove(client, path))) remaining.push(path);
  return remaining;
}

async function remove(client: Client, path: string): Promise<boolean> {
  try {
    return DELETED_STATUSES.includes((await client.delete(path)).status);
  } catch (error) {
    if (error instanceof NoAnswer) return false;
    throw error;
  }
}

function createdBy({ method, url, answer }: Exchange): readonly string[] {
  if (method !== 'POST' || answer === undefined || answer.status < 200 || answer.status > 299) return [];
  const { pathname } = new URL(url);
  if (pathname.endsWith('/Bulk')) return createdByBulk(answer.body);
  const collection = /\/(Users|Groups)$/.exec(pathname)?.[0];
  if (collection === undefined) return [];
  const id = read(answer.body, 'id') ?? answer.headers.location?.split('/').at(-1);
  return typeof id === 'string' ? [`${collection}/${encodeURIComponent(id)}`] : [];
}

/** Reads only `location`, because the path of an operation does not name the new resource (RFC 7644 §3.7). */
function createdByBulk(body: Parameters<typeof read>[0]): readonly string[] {
  const operations = read(body, 'Operations');
  if (!Array.isArray(operations)) return [];
  return operations.flatMap((operation) => {
    const location = read(operation, 'location');
    if (read(operation, 'method') !== 'POST' || typeof location !== 'string') return [];
    return /\/(?:Users|Groups)\/[^/?]+$/.exec(location)?.[0] ?? [];
  });
}

/** Searches for resources of this run that still exist. Checks the prefix of each name again, because the server may ignore the filter. */
async function findRemaining(client: Client, prefix: string): Promise<readonly string[]> {
  const searches = [
    ['/Users', 'userName'],
    ['/Groups', 'displayName'],
  ] as const;
  const found: string[] = [];
  for (const [path, attribute] of searches) {
    const filter = `${attribute} sw "${prefix}-"`;
    try {
      const { body } = await client.list(path, { filter, count: LEFT_OVER_COUNT_MAX });
      const resources = read(body, 'Resources');
      for (const resource of Array.isArray(resources) ? resources : []) {
        const id = read(resource, 'id');
        const name = read(resource, attribute);
        if (typeof id !== 'string' || typeof name !== 'string' || !name.startsWith(`${prefix}-`)) continue;
        found.push(`${path}/${encodeURIComponent(id)}`);
      }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }
  return found;
}
