import { z } from 'zod';
import { localIso, OFFSET_STEP_MS, offsetOf, mergeIntervals } from '#audit/event-buckets.ts';
import { countByInterval, countEvents, distinctValues, searchEvents } from '#audit/event-query-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { requireRefusalCode } from '#base/reasons/refusal-codes.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { eventOutcomes } from '#audit/event-total-store.ts';
import { EVENTS_MAX, findEvent, listEventPage } from '#audit/event-store.ts';
import { listedEvent } from '#audit/listed-event.ts';
import { eventTypes } from '#audit/event-types.ts';
import { explainEmptySearch } from '#directory/empty-event-search.ts';
import { findOrganization } from '#organizations/organization-store.ts';
import { SENT_ID_LENGTH_MAX } from '#access/sent-ids.ts';
import { decodeCursor, encodeCursor } from '#request-log/request-cursor.ts';
import { identityOf, languageOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { eventAnswer } from '../event-schemas.ts';
import { eventTime, fieldPath, searchOf, searchShape, targetName } from '../event-search.ts';
import { pickFields } from '../list-query.ts';
import { pathIds, route, type Route } from '../route.ts';

/** The default and the maximum number of events in one response, as in the legacy directory's API. */
export const EVENT_LIMIT_DEFAULT = 1_000;
export const EVENT_LIMIT_MAX = 10_000;
export const DISTINCT_MAX = 1_000;
export const INTERVAL_VALUE_MAX = 1_000;
/** The maximum number of intervals in a response, and of the quarter-hour steps that make up these intervals (more than ten years). */
export const BUCKETS_MAX = 10_000;
const STEPS_MAX = 400_000;
const LIST_LIMIT_DEFAULT = 100;
const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS } as const;
const tag = 'Events';
const base = '/insights/directory/v1/events';

const queryShape = {
  ...searchShape,
  limit: z.int().min(1).max(EVENT_LIMIT_MAX).optional(),
  skip: z.int().min(0).max(10_000_000).optional(),
  sort: z.enum(['ASC', 'DESC']).optional(),
  fields: z.array(z.string()).optional(),
  search_after: z
    .union([z.array(z.union([z.string(), z.number()])), z.string(), z.number()])
    .nullable()
    .optional(),
} as const;
const queryTexts = {
  limit: `The maximum number of events: 1 to ${EVENT_LIMIT_MAX}. Default: ${EVENT_LIMIT_DEFAULT}.`,
  skip: 'The number of events to skip: 0 to 10,000,000. Default: 0.',
  sort: 'ASC: oldest first; DESC: newest first. Default: ASC.',
  fields: 'The names of the fields to return; the id is always returned. Default: all fields.',
  search_after: 'The value of the X-Search_after header in the response with the previous page.',
} as const;
const ignoredTexts = {
  limit: 'Validated and ignored.',
  skip: 'Validated and ignored.',
  sort: 'Validated and ignored.',
  fields: 'Validated and ignored.',
  search_after: 'Validated and ignored.',
} as const;
const queryBody = describeFields(z.looseObject(queryShape), queryTexts);
const countBody = describeFields(z.looseObject(queryShape), ignoredTexts);

const distinctBody = describeFields(
  z.looseObject({
    ...queryShape,
    field: z.string().min(1).max(100),
    limit: z.int().min(1).max(DISTINCT_MAX).optional(),
  }),
  {
    ...ignoredTexts,
    field: 'The path of the field, such as event_type or resource.type: 1 to 100 characters.',
    limit: `The maximum number of values: 1 to ${DISTINCT_MAX}. Default: ${DISTINCT_MAX}.`,
  },
);

const intervalBody = describeFields(
  z.looseObject({
    ...queryShape,
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
    timezone: z.string().max(100).optional(),
  }),
  {
    ...ignoredTexts,
    interval_unit:
      'The unit of the length of an interval: s for seconds, m for minutes, h for hours, d for days, w for weeks.',
    interval_value: `The length of an interval in units: 1 to ${INTERVAL_VALUE_MAX}. Default: 1.`,
    timezone:
      'The time zone in which hours, days and weeks begin: an offset such as -05:00 or a name such as Europe/Paris; at most 100 characters. Default: UTC.',
  },
);

const targetQuery = describeFields(
  z.looseObject({
    target: targetName.optional(),
    type: z.enum(Object.keys(eventTypes)).optional(),
    refused: z.enum(['true', 'false']).optional(),
    from: eventTime.optional(),
    to: eventTime.optional(),
    outcome: z.enum(eventOutcomes).optional(),
    source: z.string().min(1).max(100).optional(),
    reason: z.string().min(1).max(200).optional(),
    actor: z.string().min(1).max(1_024).optional(),
    request: z.string().min(1).max(SENT_ID_LENGTH_MAX).optional(),
    limit: z.coerce.number().int().min(1).max(EVENTS_MAX).optional(),
    cursor: z.string().max(200).optional(),
  }),
  {
    type: 'The type of the events to list. Default: all types.',
    refused: 'true lists only refused requests. Default: false.',
    from: 'Only events at or after this time: RFC 3339 with an offset.',
    to: 'Only events before this time: RFC 3339 with an offset.',
    outcome: 'accepted lists the events with success true, refused those with success false. Default: both.',
    source: 'Only events of the integration with this id.',
    reason:
      'Only refused events with this code of the reason, such as emailMissing, or of the error if they have no reason. A code that no refusal can have is refused.',
    actor:
      'Only events of this actor: the id or the exact name, such as the email address of an administrator, the userName of a user or the name of an integration. 1 to 1,024 characters.',
    request: `Only events of this request: the x-request-id of the response, the ActivityId of Entra ID, or the client-request-id or x-request-id that the client sent. 1 to ${SENT_ID_LENGTH_MAX} characters. Not together with target.`,
    limit: `The maximum number of events: 1 to ${EVENTS_MAX}. Default: ${LIST_LIMIT_DEFAULT}.`,
    cursor: 'The value of next in the response with the previous page.',
  },
);

const emptySearch = z.object({
  searched: z.looseObject({
    organization: z.string(),
    target: z.string().nullable(),
    names: z.array(z.string()),
    type: z.string().nullable(),
    request: z.string().nullable(),
    refusedOnly: z.boolean(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    retentionDays: z.int(),
  }),
  meaning: z.array(z.string()),
  similar: z.array(z.string()),
});

const eventListAnswer = describeFields(
  z.object({ results: z.array(eventAnswer), next: z.string().optional(), empty: emptySearch.optional() }),
  {
    results: 'The events of this page, newest first.',
    next: 'The value of cursor for the next page; missing on the last page.',
    empty:
      'What an empty list means; missing if there are results, and for a request with from, to, outcome, source, reason, actor or cursor.',
    'empty.searched': 'What was searched: the conditions of the request and the period that events are kept for.',
    'empty.searched.organization': 'The name of the organization.',
    'empty.searched.target': 'The target of the request; null if it has none.',
    'empty.searched.names': 'The kinds of names by which events are found, for people; empty without a target.',
    'empty.searched.type': 'The type of events in the request; null for all types.',
    'empty.searched.request': 'The id of a request that was searched; null for events of all requests.',
    'empty.searched.refusedOnly': 'True if only refused requests were searched.',
    'empty.searched.from': 'The beginning of the period: RFC 3339, in UTC.',
    'empty.searched.to': 'The end of the period: RFC 3339, in UTC.',
    'empty.searched.retentionDays': 'The number of days that events are kept for.',
    'empty.meaning': 'Sentences for people about what the empty list means and what to check next.',
    'empty.similar': 'Names of users and groups that are similar to the target.',
  },
);

export const eventRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/events',
      tag,
      summary: 'List events, newest first; optionally only events about a user or a group, given by any of its names',
      access: 'events.read',
      query: targetQuery,
      answer: eventListAnswer,
    },
    async (context, { query }) => await listOf(context, query),
  ),
  route(
    {
      method: 'GET',
      path: '/api/events/:id',
      tag,
      summary: 'Show an event',
      access: 'events.read',
      params: pathIds({ id: 'The id of the event.' }),
      answer: eventAnswer,
    },
    async (context, { params: { id } }) => {
      const { deps, organizationId } = identityOf(context);
      const event = await findEvent(deps.database, organizationId, id);
      if (event !== undefined) return listedEvent(event, languageOf(context));
      throw new TranslatedError('notFound', ({ admin }) => admin.events.unknown(quote(id)), {
        attribute: 'id',
        value: id,
      });
    },
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
      answerHeaders: {
        'X-Result-Count': { description: 'The number of events in the response.', example: 1 },
        'X-Limit': { description: 'The limit that applied to the request.', example: 100 },
        'X-Sort': { description: 'The order of the events by time: ASC or DESC.', example: 'DESC' },
        'X-Search_after': {
          description: 'The value of search_after for the next page; missing if the response has no events.',
          example: '[48213]',
        },
      },
    },
    async (context, { body }) => {
      const { deps } = identityOf(context);
      const limit = body.limit ?? EVENT_LIMIT_DEFAULT;
      const page = {
        ascending: body.sort !== 'DESC',
        limit,
        skip: body.skip ?? 0,
        after: sequenceAfter(body.search_after),
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
      summary: 'Count the events that a search matches',
      access: 'events.read',
      body: countBody,
      answer: describeFields(z.object({ count: z.int() }), { count: 'The number of events that match.' }),
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
      summary: 'List the distinct values of a field, with the number of events that have each',
      access: 'events.read',
      body: distinctBody,
      answer: z.looseObject({}).meta({
        description:
          'One property with the name of the field: a list of {"key": value, "doc_count": number of events}.',
      }),
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
      summary: 'Count events per time interval',
      access: 'events.read',
      body: intervalBody,
      answer: describeFields(
        z.object({ buckets: z.array(z.object({ key_as_string: z.string(), key: z.int(), doc_count: z.int() })) }),
        {
          buckets: 'The intervals that have events, in chronological order.',
          'buckets.key_as_string': 'When the interval begins: RFC 3339, in the time zone of the request.',
          'buckets.key': 'When the interval begins: milliseconds since 1970-01-01 UTC.',
          'buckets.doc_count': 'The number of events in the interval.',
        },
      ),
    },
    async (context, { body }) => await intervals(context, body),
  ),
];

/** Returns the same data as `tanhua event list`. For an empty list, `empty` says what was searched and what the empty list means. */
async function listOf(context: Context, query: z.output<typeof targetQuery>) {
  const { deps, organizationId } = identityOf(context);
  const { target, type, refused, limit, from, to, outcome, source, reason, actor, request, cursor } = query;
  if (target !== undefined && request !== undefined) {
    throw new TranslatedError('invalidQuery', ({ admin }) => admin.events.targetAndRequest, {
      attribute: 'request',
      value: request,
    });
  }
  if (reason !== undefined) requireRefusalCode(reason);
  const question = { target, type, request, refusedOnly: refused === 'true' };
  const narrowed = {
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    outcome,
    source,
    reason,
    actor,
    after: cursor === undefined ? undefined : decodeCursor(cursor),
  };
  const page = await listEventPage(deps.database, {
    organizationId,
    ...question,
    ...narrowed,
    limit: limit ?? LIST_LIMIT_DEFAULT,
  });
  const results = page.results.map((event) => listedEvent(event, languageOf(context)));
  // The explanation is about the whole event log.
  if (results.length > 0 || Object.values(narrowed).some((value) => value !== undefined)) {
    return { results, ...(page.next !== undefined && { next: encodeCursor(page.next) }) };
  }
  const organization = await findOrganization(deps.database, organizationId);
  assert(organization, 'the organization of the request exists');
  return { results, empty: await explainEmptySearch(deps, organization, question, languageOf(context)) };
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
  // Seconds and minutes begin at the same moment in every time zone. Longer units depend on the zone and are summed from quarter-hours.
  const isLocal = unitMs >= unitsMs.h;
  const [stepMs, limit] = isLocal ? [OFFSET_STEP_MS, STEPS_MAX] : [intervalMs, BUCKETS_MAX];
  const counted = await countByInterval(deps.database, await searchOf(context, body), stepMs, limit + 1);
  const buckets = isLocal ? mergeIntervals(counted, intervalMs, offset) : counted;
  if (counted.length > limit || buckets.length > BUCKETS_MAX) {
    throw new TranslatedError('invalidQuery', ({ admin }) => admin.events.tooManyIntervals(BUCKETS_MAX));
  }
  return {
    buckets: buckets.map(({ at, count }) => ({ key_as_string: localIso(at, offset), key: at, doc_count: count })),
  };
}

/** Removes the brackets from a value such as `[5]`, which is the form of the X-Search_after header. */
function withoutBrackets(sent: string): string {
  return /^\[(?<place>\d+)\]$/.exec(sent.trim())?.groups?.['place'] ?? sent;
}

/**
 * Returns the sequence number after which a page begins. Clients send the number, a list with the number, or the text of that list, as
 * in the X-Search_after header. Throws `invalidQuery` (400).
 */
function sequenceAfter(sent: z.output<typeof queryBody>['search_after']): number | undefined {
  const [after] = [typeof sent === 'string' ? withoutBrackets(sent) : (sent ?? [])].flat();
  if (after === undefined) return undefined;
  const place = Number(after);
  if (Number.isSafeInteger(place) && place >= 0 && after !== '') return place;
  throw new AppError(
    'invalidQuery',
    `search_after is ${quote(sent)}: send the value of the X-Search_after header from the previous page.`,
    {
      attribute: 'search_after',
      value: sent,
    },
  );
}
