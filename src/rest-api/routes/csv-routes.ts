import { z } from 'zod';
import { recordEvent } from '#audit/event-store.ts';
import { fileEncodings } from '#base/decode-text.ts';
import { AppError } from '#base/errors.ts';
import { CSV_ROWS_MAX, readUserCsv } from '#directory/user-csv.ts';
import { warningAbout } from '#directory/user-csv-suggestion.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { csvAnswer } from '../csv-answer.ts';
import { enqueue, JOB_BYTES_MAX } from '../enqueue.ts';
import { listQuerySchema, readListQuery } from '../list-query.ts';
import { route, type Route } from '../route.ts';
import { exportUsers } from '../user-export.ts';
import { previewRows } from '../user-import.ts';
import { bulkQuery, suppressesEmail } from './job-routes.ts';

const warningsAnswer = z
  .array(z.object({ column: z.string(), message: z.string(), suggestion: z.string().optional() }))
  .meta({ description: 'Columns whose values are not imported, each with the column that is probably meant.' });
const csvBody = z.looseObject({
  csv: z.string().min(1, 'the file is empty; its first line must name the columns, such as username,email'),
  encoding: z.enum(fileEncodings).default('utf-8').meta({
    description:
      'What the file was decoded from: the server finds it for a body of the type text/csv; in JSON, the sender may say it.',
  }),
});
const previewAnswer = z.object({
  rows: z.array(
    z.object({
      row: z.int(),
      line: z.int(),
      username: z.string(),
      name: z.string(),
      errors: z.array(z.string()),
    }),
  ),
  valid: z.int(),
  invalid: z.int(),
  warnings: warningsAnswer,
  ignoredColumns: z.array(z.string()),
  encoding: z.enum(fileEncodings).meta({ description: 'The encoding that the file was decoded from.' }),
});

async function preview(context: Context, { csv, encoding }: z.output<typeof csvBody>) {
  const { deps, caller } = identityOf(context);
  const { users, ignoredColumns } = readUserCsv(csv);
  const warnings = ignoredColumns.map(warningAbout);
  const rows = await previewRows(deps, caller, users);
  const invalid = rows.filter(({ errors }) => errors.length > 0).length;
  return { users, answer: { rows, valid: rows.length - invalid, invalid, warnings, ignoredColumns, encoding } };
}

export const csvRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/api/import/users/preview',
      tag: 'CSV',
      summary: 'What an import would do, row by row; nothing is written',
      access: 'users.write',
      body: csvBody,
      answer: previewAnswer,
      bodyBytesMax: JOB_BYTES_MAX,
    },
    async (context, { body }) => (await preview(context, body)).answer,
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
      answer: z.object({ jobId: z.string(), total: z.int(), warnings: warningsAnswer }),
      status: 201,
      bodyBytesMax: JOB_BYTES_MAX,
    },
    async (context, { body, query }) => {
      const { users, answer } = await preview(context, body);
      const mode = body.mode ?? query.mode ?? 'all';
      const bad = answer.rows.find(({ errors }) => errors.length > 0);
      if (mode === 'all' && bad !== undefined) {
        throw new AppError(
          'invalidBody',
          `${answer.invalid} of ${answer.rows.length} rows have errors, so none was imported; the first is line ${bad.line}: ${bad.errors.join(' ')} Correct them, or import with mode=valid.`,
        );
      }
      const input = { rows: users, suppressEmail: suppressesEmail(query) };
      const jobId = await enqueue(context, 'csv_import', input);
      return { jobId, total: users.length, warnings: answer.warnings };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/export/users.csv',
      tag: 'CSV',
      summary: 'Export users as CSV, as an import takes it; the filter is that of the list',
      access: 'users.read',
      query: listQuerySchema.extend({
        details: z.enum(['true', 'false']).optional().meta({
          description:
            'Whether there are columns that no import takes: the status of the password, the source, when it was made, the id.',
        }),
      }),
      mediaType: 'text/csv',
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const wanted = readListQuery(query);
      await recordEvent(deps.database, deps.clock, originOf(context), {
        type: 'csv_export',
        target: { type: 'user', id: null, name: null },
      });
      return csvAnswer(exportUsers(deps, organizationId, wanted, query.details === 'true'), 'users.csv');
    },
  ),
];
