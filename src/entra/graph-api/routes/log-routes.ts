import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { RawAnswer, route, type Route } from '#rest-api/route.ts';
import { listLogs, type LoggedEntry } from '../../logs/log-store.ts';
import { redactEntry, redactWireLog } from '../../logs/target-details.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { exportCsv, exportJson, exportNames, exportParts } from '../export-logs.ts';
import { contextOf, detailsFor, pageAnswer, tenantOf } from '../graph-context.ts';
import { pageOfLogs, scanLogs } from '../list-logs.ts';
import { readOptions, type QueryOptions } from '../odata/query-options.ts';
import { listAnswer, pathId, resourceAnswer } from './contracts.ts';

const tag = 'Provisioning logs';
const base = '/auditLogs/provisioning';

const query = z.looseObject({
  /** Requests a file with all entries that match the filter, instead of a page (not in Graph). */
  format: z.enum(['json', 'csv']).optional(),
  part: z.enum(exportParts).default('logs'),
});

/** Throws `invalidQuery` for any $orderby except `activityDateTime desc`, because logs are always listed newest first. */
function refuseOtherOrder({ orderBy }: QueryOptions): void {
  if (orderBy === undefined) return;
  if (orderBy.path.toLowerCase() === 'activitydatetime' && orderBy.descending) return;
  throw new AppError('invalidQuery', 'Logs can only be ordered by activityDateTime desc.', {
    attribute: '$orderby',
  });
}

async function requireEntry(context: Context, id: string): Promise<LoggedEntry> {
  const tenant = await tenantOf(context);
  const { database } = identityOf(context).deps;
  const [entry] = await listLogs(database, { tenantId: tenant.id, id: id.toLowerCase(), limit: 1 });
  if (entry !== undefined) return entry;
  throw new StandInError('notFound', ({ jobs }) => jobs.noLog(quote(id)), { attribute: 'id', value: id });
}

export const logRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List provisioning logs, newest first, or download them as a file (format, part)',
      access: 'entra.read',
      query,
      answer: listAnswer,
    },
    async (context, { query: requested }) => {
      const tenant = await tenantOf(context);
      const { database } = identityOf(context).deps;
      const { format, part, ...rest } = requested;
      const options = readOptions(rest, ['$filter', '$top', '$skiptoken', '$orderby']);
      refuseOtherOrder(options);
      if (format !== undefined) {
        const entries = scanLogs(database, tenant.id, options.filter, detailsFor(context));
        const isCsv = format === 'csv';
        return new RawAnswer(isCsv ? exportCsv(entries, part) : exportJson(entries), {
          'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
          'content-disposition': `attachment; filename="${exportNames[isCsv ? part : 'logs']}.${format}"`,
        });
      }
      const page = await pageOfLogs(database, tenant.id, options, detailsFor(context));
      return pageAnswer(context, 'auditLogs/provisioning', {
        count: undefined,
        skipToken: page.skipToken,
        value: page.entries.map(({ entry }) => entry),
      });
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id`,
      tag,
      summary: 'Get an entry of the provisioning logs',
      access: 'entra.read',
      params: pathId,
      answer: resourceAnswer,
    },
    async (context, { params }) => ({
      ...contextOf(context, 'auditLogs/provisioning/$entity'),
      ...redactEntry(detailsFor(context), (await requireEntry(context, params.id)).entry),
    }),
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id/wire`,
      tag,
      summary: 'Get the requests and responses of each step of an entry, with secrets masked (not in Graph)',
      access: 'entra.read',
      params: pathId,
      answer: resourceAnswer,
    },
    async (context, { params }) => ({
      ...contextOf(context, 'tanhua.wire'),
      ...redactWireLog(detailsFor(context), (await requireEntry(context, params.id)).wire),
    }),
  ),
];
