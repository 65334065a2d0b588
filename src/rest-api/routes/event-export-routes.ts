import { z } from 'zod';
import { searchEvents, type EventSearch } from '#audit/event-query-store.ts';
import { csvText } from '#base/csv-text.ts';
import { AppError } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { identityOf } from '../context.ts';
import { eventTime, searchOf } from '../event-search.ts';
import { RawAnswer, route, type Route } from '../route.ts';

/** Events that are in memory at a time. */
const EXPORT_PAGE = 1_000;

const formats = {
  csv: {
    mediaType: 'text/csv',
    begin: () => csvText([csvColumns]),
    write: (events: readonly Event[]) => csvText(events.map(csvRow)),
  },
  jsonl: {
    mediaType: 'application/x-ndjson',
    begin: () => '',
    write: (events: readonly Event[]) => events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  },
} as const;

type Event = Readonly<Record<string, unknown>>;
export type ExportFormat = keyof typeof formats;

/** Events that match, the oldest first, as the text of a file; as many as there are, with a page of them in memory. */
export async function* exportEvents(
  database: Database,
  search: EventSearch,
  format: ExportFormat,
): AsyncGenerator<string> {
  const { begin, write } = formats[format];
  const head = begin();
  if (head !== '') yield head;
  for (let after: number | undefined; ;) {
    const page = { ascending: true, limit: EXPORT_PAGE, skip: 0, after };
    const { events, last } = await searchEvents(database, search, page);
    if (events.length > 0) yield write(events);
    if (events.length < EXPORT_PAGE) return;
    after = last;
  }
}

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
        search_term: z.string().max(20_000).optional().meta({ description: 'As in a search of events, as JSON.' }),
      }),
      mediaType: Object.values(formats).map(({ mediaType }) => mediaType),
    },
    async (context, { query }) => {
      const { deps } = identityOf(context);
      const { format = 'csv' } = query;
      const { mediaType } = formats[format];
      // What comes while it is written belongs to the next one.
      const end = query.end_time ?? new Date(deps.clock.now().getTime() + 1).toISOString();
      const term = query.search_term === undefined ? undefined : parseTerm(query.search_term);
      const search = searchOf(context, { ...query, service: 'all', end_time: end, search_term: term });
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

const csvColumns = [
  'timestamp',
  'event_type',
  'success',
  'resource.type',
  'resource.id',
  'resource.name',
  'initiated_by.type',
  'initiated_by.name',
  'client_ip',
  'request.id',
  'error_code',
  'error_message',
  'changes',
];

function csvRow(event: Readonly<Record<string, unknown>>): readonly string[] {
  return csvColumns.map((column) => {
    let value: unknown = event;
    for (const name of column.split('.')) {
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
    }
    if (column === 'resource.name') value ??= (event['resource'] as { username?: string } | undefined)?.username;
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}
