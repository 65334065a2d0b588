import { z } from 'zod';
import { exportEvents, exportFormats } from '#audit/export-events.ts';
import { AppError } from '#base/errors.ts';
import { identityOf } from '../context.ts';
import { eventTime, searchOf, targetName } from '../event-search.ts';
import { RawAnswer, route, type Route } from '../route.ts';

export const eventExportRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/events/export',
      tag: 'Events',
      summary: 'Export events as CSV or JSON Lines',
      access: 'events.read',
      query: z.looseObject({
        format: z.enum(['csv', 'jsonl']).optional().meta({ description: 'csv without it.' }),
        start_time: eventTime,
        end_time: eventTime.optional(),
        q: z.string().max(1_024).optional(),
        target: targetName.optional(),
        search_term: z.string().max(20_000).optional().meta({ description: 'As in a search of events, as JSON.' }),
      }),
      mediaType: Object.values(exportFormats).map(({ mediaType }) => mediaType),
    },
    async (context, { query }) => {
      const { deps } = identityOf(context);
      const { format = 'csv' } = query;
      const { mediaType } = exportFormats[format];
      // What comes while it is written belongs to the next one.
      const end = query.end_time ?? new Date(deps.clock.now().getTime() + 1).toISOString();
      const term = query.search_term === undefined ? undefined : parseTerm(query.search_term);
      const search = await searchOf(context, { ...query, service: 'all', end_time: end, search_term: term });
      return new RawAnswer(exportEvents(deps.database, search, format), {
        'content-type': `${mediaType}; charset=utf-8`,
        'content-disposition': `attachment; filename="events.${format}"`,
      });
    },
  ),
];

function parseTerm(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalidQuery', 'search_term is no JSON.', { attribute: 'search_term', cause: error });
  }
}
