import { api, read } from '../../data/client.ts';
import type { PeopleQuery } from '../../parts/people-list/people-filter.ts';
import type { Person } from '../../parts/people-list/use-people.ts';

const PAGE = 200;
const presentColumns = [
  'name',
  'userName',
  'username',
  'email',
  'title',
  'department',
  'employeeNumber',
  'state',
  'passwordStatus',
  'source',
  'created',
  'lastChanged',
  'id',
] as const;
const refusedColumns = [
  'name',
  'userName',
  'email',
  'externalId',
  'source',
  'errorCode',
  'reason',
  'refusals',
  'firstRefused',
  'lastRefused',
] as const;

/** Quotes a value for CSV. A value that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvValue(value: unknown): string {
  const text =
    typeof value === 'object' && value !== null && 'name' in value
      ? String(value.name)
      : typeof value === 'string' || typeof value === 'number'
        ? String(value)
        : '';
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

function csvLine(person: Person): string {
  const values =
    person.presence === 'present'
      ? presentColumns.map((column) => person[column])
      : refusedColumns.map((column) => person[column]);
  return values.map(csvValue).join(',');
}

/** Saves all people who match a query as a CSV file, and reports how many were read. */
export async function exportPeople(query: PeopleQuery, report: (done: number) => void): Promise<void> {
  const columns = query.presence === 'refused' ? refusedColumns : presentColumns;
  const lines = [columns.join(',')];
  let cursor: string | undefined;
  do {
    const page = await read(
      api.GET('/api/people', { params: { query: { ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) } } }),
    );
    lines.push(...page.results.map(csvLine));
    report(lines.length - 1);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  save(new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv' }), 'people.csv');
}

function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
