import { z } from 'zod';
import { exportEvents, exportFormats } from '#audit/export-events.ts';
import { AppError } from '#base/errors.ts';
import { identityOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { eventTime, searchOf, targetName } from '../event-search.ts';
import { RawAnswer, route, type Route } from '../route.ts';

const exportQuery = describeFields(
  z.looseObject({
    format: z.enum(['csv', 'jsonl']).optional(),
    start_time: eventTime,
    end_time: eventTime.optional(),
    q: z.string().max(1_024).optional(),
    target: targetName.optional(),
    search_term: z.string().max(20_000).optional(),
  }),
  {
    format: 'csv, or jsonl for JSON Lines with whole events. Default: csv.',
    start_time: 'The beginning of the period, inclusive: RFC 3339 with an offset.',
    end_time: 'The end of the period, exclusive: RFC 3339 with an offset. Default: the time of the request.',
    q: 'A text that occurs anywhere in the event: at most 1,024 characters.',
    search_term: 'The search_term of a search for events, as JSON: at most 20,000 characters.',
  },
);

export const eventExportRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/events/export',
      tag: 'Events',
      summary: 'Export events as CSV or JSON Lines',
      access: 'events.read',
      query: exportQuery,
      mediaType: Object.values(exportFormats).map(({ mediaType }) => mediaType),
    },
    async (context, { query }) => {
      const { deps } = identityOf(context);
      const { format = 'csv' } = query;
      const { mediaType } = exportFormats[format];
      // Events that are recorded during this export belong to the next export.
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
    throw new AppError('invalidQuery', 'search_term is not JSON.', { attribute: 'search_term', cause: error });
  }
}
