import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { RawAnswer, route, type Route } from '#rest-api/route.ts';
import { listLogs, type LoggedEntry } from '../../logs/log-store.ts';
import { shownEntry, shownWire } from '../../logs/target-details.ts';
import { exportCsv, exportJson, exportNames, exportParts } from '../export-logs.ts';
import { contextOf, detailsFor, pageAnswer, tenantOf } from '../graph-context.ts';
import { pageOfLogs, scanLogs } from '../list-logs.ts';
import { readOptions, type QueryOptions } from '../odata/query-options.ts';
import { listAnswer, pathId, resourceAnswer } from './contracts.ts';

const tag = 'Provisioning logs';
const base = '/auditLogs/provisioning';

const query = z.looseObject({
  /** Ours: a file of everything that the filter lets through. */
  format: z.enum(['json', 'csv']).optional(),
  part: z.enum(exportParts).default('logs'),
});

/** Logs are by time, the newest first: whoever asks for just that may. */
function refuseOtherOrder({ orderBy }: QueryOptions): void {
  if (orderBy === undefined) return;
  if (orderBy.path.toLowerCase() === 'activitydatetime' && orderBy.descending) return;
  throw new AppError('invalidQuery', 'Logs are ordered by activityDateTime desc, and by nothing else.', {
    attribute: '$orderby',
  });
}

async function requireEntry(context: Context, id: string): Promise<LoggedEntry> {
  const tenant = await tenantOf(context);
  const { database } = identityOf(context).deps;
  const [entry] = await listLogs(database, { tenantId: tenant.id, id: id.toLowerCase(), limit: 1 });
  if (entry !== undefined) return entry;
  throw new AppError('notFound', `There is no provisioning log ${quote(id)}.`, { attribute: 'id', value: id });
}

export const logRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'Provisioning logs, the newest first; as files by format and part',
      access: 'entra.read',
      query,
      answer: listAnswer,
    },
    async (context, { query: asked }) => {
      const tenant = await tenantOf(context);
      const { database } = identityOf(context).deps;
      const { format, part, ...rest } = asked;
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
      summary: 'One entry',
      access: 'entra.read',
      params: pathId,
      answer: resourceAnswer,
    },
    async (context, { params }) => ({
      ...contextOf(context, 'auditLogs/provisioning/$entity'),
      ...shownEntry(detailsFor(context), (await requireEntry(context, params.id)).entry),
    }),
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id/wire`,
      tag,
      summary: 'The requests and answers of an entry, secrets masked, and which step each belongs to (ours)',
      access: 'entra.read',
      params: pathId,
      answer: resourceAnswer,
    },
    async (context, { params }) => ({
      ...contextOf(context, 'tanhua.wire'),
      ...shownWire(detailsFor(context), (await requireEntry(context, params.id)).wire),
    }),
  ),
];
