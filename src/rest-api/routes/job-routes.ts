import { stringify as stringifySync } from 'csv-stringify/sync';
import { z } from 'zod';
import { scheduleStates, unscheduleStates } from '#accounts/scheduled-states.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { inTransaction } from '#database/database.ts';
import { listStateChanges, type StateChange } from '#directory/state-change-store.ts';
import { listSystemUsers } from '#directory/system-user-list-store.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import { CSV_ROWS_MAX, readUserCsv } from '#directory/user-csv.ts';
import { countJobResults, findJob, insertJob, listJobResults, type JobResult } from '#jobs/job-store.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { allResults, type JobInput } from '../job-queue.ts';
import { listQuerySchema, pageOf, readListQuery } from '../list-query.ts';
import { idParams, RawAnswer, route, type Route } from '../route.ts';
import { previewRows } from '../user-import.ts';
import { guardFormula } from './event-routes.ts';

/** Users of one bulk request, and bytes of a file. */
export const BULK_USERS_MAX = 10_000;
const BODY_BYTES_MAX = 16 * 1_048_576;
const EXPORT_PAGE = 500;

async function enqueue(context: Context, kind: string, input: JobInput): Promise<string> {
  const { deps, organizationId } = identityOf(context);
  const origin = originOf(context);
  const id = await inTransaction(deps.database, async (transaction) => {
    const job = await insertJob(transaction, deps.clock, {
      organizationId,
      kind,
      total: input.rows.length,
      input: deps.secrets.seal(JSON.stringify(input)),
      actor: origin.actor,
    });
    await recordEvent(transaction, deps.clock, origin, {
      type: kind === 'csv_import' ? 'csv_import' : 'bulk_job',
      target: { type: 'job', id: job, name: kind },
      changes: [{ field: 'rows', from: null, to: input.rows.length }],
    });
    return job;
  });
  context.services.jobs.wake();
  return id;
}

async function requireJob(context: Context, id: string) {
  const { deps, organizationId } = identityOf(context);
  const job = await findJob(deps.database, organizationId, id);
  if (job !== undefined) return job;
  throw new AppError('notFound', `There is no job ${quote(id)}; jobs are kept for 30 days.`, {
    attribute: 'id',
    value: id,
  });
}

const jobAnswer = z.object({ jobId: z.string() });
const resultAnswer = z
  .looseObject({ id: z.string(), status: z.enum(['finished', 'failed']), statusMsg: z.string() })
  .meta({ id: 'jobresult' });

function shownResult(result: JobResult) {
  const persisted: JsonObject | null = result.body === null ? null : JSON.parse(result.body);
  return {
    id: result.userId ?? result.id,
    status: result.status,
    statusMsg: result.message ?? (result.status === 'finished' ? 'done' : ''),
    row: result.row,
    meta: {},
    persistedFields: persisted,
    createdAt: result.createdAt.toISOString(),
    updatedAt: result.updatedAt.toISOString(),
  };
}

const bulkQuery = z.looseObject({ suppressEmail: z.string().optional() });

const bulkUsers: readonly Route[] = [
  ...(['POST', 'PATCH'] as const).map((method) =>
    route(
      {
        method,
        path: '/api/v2/bulk/users',
        tag: 'Bulk',
        summary: method === 'POST' ? 'Create many users' : 'Change many users',
        access: 'users.write',
        query: bulkQuery,
        body: z.array(z.looseObject({})).min(1).max(BULK_USERS_MAX),
        answer: jobAnswer,
        status: 201,
        bodyBytesMax: BODY_BYTES_MAX,
      },
      async (context, { body, query }) => {
        const source = context.request.headers['creation-source'];
        const rows = body.map((row) => (typeof source === 'string' ? { ...row, creationSource: source } : row));
        const input = {
          rows: method === 'POST' ? rows : body,
          suppressEmail: query.suppressEmail === 'true',
        };
        return { jobId: await enqueue(context, method === 'POST' ? 'bulk_create' : 'bulk_update', input) };
      },
    ),
  ),
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
      return (await listJobResults(identityOf(context).deps.database, job.id, page)).map(shownResult);
    },
  ),
];

const stateAnswer = z
  .object({ systemUserId: z.string(), scheduledJobId: z.string(), scheduledDate: z.string(), state: z.string() })
  .meta({ id: 'scheduleduserstate' });

function shownState({ id, userId, jobId, at, state }: StateChange) {
  return { id, systemUserId: userId, scheduledJobId: jobId, scheduledDate: at.toISOString(), state };
}

const stateQuery = listQuerySchema.extend({
  userid: z.string().optional(),
  users: z.union([z.string(), z.array(z.string())]).optional(),
  state: z.enum(['ACTIVATED', 'SUSPENDED']).optional(),
});

async function scheduled(context: Context, query: z.output<typeof stateQuery>, nextOnly: boolean) {
  const { deps, organizationId } = identityOf(context);
  const ids = [query.users ?? query.userid ?? []].flat().flatMap((one) => one.split(','));
  const changes = await listStateChanges(deps.database, organizationId, {
    userIds: ids.length === 0 ? undefined : ids,
    state: query.state,
    ...pageOf(query),
  });
  const firsts = new Map(changes.toReversed().map((change) => [change.userId, change]));
  return (nextOnly ? [...firsts.values()].toSorted((a, b) => a.at.getTime() - b.at.getTime()) : changes).map(
    shownState,
  );
}

const bulkStates: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/api/v2/bulk/userstates',
      tag: 'Bulk',
      summary: 'Schedule an activation or a suspension',
      access: 'users.write',
      body: z.looseObject({
        user_ids: z.array(z.string()).min(1).max(1_000),
        state: z.enum(['ACTIVATED', 'SUSPENDED']),
        start_date: z.iso.datetime({ offset: true }),
        send_activation_emails: z.boolean().optional(),
        activation_email_override: z.union([z.email(), z.literal('')]).optional(),
      }),
      answer: z.array(stateAnswer),
      status: 201,
    },
    async (context, { body }) => {
      const override = body.activation_email_override;
      const changes = await scheduleStates(identityOf(context).deps, originOf(context), {
        userIds: body.user_ids,
        state: body.state,
        at: new Date(body.start_date),
        sendMail: body.send_activation_emails ?? false,
        mailTo: override === undefined || override === '' ? null : override,
      });
      return changes.map(shownState);
    },
  ),
  ...[
    { path: '/api/v2/bulk/userstates', nextOnly: false, summary: 'List what is scheduled' },
    { path: '/api/v2/bulk/userstates/eventlist/next', nextOnly: true, summary: 'What is next for each user' },
  ].map(({ path, nextOnly, summary }) =>
    route(
      {
        method: 'GET',
        path,
        tag: 'Bulk',
        summary,
        access: 'users.read',
        query: stateQuery,
        answer: z.array(stateAnswer),
      },
      async (context, { query }) => await scheduled(context, query, nextOnly),
    ),
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/v2/bulk/userstates/:id',
      tag: 'Bulk',
      summary: 'Take back what was scheduled',
      access: 'users.write',
      params: idParams,
      status: 204,
    },
    async (context, { params }) => await unscheduleStates(identityOf(context).deps, originOf(context), params.id),
  ),
];

const csvBody = z.looseObject({ csv: z.string().min(1) });
const previewAnswer = z.object({
  rows: z.array(z.object({ line: z.int(), username: z.string(), errors: z.array(z.string()) })),
  valid: z.int(),
  invalid: z.int(),
  ignoredColumns: z.array(z.string()),
});

async function preview(context: Context, csv: string) {
  const { deps, caller } = identityOf(context);
  const { users, ignoredColumns } = readUserCsv(csv);
  const rows = await previewRows(deps, caller, users);
  const invalid = rows.filter(({ errors }) => errors.length > 0).length;
  return { users, answer: { rows, valid: rows.length - invalid, invalid, ignoredColumns } };
}

const csvImport: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/api/import/users/preview',
      tag: 'CSV',
      summary: 'What an import would do, row by row; nothing is written',
      access: 'users.write',
      body: csvBody,
      answer: previewAnswer,
      bodyBytesMax: BODY_BYTES_MAX,
    },
    async (context, { body }) => (await preview(context, body.csv)).answer,
  ),
  route(
    {
      method: 'POST',
      path: '/api/import/users',
      tag: 'CSV',
      summary: `Import users from CSV, ${CSV_ROWS_MAX} at most: all or none, or those rows that have no error`,
      access: 'users.write',
      query: bulkQuery.extend({ mode: z.enum(['all', 'valid']).optional() }),
      body: csvBody.extend({ mode: z.enum(['all', 'valid']).optional() }),
      answer: jobAnswer.extend({ total: z.int() }),
      status: 201,
      bodyBytesMax: BODY_BYTES_MAX,
    },
    async (context, { body, query }) => {
      const { users, answer } = await preview(context, body.csv);
      const mode = body.mode ?? query.mode ?? 'all';
      const bad = answer.rows.find(({ errors }) => errors.length > 0);
      if (mode === 'all' && bad !== undefined) {
        throw new AppError(
          'invalidBody',
          `${answer.invalid} of ${answer.rows.length} rows have errors, so none was imported; the first is line ${bad.line}: ${bad.errors.join('; ')}. Correct them, or import with mode=valid.`,
        );
      }
      const input = { rows: users, suppressEmail: query.suppressEmail === 'true' };
      return { jobId: await enqueue(context, 'csv_import', input), total: users.length };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/jobs/:id',
      tag: 'CSV',
      summary: 'How far a job is',
      access: 'users.read',
      params: idParams,
      answer: z.looseObject({ id: z.string(), state: z.string(), total: z.int(), done: z.int() }),
    },
    async (context, { params }) => {
      const { input: _, organizationId: __, actor, ...job } = await requireJob(context, params.id);
      const { finished, failed } = await countJobResults(identityOf(context).deps.database, job.id);
      return { ...job, startedBy: actor.name, succeeded: finished, failed };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/jobs/:id/results.csv',
      tag: 'CSV',
      summary: 'What became of each row, as CSV',
      access: 'users.read',
      params: idParams,
      mediaType: 'text/csv',
    },
    async (context, { params }) => {
      const job = await requireJob(context, params.id);
      const { deps } = identityOf(context);
      const lines = async function* () {
        yield stringifySync([['row', 'status', 'message', 'id', 'username', 'email']]);
        for await (const { row, status, message, userId, body } of allResults(deps.database, job.id)) {
          const user: unknown = body === null ? undefined : JSON.parse(body);
          const [username, email] = isObject(user) ? [user['username'], user['email']] : [];
          const cells = [row, status, message ?? '', userId ?? '', username ?? '', email ?? ''].map(String);
          yield stringifySync([cells.map(guardFormula)]);
        }
      };
      return csvAnswer(lines(), `job-${job.id}.csv`);
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/export/users.csv',
      tag: 'CSV',
      summary: 'Export users as CSV; the filter is that of the list',
      access: 'users.read',
      query: listQuerySchema,
      mediaType: 'text/csv',
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const wanted = readListQuery(query);
      await recordEvent(deps.database, deps.clock, originOf(context), {
        type: 'csv_export',
        target: { type: 'user', id: null, name: null },
      });
      const lines = async function* () {
        yield stringifySync([exportColumns]);
        for (let skip = 0; ; skip += EXPORT_PAGE) {
          const page = { ...wanted, skip, limit: EXPORT_PAGE };
          const { users } = await listSystemUsers(deps.database, organizationId, page);
          const shown = await showSystemUsers(deps, organizationId, users);
          yield stringifySync(shown.map(exportRow));
          if (users.length < EXPORT_PAGE) return;
        }
      };
      return csvAnswer(lines(), 'users.csv');
    },
  ),
];

function csvAnswer(lines: AsyncIterable<string>, name: string): RawAnswer {
  return new RawAnswer(lines, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
  });
}

const exportColumns = [
  'username',
  'email',
  'firstname',
  'middlename',
  'lastname',
  'displayname',
  'alternateEmail',
  'jobTitle',
  'department',
  'costCenter',
  'company',
  'employeeType',
  'employeeIdentifier',
  'location',
  'description',
  'manager',
  'state',
  'passwordStatus',
  'creationSource',
  'created',
  '_id',
];

function exportRow(user: JsonObject): readonly string[] {
  return exportColumns.map((column) => {
    const value = user[column];
    return guardFormula(
      typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value),
    );
  });
}

export const jobRoutes: readonly Route[] = [...bulkUsers, ...bulkStates, ...csvImport];
