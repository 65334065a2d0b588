import type { paths } from '../../contracts/api.ts';

/** The query of the list of people, without the page. */
export type PeopleQuery = NonNullable<paths['/api/people']['get']['parameters']['query']>;
export type PeopleSort = NonNullable<PeopleQuery['sort']>;
export type Presence = NonNullable<PeopleQuery['presence']>;

/** The parameters of the list in the URL, each with its value where the URL has none. An empty presence means: the present, else the refused. */
export const viewDefaults = {
  search: '',
  presence: '',
  state: '',
  password: '',
  source: '',
  group: '',
  department: '',
  since: '',
  reason: '',
  sort: 'name',
  order: 'asc',
} as const;
export type PeopleView = { readonly [Name in keyof typeof viewDefaults]: string };
/** Filters that a page sets itself. The list then has no chip for them. */
export type FixedFilters = Partial<Pick<PeopleView, 'group' | 'source' | 'department'>>;

export const states = ['ACTIVATED', 'SUSPENDED', 'STAGED'] as const;
export const passwordStatuses = ['Password Pending', 'Active', 'Expired', 'Locked', 'Managed by the source'] as const;
export const sinceLengths = { hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_592_000_000 } as const;
export type Since = keyof typeof sinceLengths;
const sorts: readonly PeopleSort[] = ['name', 'userName', 'email', 'department', 'title', 'created', 'lastChanged'];
/** A filter by age is counted from the last full minute, so that the same question has the same key for a while. */
const MINUTE_MS = 60_000;

/** The names of the parameters that narrow the list. */
export const filterNames = ['state', 'password', 'source', 'group', 'department', 'since', 'reason'] as const;

function oneOf<Value extends string>(values: readonly Value[], text: string): Value | undefined {
  return values.find((value) => value === text);
}

/**
 * Returns the query of a view. A value that the server does not know, as in a mistyped URL, counts as not set.
 *
 * @param now The time from which "changed in the last …" is counted.
 */
export function peopleQuery(view: PeopleView, presence: Presence, now: Date): PeopleQuery {
  const state = oneOf(states, view.state);
  const passwordStatus = oneOf(passwordStatuses, view.password);
  const since = oneOf(Object.keys(sinceLengths) as Since[], view.since);
  const search = view.search.trim();
  return {
    presence,
    sort: oneOf(sorts, view.sort) ?? 'name',
    order: view.order === 'desc' ? 'desc' : 'asc',
    ...(search !== '' && { search }),
    ...(state !== undefined && { state }),
    ...(passwordStatus !== undefined && { passwordStatus }),
    ...(view.source !== '' && { source: view.source }),
    ...(view.group !== '' && { group: view.group }),
    ...(view.department !== '' && { department: view.department }),
    ...(view.reason !== '' && { reason: view.reason }),
    ...(since !== undefined && {
      changedSince: new Date(Math.floor((now.getTime() - sinceLengths[since]) / MINUTE_MS) * MINUTE_MS).toISOString(),
    }),
  };
}

/** True if the view narrows the list by a filter that the reader can clear. */
export function isFiltered(view: PeopleView, fixed: FixedFilters): boolean {
  return filterNames.some((name) => view[name] !== '' && !(name in fixed));
}
