import { z } from 'zod';
import { csvText } from '#base/csv-text.ts';
import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { countJobResults, findJob, listJobResults, listJobs, type Job, type JobResult } from '#jobs/job-store.ts';
import { identityOf, type Context } from '../context.ts';
import { enqueue, JOB_BYTES_MAX } from '../enqueue.ts';
import { allResults } from '../job-queue.ts';
import { listQuerySchema, pageOf } from '../list-query.ts';
import { idParams, route, type Route } from '../route.ts';
import { BULK_SOURCE } from '../user-import.ts';
import { csvAnswer } from '../csv-answer.ts';

/** Users of one bulk request. */
export const BULK_USERS_MAX = 10_000;

async function requireJob(context: Context, id: string): Promise<Job> {
  const { deps, organizationId } = identityOf(context);
  const job = await findJob(deps.database, organizationId, id);
  if (job !== undefined) {
    const { input: _, ...shown } = job;
    return shown;
  }
  throw new AppError('notFound', `There is no job ${quote(id)}; jobs are kept for 30 days.`, {
    attribute: 'id',
    value: id,
  });
}

const jobIdAnswer = z.object({ jobId: z.string() });
const jobAnswer = z
  .looseObject({
    id: z.string(),
    kind: z.string(),
    state: z.enum(['waiting', 'running', 'finished', 'failed']),
    total: z.int(),
    done: z.int(),
    succeeded: z.int(),
    failed: z.int(),
  })
  .meta({ id: 'job' });
const resultAnswer = z
  .looseObject({ id: z.string(), status: z.enum(['finished', 'failed']), statusMsg: z.string() })
  .meta({ id: 'jobresult' });

function shownResult(result: JobResult) {
  const body: JsonObject = result.body === null ? {} : JSON.parse(result.body);
  const isFinished = result.status === 'finished';
  return {
    id: result.userId ?? result.id,
    status: result.status,
    statusMsg: result.message ?? (isFinished ? 'done' : ''),
    row: result.row,
    meta: { username: body['username'] ?? null, email: body['email'] ?? null },
    persistedFields: isFinished ? body : null,
    createdAt: result.createdAt.toISOString(),
    updatedAt: result.updatedAt.toISOString(),
  };
}

/** The vocabulary of the header `creation-source`; the original directory's names are taken as they are. */
const sourcePattern = /^(?:jumpcloud|tanhua):(?:gapps|o365|workday|scim|bulk|custom_integration)$/;

function creationSourceOf(context: Context): string {
  const { 'creation-source': source = BULK_SOURCE } = context.request.headers;
  if (typeof source === 'string' && sourcePattern.test(source)) return source;
  throw new AppError(
    'invalidQuery',
    `The header creation-source ${quote(source)} is not known: send jumpcloud: and gapps, o365, workday, scim, bulk or custom_integration.`,
    { attribute: 'creation-source' },
  );
}

export const bulkQuery = z.looseObject({ suppressEmail: z.string().optional() });

export function suppressesEmail({ suppressEmail }: z.output<typeof bulkQuery>): boolean {
  return suppressEmail?.toLowerCase() === 'true';
}

const users = z.array(z.looseObject({})).min(1).max(BULK_USERS_MAX);
const named = z
  .array(z.looseObject({ id: z.string().min(1).max(100) }))
  .min(1)
  .max(BULK_USERS_MAX);

interface BulkKind {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly kind: string;
  readonly summary: string;
  readonly access: 'users.write' | 'users.help';
  readonly body: typeof users | typeof named;
}

const bulkKinds: readonly BulkKind[] = [
  {
    method: 'POST',
    path: '/api/v2/bulk/users',
    kind: 'bulk_create',
    summary: 'Create many users',
    access: 'users.write',
    body: users,
  },
  {
    method: 'PATCH',
    path: '/api/v2/bulk/users',
    kind: 'bulk_update',
    summary: 'Change many users',
    access: 'users.write',
    body: users,
  },
  {
    method: 'POST',
    path: '/api/v2/bulk/user/unlocks',
    kind: 'bulk_unlock',
    summary: 'Unlock many users',
    access: 'users.help',
    body: named,
  },
  {
    method: 'POST',
    path: '/api/v2/bulk/user/expires',
    kind: 'bulk_expire',
    summary: 'Let the passwords of many users expire',
    access: 'users.help',
    body: named,
  },
];

const bulkRoutes: readonly Route[] = bulkKinds.map(({ kind, ...contract }) =>
  route(
    {
      ...contract,
      tag: 'Bulk',
      query: bulkQuery,
      answer: jobIdAnswer,
      status: 201,
      bodyBytesMax: JOB_BYTES_MAX,
    },
    async (context, { body, query }) => {
      const creationSource = kind === 'bulk_create' ? creationSourceOf(context) : undefined;
      const input = { rows: body, suppressEmail: suppressesEmail(query), creationSource };
      return { jobId: await enqueue(context, kind, input) };
    },
  ),
);

async function showJob(context: Context, stored: Job) {
  const { organizationId: _, actor, ...job } = stored;
  const { finished, failed } = await countJobResults(identityOf(context).deps.database, job.id);
  return { ...job, done: finished + failed, startedBy: actor.name, succeeded: finished, failed };
}

export const jobRoutes: readonly Route[] = [
  ...bulkRoutes,
  route(
    {
      method: 'GET',
      path: '/api/v2/bulk/users/:id/results',
      tag: 'Bulk',
      summary: 'What became of each user of a job',
      access: 'users.read',
      params: idParams,
      query: listQuerySchema,
      answer: z.array(resultAnswer),
    },
    async (context, { params, query }) => {
      const job = await requireJob(context, params.id);
      const page = query.limit === undefined ? { skip: query.skip ?? 0, limit: BULK_USERS_MAX } : pageOf(query);
      const { database } = identityOf(context).deps;
      const { finished, failed } = await countJobResults(database, job.id);
      context.reply.header('x-total-count', finished + failed);
      return (await listJobResults(database, job.id, page)).map(shownResult);
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/jobs',
      tag: 'Jobs',
      summary: 'List the jobs of the last 30 days, the newest first',
      access: 'users.read',
      query: listQuerySchema,
      answer: z.array(jobAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const jobs = await listJobs(deps.database, organizationId, pageOf(query));
      return await Promise.all(jobs.map((job) => showJob(context, job)));
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/jobs/:id',
      tag: 'Jobs',
      summary: 'How far a job is',
      access: 'users.read',
      params: idParams,
      answer: jobAnswer,
    },
    async (context, { params }) => await showJob(context, await requireJob(context, params.id)),
  ),
  route(
    {
      method: 'GET',
      path: '/api/jobs/:id/results.csv',
      tag: 'Jobs',
      summary: 'What became of each row, as CSV',
      access: 'users.read',
      params: idParams,
      mediaType: 'text/csv',
    },
    async (context, { params }) => {
      const job = await requireJob(context, params.id);
      const { deps } = identityOf(context);
      const lines = async function* () {
        yield csvText([['row', 'status', 'message', 'id', 'username', 'email']]);
        for await (const { row, status, message, userId, body } of allResults(deps.database, job.id)) {
          const user: unknown = body === null ? undefined : JSON.parse(body);
          const [username, email] = isObject(user) ? [user['username'], user['email']] : [];
          const cells = [row, status, message ?? '', userId ?? '', username ?? '', email ?? ''].map(String);
          yield csvText([cells]);
        }
      };
      return csvAnswer(lines(), `job-${job.id}.csv`);
    },
  ),
];
