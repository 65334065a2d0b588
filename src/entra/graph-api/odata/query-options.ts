import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import { parseFilter } from './parse-filter.ts';
import { parseSearch } from './parse-search.ts';
import type { Filter } from './filter.ts';

/** Objects of a page: what Graph gives unless it is told, and at most. */
export const TOP_DEFAULT = 100;
export const TOP_MAX = 999;

const known = ['$filter', '$search', '$select', '$top', '$skiptoken', '$count', '$orderby', '$expand'] as const;
type OptionName = (typeof known)[number];

/** What a list can be asked with; each list names those that it takes. */
export interface QueryOptions {
  readonly filter: Filter | undefined;
  readonly search: Filter | undefined;
  /** Names of properties; undefined for those that the list gives by itself. */
  readonly select: readonly string[] | undefined;
  readonly top: number;
  readonly skipToken: string | undefined;
  readonly count: boolean;
  readonly orderBy: { readonly path: string; readonly descending: boolean } | undefined;
  readonly expand: readonly string[];
}

/** The query of a route; what is in it is read by `readOptions`. */
export const optionsQuery = z.looseObject({});

/**
 * The system query options of a request. Graph takes them without the dollar, too. Throws invalidQuery for one that the list does
 * not take, one that stands there twice, and a value that cannot be used.
 */
export function readOptions(query: Readonly<Record<string, unknown>>, takes: readonly OptionName[]): QueryOptions {
  const given = new Map<OptionName, string>();
  for (const [name, value] of Object.entries(query)) {
    const option = known.find((one) => one === name.toLowerCase() || one === `$${name.toLowerCase()}`);
    if (option === undefined && !name.startsWith('$')) continue;
    if (option === undefined || !takes.includes(option)) {
      throw bad(name, `is not supported here; there are: ${takes.join(', ')}`);
    }
    if (typeof value !== 'string' || given.has(option)) throw bad(name, 'stands there twice');
    given.set(option, value);
  }
  const filter = given.get('$filter');
  const search = given.get('$search');
  return {
    filter: filter === undefined ? undefined : parseFilter(filter),
    search: search === undefined ? undefined : parseSearch(search),
    select: namesOf(given.get('$select')),
    top: readTop(given.get('$top')),
    skipToken: given.get('$skiptoken'),
    count: readFlag(given.get('$count')),
    orderBy: readOrder(given.get('$orderby')),
    expand: namesOf(given.get('$expand')) ?? [],
  };
}

function bad(name: string, reason: string): AppError {
  return new AppError('invalidQuery', `The query option ${quote(name)} ${reason}.`, { attribute: name });
}

function namesOf(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(',').map((name) => name.trim());
  return names?.filter((name) => name !== '');
}

function readTop(text: string | undefined): number {
  if (text === undefined) return TOP_DEFAULT;
  const top = Number(text);
  if (/^\d+$/.test(text) && top >= 1 && top <= TOP_MAX) return top;
  throw bad('$top', `is ${quote(text)}: it must be a whole number from 1 to ${TOP_MAX}`);
}

function readFlag(text: string | undefined): boolean {
  if (text === undefined || text === 'true' || text === 'false') return text === 'true';
  throw bad('$count', `is ${quote(text)}: it must be true or false`);
}

function readOrder(text: string | undefined): QueryOptions['orderBy'] {
  if (text === undefined) return undefined;
  const { path, order } = /^(?<path>[\w/]+)(?:\s+(?<order>asc|desc))?$/i.exec(text.trim())?.groups ?? {};
  if (path === undefined) throw bad('$orderby', `is ${quote(text)}: write one property, and asc or desc after it`);
  return { path, descending: order?.toLowerCase() === 'desc' };
}
