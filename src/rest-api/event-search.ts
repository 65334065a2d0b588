import { z } from 'zod';
import { searchedTarget, type EventSearch, type EventTerm } from '#audit/event-query-store.ts';
import { eventServices } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import { identityOf, type Context } from './context.ts';

/** The maximum number of terms and values in a search_term, and the maximum depth of its nesting. */
export const TERMS_MAX = 100;
export const TERM_DEPTH_MAX = 10;

export const eventTime = z.iso.datetime({ offset: true });

/** The query parameter that limits events to one user or group, identified by any of its names. */
export const targetName = z.string().min(1).max(1_024).meta({
  description:
    'Only events about this user or group, given by its id, userName, username, email, displayName or externalId. Former values, and values in refused requests, are found too.',
});

/** The fields that select events. All requests that search events have them. */
export const searchShape = {
  service: z
    .union([z.string(), z.array(z.string()).min(1)])
    .meta({ description: 'all, or the name of a service, or a list of names. The only service is directory.' }),
  start_time: eventTime.meta({ description: 'Start of the period, in RFC 3339 format; inclusive.' }),
  end_time: eventTime
    .optional()
    .meta({ description: 'End of the period, in RFC 3339 format; exclusive. Default: now.' }),
  search_term: z.unknown().optional().meta({
    description:
      'A condition: {"and": […]}, {"or": […]}, {"not": …} or {"dotted.field": "value"}, where a list of values is allowed too; nested as needed.',
  }),
  q: z.string().max(1_024).optional().meta({ description: 'Text to find anywhere in the event.' }),
  target: targetName.optional(),
};

interface SearchBody {
  readonly service: string | readonly string[];
  readonly start_time: string;
  readonly end_time?: string | undefined;
  readonly search_term?: unknown;
  readonly q?: string | undefined;
  readonly target?: string | undefined;
}

/** Fields that cannot be searched, as in the legacy directory's API, which this API is compatible with. */
const unsearchable: ReadonlySet<string> = new Set(['changes', 'useragent', 'system_timestamp']);

/**
 * Splits a dotted field name into its parts. Throws `invalidQuery` (400) if the text is not a valid field name, or if the field cannot
 * be searched.
 *
 * @example
 * fieldPath('initiated_by.name'); // ['initiated_by', 'name']
 */
export function fieldPath(field: string): readonly string[] {
  if (/^[\w@-]{1,100}(\.[\w@-]{1,100}){0,9}$/.test(field) && !unsearchable.has(field.split('.')[0] ?? '')) {
    return field.split('.');
  }
  throw new AppError('invalidQuery', `Events cannot be searched by ${quote(field)}.`, { attribute: field });
}

/**
 * Reads a search_term: `{and: […]}`, `{or: […]}`, `{not: …}` or `{field: value or values}`, nested. Throws `invalidQuery` (400) if it
 * cannot be read, has more than `TERMS_MAX` terms and values, or is nested more than `TERM_DEPTH_MAX` levels deep.
 */
export function readTerm(value: unknown, depth = 0, counter = { terms: 0 }): EventTerm {
  count(counter, 1);
  if (depth > TERM_DEPTH_MAX) {
    throw new AppError('invalidQuery', `search_term is nested more than ${TERM_DEPTH_MAX} levels deep.`);
  }
  const inside = (inner: unknown) => readTerm(inner, depth + 1, counter);
  if (Array.isArray(value)) return { kind: 'and', terms: value.map(inside) };
  if (typeof value !== 'object' || value === null) throw unreadable(value);
  const terms = Object.entries(value).map(([name, inner]): EventTerm => {
    if (name === 'and' || name === 'or' || name === 'not') return { kind: name, terms: [inner].flat().map(inside) };
    return fieldTerm(name, inner, counter);
  });
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : { kind: 'and', terms };
}

function fieldTerm(name: string, value: unknown, counter: { terms: number }): EventTerm {
  const values: unknown[] = [value].flat();
  count(counter, values.length - 1);
  const isPlain = (one: unknown) => ['string', 'number', 'boolean'].includes(typeof one);
  if (values.length > 0 && values.every(isPlain))
    return { kind: 'field', path: fieldPath(name), values: values.map(String) };
  // {"initiated_by": {"name": "x"}} means the same as {"initiated_by.name": "x"}.
  const [nested] = values;
  if (values.length !== 1 || typeof nested !== 'object' || nested === null) throw unreadable({ [name]: value });
  const terms = Object.entries(nested).map(([inner, deep]) => fieldTerm(`${name}.${inner}`, deep, counter));
  return { kind: 'and', terms };
}

function count(counter: { terms: number }, more: number): void {
  counter.terms += more;
  if (counter.terms <= TERMS_MAX) return;
  throw new AppError('invalidQuery', `search_term has more than ${TERMS_MAX} terms and values.`);
}

function unreadable(value: unknown): AppError {
  const how = 'write {"and": [{"event_type": ["user_create", "user_update"]}, {"not": {"success": true}}]}';
  return new AppError('invalidQuery', `search_term cannot be read at ${quote(value)}: ${how}.`);
}

/** Builds the search for a request body, limited to the organization of the request. Throws `invalidQuery` (400). */
export async function searchOf(context: Context, body: SearchBody): Promise<EventSearch> {
  const { deps, organizationId } = identityOf(context);
  const services = [body.service].flat();
  const isEvery = services.includes('all') || eventServices.every((service) => services.includes(service));
  const term = body.search_term === undefined || body.search_term === null ? undefined : readTerm(body.search_term);
  const service: EventTerm = { kind: 'field', path: ['service'], values: services };
  return {
    organizationIds: [organizationId],
    from: new Date(body.start_time),
    // The default end is one day in the future, because the clocks of server processes may differ.
    to: body.end_time === undefined ? new Date(deps.clock.now().getTime() + DAY_MS) : new Date(body.end_time),
    term: isEvery ? term : { kind: 'and', terms: [service, ...(term === undefined ? [] : [term])] },
    text: body.q,
    target: body.target === undefined ? undefined : await searchedTarget(deps.database, organizationId, body.target),
  };
}
