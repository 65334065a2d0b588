import { peopleQuery, type PeopleView } from '../../parts/people-list/people-filter.ts';

/** Returns the address of a CSV file with all people of a view. */
export function exportPath(view: PeopleView): string {
  const query = peopleQuery(view, view.presence === 'refused' ? 'refused' : 'present', new Date());
  const sent = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return `/api/export/people.csv?${new URLSearchParams(sent).toString()}`;
}
