import { csvText } from '#base/csv-text.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { PEOPLE_LIMIT_MAX, type PeopleQuery, type RefusedPersonRow } from '#people-search/people-query.ts';
import { readMatches, readRefused } from '#people-search/search-people.ts';
import { EXPORT_PAGE, exportUsers } from './user-export.ts';

type ExportedPeople = Omit<PeopleQuery, 'cursor' | 'skip' | 'limit'>;

/** The columns of refused people, who cannot be imported because the directory knows too little about them. */
const refusedColumns = {
  name: ({ name }) => name,
  userName: ({ userName }) => userName,
  email: ({ email }) => email,
  externalId: ({ externalId }) => externalId,
  source: ({ source }) => source?.name ?? source?.id ?? null,
  errorCode: ({ errorCode }) => errorCode,
  reason: ({ reason }) => reason,
  refusals: ({ refusals }) => String(refusals),
  firstRefused: ({ firstRefused }) => firstRefused,
  lastRefused: ({ lastRefused }) => lastRefused,
} as const satisfies Readonly<Record<string, (person: RefusedPersonRow) => string | null>>;

/** The names of the columns of an export of refused people. */
export const refusedColumnNames: readonly string[] = Object.keys(refusedColumns);

/** Yields the lines of a CSV file of all people that match a query: users that can be imported again, or refused people. */
export function exportPeople(
  deps: DirectoryDeps,
  organizationId: string,
  query: ExportedPeople,
  withDetails: boolean,
): AsyncGenerator<string> {
  if (query.presence === 'refused') return exportRefused(deps, organizationId, query);
  const pages = readMatches(deps, organizationId, { ...query, limit: EXPORT_PAGE });
  return exportUsers(deps, organizationId, pages, withDetails);
}

async function* exportRefused(
  deps: DirectoryDeps,
  organizationId: string,
  query: ExportedPeople,
): AsyncGenerator<string> {
  yield csvText([refusedColumnNames]);
  for await (const page of readRefused(deps, organizationId, { ...query, limit: PEOPLE_LIMIT_MAX })) {
    yield csvText(page.map((person) => Object.values(refusedColumns).map((valueOf) => valueOf(person) ?? '')));
  }
}
