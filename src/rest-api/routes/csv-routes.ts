import { z } from 'zod';
import { recordEvent } from '#audit/event-store.ts';
import { fileEncodings } from '#base/decode-text.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { CSV_ROWS_MAX, readUserCsv } from '#directory/user-csv.ts';
import { warningAbout } from '#directory/user-csv-suggestion.ts';
import { identityOf, languageOf, originOf, type Context } from '../context.ts';
import { csvAnswer } from '../csv-answer.ts';
import { describeFields, fieldTextsOf } from '../describe-fields.ts';
import { enqueue, JOB_BYTES_MAX } from '../enqueue.ts';
import { listQuerySchema, readListQuery } from '../list-query.ts';
import { route, type Route } from '../route.ts';
import { listQuery } from '../schemas.ts';
import { exportUsers, listedPages } from '../user-export.ts';
import { previewRows } from '../user-import.ts';
import { bulkTexts, bulkQueryShape, suppressesEmail } from './job-routes.ts';

const warningsAnswer = z.array(
  describeFields(z.object({ column: z.string(), message: z.string(), suggestion: z.string().optional() }), {
    column: 'The name of the column in the file.',
    message: 'Why the column is not imported, as a text for people.',
    suggestion: 'The column that is probably meant; missing if no column name is similar.',
  }),
);
const warningsText = 'The columns whose values are not imported.';
const csvShape = {
  csv: z.string().min(1, 'the file is empty; its first line must name the columns, such as username,email'),
  encoding: z.enum(fileEncodings).default('utf-8'),
} as const;
const csvTexts = {
  csv: `The text of the CSV file: a line with the names of the columns, then at most ${CSV_ROWS_MAX} rows. A body of the type text/csv is the file itself.`,
  encoding:
    'The encoding that the client decoded the file from; the response repeats it. The server decodes a body of the type text/csv itself. Default: utf-8.',
} as const;
const csvBody = describeFields(z.looseObject(csvShape), csvTexts);
const mode = z.enum(['all', 'valid']).optional();
const modeText =
  'all: import no row if any row has an error; valid: import the rows without errors. Default: all. The body takes precedence over the query.';

const previewAnswer = describeFields(
  z.object({
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
    encoding: z.enum(fileEncodings),
  }),
  {
    rows: 'One element for each row of the file.',
    'rows.row': 'The number of the row, from 1, without the line of the column names.',
    'rows.line': 'The line of the file on which the row begins, from 1.',
    'rows.username': 'The username in the row; may be empty.',
    'rows.name': 'The name of the user in the row, for people; may be empty.',
    'rows.errors': 'What is wrong with the row; empty if it can be imported.',
    valid: 'The number of rows without errors.',
    invalid: 'The number of rows with errors.',
    warnings: warningsText,
    ignoredColumns: 'The names of the columns whose values are not imported.',
    encoding: 'The encoding that the file was decoded from.',
  },
);

async function preview(context: Context, { csv, encoding }: z.output<typeof csvBody>) {
  const { deps, caller } = identityOf(context);
  const language = languageOf(context);
  const { users, ignoredColumns } = readUserCsv(csv);
  const warnings = ignoredColumns.map((column) => warningAbout(column, language));
  const previews = await previewRows(deps, caller, users);
  const rows = previews.map((one) => ({ ...one, errors: one.errors.map((error) => error[language]) }));
  const bad = previews.filter(({ errors }) => errors.length > 0);
  const counts = { valid: rows.length - bad.length, invalid: bad.length };
  return { users, firstBad: bad[0], answer: { rows, ...counts, warnings, ignoredColumns, encoding } };
}

export const csvRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/api/import/users/preview',
      tag: 'CSV',
      summary: 'Show what an import would do with each row, without importing anything',
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
      summary: `Import at most ${CSV_ROWS_MAX} users from CSV: all rows or none, or only the rows without errors`,
      access: 'users.write',
      query: describeFields(z.looseObject({ ...bulkQueryShape, mode }), { ...bulkTexts, mode: modeText }),
      body: describeFields(z.looseObject({ ...csvShape, mode }), { ...csvTexts, mode: modeText }),
      answer: describeFields(z.object({ jobId: z.string(), total: z.int(), warnings: warningsAnswer }), {
        jobId: 'The id of the job that imports the rows: 24 hexadecimal digits.',
        total: 'The number of rows in the file.',
        warnings: warningsText,
      }),
      status: 201,
      bodyBytesMax: JOB_BYTES_MAX,
    },
    async (context, { body, query }) => {
      const { users, firstBad, answer } = await preview(context, body);
      const mode = body.mode ?? query.mode ?? 'all';
      if (mode === 'all' && firstBad !== undefined) {
        throw new TranslatedError('invalidBody', ({ admin }) =>
          admin.csv.invalidRows(answer.invalid, answer.rows.length, firstBad.line, firstBad.errors),
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
      summary: 'Export users as CSV that can be imported again, filtered like the list of users',
      access: 'users.read',
      query: describeFields(listQuerySchema.extend({ details: z.enum(['true', 'false']).optional() }), {
        ...fieldTextsOf(listQuery),
        limit: 'Ignored: all users that match are exported.',
        skip: 'Ignored: all users that match are exported.',
        fields: 'Ignored: all columns are exported.',
        details:
          'true adds columns that an import ignores: passwordStatus, creationSource, created and _id. Default: false.',
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
      const pages = listedPages(deps, organizationId, wanted);
      return csvAnswer(exportUsers(deps, organizationId, pages, query.details === 'true'), 'users.csv');
    },
  ),
];
