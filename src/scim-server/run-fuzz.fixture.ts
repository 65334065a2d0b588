import fc from 'fast-check';
import type { DirectoryDeps } from '#directory/stored.ts';
import { loadSchemas } from '#schemas/organization-schemas.ts';
import { addSchema } from '#schemas/custom-schemas.ts';
import { readSchemaDefinition } from '#schemas/read-definition.ts';
import { fuzzRequest, fuzzSchema, type FuzzRequest } from './fuzz.fixture.ts';
import type { TestScimServer } from './scim-server.fixture.ts';

export interface FuzzOptions {
  readonly requests: number;
  /** Runs with the same seed send the same requests. */
  readonly seed: number;
}

export interface FuzzResult {
  /** The number of responses by status. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly slowest: { readonly ms: number; readonly request: string };
  /** The requests whose response is a server fault, or an error that is not a SCIM error. */
  readonly faults: readonly string[];
  /** The directory that the requests changed, with its schemas. */
  readonly deps: DirectoryDeps;
}

/** The number of requests that are generated in one batch. */
const BATCH = 1_000;
/** How far the clock advances between two requests, so that times differ and cursors expire. */
const STEP_MS = 700;
const FAULTS_MAX = 20;
const SHOWN_LENGTH = 2_000;

/** Sends generated requests sequentially, with the ids and the cursor that earlier responses returned. */
export async function runFuzz(server: TestScimServer, { requests, seed }: FuzzOptions): Promise<FuzzResult> {
  const { deps: standard, caller } = server.directory;
  await addSchema(standard, caller.origin, readSchemaDefinition(fuzzSchema));
  const deps = { ...standard, schemas: await loadSchemas(standard.database, caller.origin.organizationId) };
  const createdIds: Record<string, string[]> = { User: [], Group: [] };
  const statuses = new Map<number, number>();
  const faults: string[] = [];
  let cursor = '';
  let slowest = { ms: 0, request: '' };
  for (let sent = 0; sent < requests && faults.length < FAULTS_MAX; sent += BATCH) {
    const batch = fc.sample(fuzzRequest, { numRuns: Math.min(BATCH, requests - sent), seed: seed + sent });
    for (const generated of batch) {
      const request = resolve(generated, createdIds, cursor);
      const { answer, ms } = await send(server, request);
      const { statusCode: status, body } = answer;
      const shown = () => `${JSON.stringify(request).slice(0, SHOWN_LENGTH)}\n${status} ${body.slice(0, SHOWN_LENGTH)}`;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (ms > slowest.ms) slowest = { ms, request: shown() };
      if (isFault(status, body)) faults.push(shown());
      for (const [, type = '', id = ''] of body.matchAll(/\/(User|Group)s\/([0-9a-f]{24})"/g)) {
        if (request.method === 'POST' && (status === 201 || request.path === '/Bulk')) createdIds[type]?.push(id);
      }
      if (status === 404) forget(createdIds, request.path);
      cursor = /"nextCursor":"([^"]+)"/.exec(body)?.[1] ?? cursor;
      server.directory.clock.advance(STEP_MS);
    }
  }
  return { statuses, slowest, faults, deps };
}

function resolve(
  request: FuzzRequest,
  createdIds: Readonly<Record<string, readonly string[]>>,
  cursor: string,
): FuzzRequest {
  const replace = (text: string) =>
    text.replaceAll('@cursor', cursor).replaceAll(/@(User|Group)(\d+)/g, (_all, type: string, index: string) => {
      const ids = createdIds[type] ?? [];
      return ids.at(-1 - (Number(index) % Math.max(1, ids.length))) ?? 'nobody';
    });
  const { path, payload } = request;
  return { ...request, path: replace(path), payload: payload === undefined ? undefined : replace(payload) };
}

/** Removes the id of a resource that does not exist anymore, so that most requests use existing resources. */
function forget(createdIds: Readonly<Record<string, string[]>>, path: string): void {
  const [, type = '', id = ''] = /^\/(User|Group)s\/([0-9a-f]+)/.exec(path) ?? [];
  const ids = createdIds[type] ?? [];
  const index = ids.lastIndexOf(id);
  if (index >= 0) ids.splice(index, 1);
}

async function send({ app, key }: TestScimServer, { method, path, headers, payload }: FuzzRequest) {
  const begun = performance.now();
  const answer = await app.inject({
    method,
    url: `/scim/v2${path}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', ...headers },
    ...(payload !== undefined && { payload }),
  });
  return { answer, ms: performance.now() - begun };
}

/**
 * True for a server fault, including one in an operation of a bulk request, and for an error without a SCIM error body (RFC 7644
 * §3.12).
 */
function isFault(status: number, body: string): boolean {
  if (status >= 500 && status !== 501) return true;
  if (/"status":"50[02-9]"/.test(body)) return true;
  if (status < 400) return false;
  return !/"status":"\d{3}".*"detail":".{15}/s.test(body);
}
