import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import { parseFilter } from './parse-filter.ts';
import { parseSearch } from './parse-search.ts';
import type { Filter } from './filter.ts';

/** The default and the maximum of $top, the number of objects on a page, as in Graph. */
export const TOP_DEFAULT = 100;
export const TOP_MAX = 999;

const known = ['$filter', '$search', '$select', '$top', '$skiptoken', '$count', '$orderby', '$expand'] as const;
type OptionName = (typeof known)[number];

/** The query options of lists. Each list supports some of them. */
export interface QueryOptions {
  readonly filter: Filter | undefined;
  readonly search: Filter | undefined;
  /** The names of properties; undefined for the list's default properties. */
  readonly select: readonly string[] | undefined;
  readonly top: number;
  readonly skipToken: string | undefined;
  readonly count: boolean;
  readonly orderBy: { readonly path: string; readonly descending: boolean } | undefined;
  readonly expand: readonly string[];
}

/** The query schema of routes that call `readOptions`. It accepts any query, because `readOptions` checks the options. */
export const optionsQuery = z.looseObject({});

/**
 * Reads the OData query options of a request. As in Graph, the dollar sign may be left out. Throws `invalidQuery` for an option that is
 * not in `supported`, an option that is given twice, and an invalid value.
 *
 * @example
 * readOptions({ $top: '5', select: 'id, mail' }, ['$top', '$select']); // { top: 5, select: ['id', 'mail'], count: false, … }
 */
export function readOptions(query: Readonly<Record<string, unknown>>, supported: readonly OptionName[]): QueryOptions {
  const given = new Map<OptionName, string>();
  for (const [name, value] of Object.entries(query)) {
    const option = known.find((one) => one === name.toLowerCase() || one === `$${name.toLowerCase()}`);
    if (option === undefined && !name.startsWith('$')) continue;
    if (option === undefined || !supported.includes(option)) {
      throw badOption(name, `is not supported here. Supported options: ${supported.join(', ')}`);
    }
    if (typeof value !== 'string' || given.has(option)) throw badOption(name, 'is given twice');
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

function badOption(name: string, reason: string): AppError {
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
  throw badOption('$top', `is ${quote(text)}: it must be a whole number from 1 to ${TOP_MAX}`);
}

function readFlag(text: string | undefined): boolean {
  if (text === undefined || text === 'true' || text === 'false') return text === 'true';
  throw badOption('$count', `is ${quote(text)}: it must be true or false`);
}

function readOrder(text: string | undefined): QueryOptions['orderBy'] {
  if (text === undefined) return undefined;
  const { path, order } = /^(?<path>[\w/]+)(?:\s+(?<order>asc|desc))?$/i.exec(text.trim())?.groups ?? {};
  if (path === undefined)
    throw badOption('$orderby', `is ${quote(text)}: write one property, optionally followed by asc or desc`);
  return { path, descending: order?.toLowerCase() === 'desc' };
}
