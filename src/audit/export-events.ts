import { csvText } from '#base/csv-text.ts';
import type { Database } from '#database/database.ts';
import { searchEvents, type EventSearch } from './event-query-store.ts';

/** The maximum number of events that an export has in memory. */
const EXPORT_PAGE = 1_000;

/** The formats of an export, each with its media type. */
export const exportFormats = {
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
export type ExportFormat = keyof typeof exportFormats;

/** Yields the text of a file with all events that match, oldest first. Only one page of events is in memory. */
export async function* exportEvents(
  database: Database,
  search: EventSearch,
  format: ExportFormat,
): AsyncGenerator<string> {
  const { begin, write } = exportFormats[format];
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
