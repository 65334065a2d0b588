import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import {
  countByInterval,
  countEvents,
  distinctValues,
  searchEvents,
  type EventSearch,
  type EventTerm,
} from '#audit/event-query-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import { identityOf, type Context } from '../context.ts';
import { guardFormula } from '../csv-answer.ts';
import { pickFields } from '../list-query.ts';
import { RawAnswer, route, type Route } from '../route.ts';

/** Events of one answer, as in the original directory. */
export const EVENT_LIMIT_DEFAULT = 1_000;
export const EVENT_LIMIT_MAX = 10_000;
/** Terms of one search, and how deep they nest. */
const TERMS_MAX = 100;
const DEPTH_MAX = 10;
const DISTINCT_MAX = 1_000;
const EXPORT_PAGE = 1_000;
const tag = 'Events';
const base = '/insights/directory/v1/events';

const time = z.iso.datetime({ offset: true });
const searchShape = {
  service: z.union([z.string(), z.array(z.string())]),
  start_time: time,
  end_time: time.optional(),
  search_term: z.unknown().optional(),
  q: z.string().max(1_024).optional(),
};
const queryBody = z.looseObject({
  ...searchShape,
  limit: z.int().min(1).max(EVENT_LIMIT_MAX).optional(),
  skip: z.int().min(0).max(10_000_000).optional(),
  sort: z.enum(['ASC', 'DESC']).optional(),
  fields: z.array(z.string()).optional(),
  search_after: z
    .union([z.array(z.union([z.string(), z.number()])), z.string(), z.number()])
    .nullable()
    .optional(),
});
type SearchBody = z.output<typeof queryBody>;

const eventAnswer = z
  .looseObject({ id: z.string(), event_type: z.string(), timestamp: z.iso.datetime(), success: z.boolean() })
  .meta({ id: 'event' });

/** Fields that are not looked by, as in the original directory. */
const unsearchable: ReadonlySet<string> = new Set(['changes', 'useragent', 'system_timestamp']);

/** `{and: […]}`, `{or: […]}`, `{not: …}` and `{field: value or values}`, nested. Throws invalidQuery (400). */
export function readTerm(value: unknown, depth = 0, counter = { terms: 0 }): EventTerm {
  counter.terms += 1;
  if (depth > DEPTH_MAX || counter.terms > TERMS_MAX) {
    throw new AppError('invalidQuery', `search_term has more than ${TERMS_MAX} terms, or is nested too deeply.`);
  }
  const inside = (inner: unknown) => readTerm(inner, depth + 1, counter);
  if (Array.isArray(value)) return { kind: 'and', terms: value.map(inside) };
  if (typeof value !== 'object' || value === null) {
    throw new AppError(
      'invalidQuery',
      `search_term cannot be read at ${quote(value)}: write {"and": [{"field": "value"}]}.`,
    );
  }
  const terms = Object.entries(value).map(([name, inner]): EventTerm => {
    if (name === 'and' || name === 'or' || name === 'not') return { kind: name, terms: [inner].flat().map(inside) };
    if (unsearchable.has(name.split('.')[0] ?? '')) {
      throw new AppError('invalidQuery', `Events cannot be looked for by ${quote(name)}.`, { attribute: name });
    }
    return { kind: 'field', path: name.split('.'), values: [inner].flat().map(String) };
  });
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : { kind: 'and', terms };
}

function searchOf(context: Context, body: Pick<SearchBody, keyof typeof searchShape>): EventSearch {
  const { deps, organizationId } = identityOf(context);
  const services = [body.service].flat();
  const isOurs = services.some((service) => service === 'all' || service === 'directory');
  const service: EventTerm = { kind: 'field', path: ['service'], values: services };
  const term = body.search_term === undefined || body.search_term === null ? undefined : readTerm(body.search_term);
  return {
    organizationIds: [organizationId],
    from: new Date(body.start_time),
    to: body.end_time === undefined ? new Date(deps.clock.now().getTime() + DAY_MS) : new Date(body.end_time),
    term: isOurs ? term : { kind: 'and', terms: [service, ...(term === undefined ? [] : [term])] },
    text: body.q,
  };
}

export const eventRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Search events',
      access: 'events.read',
      body: queryBody,
      answer: z.array(eventAnswer),
    },
    async (context, { body }) => {
      const { deps } = identityOf(context);
      const limit = body.limit ?? EVENT_LIMIT_DEFAULT;
      const [after] = [body.search_after ?? []].flat();
      const page = {
        ascending: body.sort !== 'DESC',
        limit,
        skip: body.skip ?? 0,
        after: after === undefined ? undefined : Number(after) || 0,
      };
      const { events, last } = await searchEvents(deps.database, searchOf(context, body), page);
      context.reply.headers({
        'x-result-count': String(events.length),
        'x-limit': String(limit),
        'x-sort': page.ascending ? 'ASC' : 'DESC',
        ...(last !== undefined && { 'x-search_after': JSON.stringify([last]) }),
      });
      return events.map((event) => pickFields(event, body.fields ?? []));
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/count`,
      tag,
      summary: 'Count events',
      access: 'events.read',
      body: queryBody,
      answer: z.object({ count: z.int() }),
    },
    async (context, { body }) => ({
      count: await countEvents(identityOf(context).deps.database, searchOf(context, body)),
    }),
  ),
  route(
    {
      method: 'POST',
      path: `${base}/distinct`,
      tag,
      summary: 'The values of a field, and how many events have each',
      access: 'events.read',
      body: queryBody.extend({ field: z.string().min(1).max(100), limit: z.int().min(1).max(DISTINCT_MAX).optional() }),
      answer: z.looseObject({}),
    },
    async (context, { body }) => {
      const { deps } = identityOf(context);
      const path = body.field.split('.');
      const values = await distinctValues(deps.database, searchOf(context, body), path, body.limit ?? DISTINCT_MAX);
      return { [body.field]: values.map(({ value, count }) => ({ key: value, doc_count: count })) };
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/interval`,
      tag,
      summary: 'How many events each interval has',
      access: 'events.read',
      body: queryBody.extend({
        interval_unit: z.enum(['s', 'm', 'h', 'd', 'w']),
        interval_value: z
          .union([
            z.int().min(1).max(1_000),
            z
              .string()
              .regex(/^\d{1,4}$/)
              .transform(Number),
          ])
          .optional(),
      }),
      answer: z.object({ buckets: z.array(z.object({ key_as_string: z.string(), key: z.int(), doc_count: z.int() })) }),
    },
    async (context, { body }) => {
      const { deps } = identityOf(context);
      const units = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS } as const;
      const intervalMs = units[body.interval_unit] * Math.max(1, body.interval_value ?? 1);
      const counted = await countByInterval(deps.database, searchOf(context, body), intervalMs);
      return {
        buckets: counted.map(({ at, count }) => ({
          key_as_string: at.toISOString(),
          key: at.getTime(),
          doc_count: count,
        })),
      };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/events/export',
      tag,
      summary: 'Export events as CSV or JSON Lines',
      access: 'events.read',
      query: z.looseObject({
        format: z.enum(['csv', 'jsonl']).optional(),
        start_time: time,
        end_time: time.optional(),
        q: z.string().optional(),
      }),
      mediaType: 'text/csv',
    },
    async (context, { query }) => {
      const search = searchOf(context, { ...query, service: 'all' });
      const { deps } = identityOf(context);
      const isCsv = query.format !== 'jsonl';
      const pages = async function* () {
        if (isCsv) yield stringify([csvColumns]);
        for (let after: number | undefined; ;) {
          const page = { ascending: true, limit: EXPORT_PAGE, skip: 0, after };
          const { events, last } = await searchEvents(deps.database, search, page);
          if (isCsv) yield stringify(events.map(csvRow));
          else yield events.map((event) => `${JSON.stringify(event)}\n`).join('');
          if (events.length < EXPORT_PAGE) return;
          after = last;
        }
      };
      return new RawAnswer(pages(), {
        'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
        'content-disposition': `attachment; filename="events.${isCsv ? 'csv' : 'jsonl'}"`,
      });
    },
  ),
];

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
    return guardFormula(
      value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value),
    );
  });
}
