import { useSyncExternalStore } from 'react';
import type { PeopleSort } from './people-filter.ts';

export const columnNames = [
  'name',
  'userName',
  'email',
  'title',
  'department',
  'employeeNumber',
  'state',
  'passwordStatus',
  'source',
  'created',
  'lastChanged',
] as const;
export type ColumnName = (typeof columnNames)[number];

/** The width of each column, as a track of a CSS grid. */
export const widths: Readonly<Record<ColumnName, string>> = {
  name: 'minmax(0, 1.5fr)',
  userName: 'minmax(0, 1.3fr)',
  email: 'minmax(0, 1.7fr)',
  title: 'minmax(0, 1.1fr)',
  department: 'minmax(0, 1.1fr)',
  employeeNumber: '96px',
  state: '116px',
  passwordStatus: '104px',
  source: 'minmax(0, 0.8fr)',
  created: '112px',
  lastChanged: '124px',
};

/** The order of the server for a column; undefined if the list cannot be sorted by it. */
export function sortOf(column: ColumnName): PeopleSort | undefined {
  return column === 'employeeNumber' || column === 'state' || column === 'passwordStatus' || column === 'source'
    ? undefined
    : column;
}

/** The preference of this browser: the columns of the list of people. It holds nothing about people. */
const STORED = 'people-columns';
const initial: readonly ColumnName[] = [
  'name',
  'userName',
  'email',
  'department',
  'state',
  'passwordStatus',
  'lastChanged',
];
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** Returns the chosen columns in their order. The name is always one of them. */
export function parseColumns(text: string | null): readonly ColumnName[] {
  if (text === null) return initial;
  const chosen = new Set(text.split(','));
  return columnNames.filter((name) => name === 'name' || chosen.has(name));
}

export function useColumns(): readonly [readonly ColumnName[], (columns: readonly ColumnName[]) => void] {
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(STORED));
  return [
    parseColumns(text),
    (columns) => {
      localStorage.setItem(STORED, columns.join(','));
      for (const listener of listeners) listener();
    },
  ];
}
