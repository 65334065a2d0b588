import { z } from 'zod';
import { localIso, OFFSET_STEP_MS, offsetOf, mergeIntervals } from '#audit/event-buckets.ts';
import { countByInterval, countEvents, distinctValues, searchEvents } from '#audit/event-query-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { EVENTS_MAX, listEvents } from '#audit/event-store.ts';
import { eventTypes } from '#audit/event-types.ts';
import { explainEmptySearch } from '#directory/event-search-explained.ts';
import { findOrganization } from '#organizations/organization-store.ts';
import { identityOf, type Context } from '../context.ts';
import { fieldPath, searchOf, searchShape, targetName } from '../event-search.ts';
import { pickFields } from '../list-query.ts';
import { route, type Route } from '../route.ts';

/** Events of one answer, as in the original directory. */
export const EVENT_LIMIT_DEFAULT = 1_000;
export const EVENT_LIMIT_MAX = 10_000;
export const DISTINCT_MAX = 1_000;
export const INTERVAL_VALUE_MAX = 1_000;
/** Intervals of one answer, and the steps that they are added up from: ten years of quarters of an hour. */
export const BUCKETS_MAX = 10_000;
const STEPS_MAX = 400_000;
const LIST_LIMIT_DEFAULT = 100;
const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS } as const;
const tag = 'Events';
const base = '/insights/directory/v1/events';

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

const eventAnswer = z
  .looseObject({ id: z.string(), event_type: z.string(), timestamp: z.iso.datetime(), success: z.boolean() })
  .meta({ id: 'event' });

const targetQuery = z.looseObject({
  target: targetName.optional(),
  type: z.enum(Object.keys(eventTypes)).optional().meta({ description: 'Only events of this type.' }),
  refused: z.enum(['true', 'false']).optional().meta({ description: 'true: only refused requests.' }),
  limit: z.coerce.number().int().min(1).max(EVENTS_MAX).optional().meta({ description: '100 without it.' }),
});

const emptySearch = z.object({
  searched: z.looseObject({ organization: z.string(), from: z.iso.datetime(), to: z.iso.datetime() }),
  meaning: z.array(z.string()),
  similar: z.array(z.string()),
});

export const eventRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/events',
      tag,
      summary: 'List events, the newest first, about a user or a group by any of its names',
      access: 'events.read',
      query: targetQuery,
      answer: z.object({ results: z.array(eventAnswer), empty: emptySearch.optional() }),
    },
    async (context, { query }) => await listOf(context, query),
  ),
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
      const page = {
        ascending: body.sort !== 'DESC',
        limit,
        skip: body.skip ?? 0,
        after: placeOf(body.search_after),
      };
      const { events, last } = await searchEvents(deps.database, await searchOf(context, body), page);
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
      count: await countEvents(identityOf(context).deps.database, await searchOf(context, body)),
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
      const path = fieldPath(body.field);
      const values = await distinctValues(
        deps.database,
        await searchOf(context, body),
        path,
        body.limit ?? DISTINCT_MAX,
      );
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
            z.int(),
            z
              .string()
              .regex(/^\d{1,4}$/, 'must be a whole number')
              .transform(Number),
          ])
          .pipe(z.number().min(1).max(INTERVAL_VALUE_MAX))
          .optional(),
        timezone: z.string().max(100).optional().meta({
          description: 'Where hours, days and weeks begin: -05:00, or a name such as Europe/Paris. UTC without it.',
        }),
      }),
      answer: z.object({ buckets: z.array(z.object({ key_as_string: z.string(), key: z.int(), doc_count: z.int() })) }),
    },
    async (context, { body }) => await intervals(context, body),
  ),
];

/** What `tanhua event list` prints: a list that is empty says what was searched, and what that means. */
async function listOf(context: Context, { target, type, refused, limit }: z.output<typeof targetQuery>) {
  const { deps, organizationId } = identityOf(context);
  const question = { target, type, refusedOnly: refused === 'true' };
  const results = await listEvents(deps.database, { organizationId, ...question, limit: limit ?? LIST_LIMIT_DEFAULT });
  if (results.length > 0) return { results };
  const organization = await findOrganization(deps.database, organizationId);
  assert(organization, 'the organization of the request exists');
  return { results, empty: await explainEmptySearch(deps, organization, question) };
}

type IntervalBody = z.output<typeof queryBody> & {
  readonly interval_unit: keyof typeof unitsMs;
  readonly interval_value?: number | undefined;
  readonly timezone?: string | undefined;
};

async function intervals(context: Context, body: IntervalBody) {
  const { deps } = identityOf(context);
  const zone = body.timezone ?? 'Z';
  const offset = offsetOf(zone);
  if (offset === undefined) {
    throw new AppError('invalidQuery', `There is no time zone ${quote(zone)}: write -05:00 or Europe/Paris.`, {
      attribute: 'timezone',
      value: zone,
    });
  }
  const unitMs = unitsMs[body.interval_unit];
  const intervalMs = unitMs * (body.interval_value ?? 1);
  // Seconds and minutes begin at the same moment everywhere; the others are added up from the steps of all time zones.
  const isLocal = unitMs >= unitsMs.h;
  const [stepMs, limit] = isLocal ? [OFFSET_STEP_MS, STEPS_MAX] : [intervalMs, BUCKETS_MAX];
  const counted = await countByInterval(deps.database, await searchOf(context, body), stepMs, limit + 1);
  const buckets = isLocal ? mergeIntervals(counted, intervalMs, offset) : counted;
  if (counted.length > limit || buckets.length > BUCKETS_MAX) {
    throw new AppError(
      'invalidQuery',
      `There are more than ${BUCKETS_MAX} intervals: ask for longer ones, or for less time.`,
    );
  }
  return {
    buckets: buckets.map(({ at, count }) => ({ key_as_string: localIso(at, offset), key: at, doc_count: count })),
  };
}

/** `[5]`, as the header has it, without the brackets. */
function headerList(sent: string): string {
  return /^\[(?<place>\d+)\]$/.exec(sent.trim())?.groups?.['place'] ?? sent;
}

/** Where a page goes on: the value, the list with it, or the text of that list, which the header X-Search_after had. Throws invalidQuery (400). */
function placeOf(sent: z.output<typeof queryBody>['search_after']): number | undefined {
  const [after] = [typeof sent === 'string' ? headerList(sent) : (sent ?? [])].flat();
  if (after === undefined) return undefined;
  const place = Number(after);
  if (Number.isSafeInteger(place) && place >= 0 && after !== '') return place;
  throw new AppError('invalidQuery', `search_after is ${quote(sent)}: send what the header X-Search_after had.`, {
    attribute: 'search_after',
    value: sent,
  });
}
