import { z } from 'zod';
import { csvText } from '#base/csv-text.ts';
import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { countJobResults, findJob, listJobResults, listJobs, type Job, type JobResult } from '#jobs/job-store.ts';
import { identityOf, type Context } from '../context.ts';
import { enqueue, JOB_BYTES_MAX } from '../enqueue.ts';
import { describeFields } from '../describe-fields.ts';
import { allResults } from '../job-queue.ts';
import { LIMIT_MAX, listQuerySchema, pageOf } from '../list-query.ts';
import { pathIds, route, type Route } from '../route.ts';
import { pageQuery, systemUserAnswer, totalCountHeader } from '../schemas.ts';
import { newUserBody, userChangeBody } from '../system-user-bodies.ts';
import { BULK_SOURCE } from '../user-import.ts';
import { csvAnswer } from '../csv-answer.ts';

/** The maximum number of users in one bulk request. */
export const BULK_USERS_MAX = 10_000;

async function requireJob(context: Context, id: string): Promise<Job> {
  const { deps, organizationId } = identityOf(context);
  const job = await findJob(deps.database, organizationId, id);
  if (job !== undefined) {
    const { input: _, ...shown } = job;
    return shown;
  }
  throw new TranslatedError('notFound', ({ admin }) => admin.jobs.unknown(quote(id)), {
    attribute: 'id',
    value: id,
  });
}

const jobIdParams = pathIds({ id: 'The id of the job: 24 hexadecimal digits.' });
const jobIdAnswer = describeFields(z.object({ jobId: z.string() }), {
  jobId: 'The id of the job that changes the users: 24 hexadecimal digits.',
});
const jobAnswer = describeFields(
  z.looseObject({
    id: z.string(),
    kind: z.string(),
    state: z.enum(['waiting', 'running', 'finished', 'failed']),
    total: z.int(),
    done: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    startedBy: z.string().nullable(),
  }),
  {
    id: 'The id of the job: 24 hexadecimal digits.',
    kind: 'The kind of work: csv_import, bulk_create, bulk_update, bulk_unlock or bulk_expire.',
    state: 'waiting: not started; running; finished: every row has a result; failed: the job could not be run.',
    total: 'The number of rows.',
    done: 'The number of rows that have a result.',
    succeeded: 'The number of rows that succeeded.',
    failed: 'The number of rows that failed.',
    createdAt: 'When the job was created: RFC 3339, in UTC.',
    finishedAt: 'When the job ended: RFC 3339, in UTC; null while it is waiting or running.',
    startedBy: 'The name of the administrator or key owner who started the job.',
  },
).meta({
  id: 'job',
  description: 'An import or a bulk change, which runs in the background. Jobs are kept for 30 days.',
});
const resultAnswer = describeFields(
  z.looseObject({
    id: z.string(),
    status: z.enum(['finished', 'failed']),
    statusMsg: z.string(),
    row: z.int(),
    meta: z.object({ username: z.unknown(), email: z.unknown() }),
    persistedFields: systemUserAnswer.nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  }),
  {
    id: 'The id of the user; the id of the result if no user is known.',
    status: 'finished: the user was changed; failed: the change was refused.',
    statusMsg: 'done, or why the change was refused, as a text for people.',
    row: 'The number of the row in the request or the file, from 1.',
    meta: 'The names by which the user is recognized.',
    'meta.username': 'The sign-in name of the user; null if it is not known.',
    'meta.email': 'The email address of the user; null if it is not known.',
    persistedFields: 'The fields that were stored; null for a failed row.',
    createdAt: 'When the row was processed: RFC 3339, in UTC.',
    updatedAt: 'When the result was last changed: RFC 3339, in UTC.',
  },
).meta({ id: 'jobresult', description: 'The result of one row of a job.' });

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

/** Matches the accepted values of the creation-source header: those of the legacy directory's API, and the same with the prefix tanhua. */
const sourcePattern = /^(?:jumpcloud|tanhua):(?:gapps|o365|workday|scim|bulk|custom_integration)$/;

function creationSourceOf(context: Context): string {
  const { 'creation-source': source = BULK_SOURCE } = context.request.headers;
  if (typeof source === 'string' && sourcePattern.test(source)) return source;
  throw new AppError(
    'invalidQuery',
    `The creation-source header has the unknown value ${quote(source)}: send jumpcloud: followed by gapps, o365, workday, scim, bulk or custom_integration.`,
    { attribute: 'creation-source' },
  );
}

export const bulkQueryShape = { suppressEmail: z.string().optional() } as const;
export const bulkTexts = {
  suppressEmail: 'true sends no email about the result to the administrator who started the job. Default: false.',
} as const;
const bulkQuery = describeFields(z.looseObject(bulkQueryShape), bulkTexts);

export function suppressesEmail({ suppressEmail }: z.output<typeof bulkQuery>): boolean {
  return suppressEmail?.toLowerCase() === 'true';
}

const creationSourceText = `Where the users come from: jumpcloud: or tanhua:, followed by gapps, o365, workday, scim, bulk or custom_integration. Default: ${BULK_SOURCE}.`;

const resultsQuery = describeFields(listQuerySchema.pick({ limit: true, skip: true }), {
  limit: `The maximum number of results, from 0; more than ${LIMIT_MAX} counts as ${LIMIT_MAX}. Default: ${BULK_USERS_MAX}, which is all results.`,
  skip: 'The number of results to skip: 0 to 10,000,000. Default: 0.',
});

const users = z.array(z.looseObject({})).min(1).max(BULK_USERS_MAX);
const named = z
  .array(
    describeFields(z.looseObject({ id: z.string().min(1).max(100) }), {
      id: 'The id of the user: 24 hexadecimal digits.',
    }),
  )
  .min(1)
  .max(BULK_USERS_MAX);

/** The elements that the job of each kind accepts. The job reports invalid elements in its results. */
const documentedBodies: Readonly<Record<string, z.ZodType>> = {
  bulk_create: z.array(newUserBody).min(1).max(BULK_USERS_MAX),
  bulk_update: z
    .array(
      z.intersection(
        userChangeBody,
        describeFields(z.looseObject({ id: z.string() }), {
          id: 'The id of the user to change: 24 hexadecimal digits.',
        }),
      ),
    )
    .min(1)
    .max(BULK_USERS_MAX),
};

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
    summary: `Create up to ${BULK_USERS_MAX} users; each element is the body of a request that creates one user`,
    access: 'users.write',
    body: users,
  },
  {
    method: 'PATCH',
    path: '/api/v2/bulk/users',
    kind: 'bulk_update',
    summary: `Change up to ${BULK_USERS_MAX} users; each element is the id of a user and the fields to change`,
    access: 'users.write',
    body: users,
  },
  {
    method: 'POST',
    path: '/api/v2/bulk/user/unlocks',
    kind: 'bulk_unlock',
    summary: `Unlock up to ${BULK_USERS_MAX} users`,
    access: 'users.help',
    body: named,
  },
  {
    method: 'POST',
    path: '/api/v2/bulk/user/expires',
    kind: 'bulk_expire',
    summary: `Expire the passwords of up to ${BULK_USERS_MAX} users immediately`,
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
      ...(documentedBodies[kind] !== undefined && { documentedBody: documentedBodies[kind] }),
      ...(kind === 'bulk_create' && { headers: { 'creation-source': creationSourceText } }),
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
      summary: 'List the results of a job, one for each user',
      access: 'users.read',
      params: jobIdParams,
      query: resultsQuery,
      answer: z.array(resultAnswer),
      answerHeaders: totalCountHeader,
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
      summary: 'List the jobs of the last 30 days, newest first',
      access: 'users.read',
      query: pageQuery,
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
      summary: 'Show the state and the progress of a job',
      access: 'users.read',
      params: jobIdParams,
      answer: jobAnswer,
    },
    async (context, { params }) => await showJob(context, await requireJob(context, params.id)),
  ),
  route(
    {
      method: 'GET',
      path: '/api/jobs/:id/results.csv',
      tag: 'Jobs',
      summary: 'Get the results of a job as CSV, one line for each row',
      access: 'users.read',
      params: jobIdParams,
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
