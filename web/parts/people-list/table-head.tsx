import { useWords } from '../../words/words.tsx';
import { sortOf, type ColumnName } from './columns.ts';
import type { PeopleSort, PeopleView } from './people-filter.ts';

interface Props {
  readonly columns: readonly ColumnName[];
  readonly view: PeopleView;
  readonly isRefused: boolean;
  readonly change: (next: Partial<PeopleView>) => void;
  readonly selectAll:
    | { readonly state: 'none' | 'some' | 'all'; readonly total: number; readonly toggle: () => void }
    | undefined;
}

/** The headers of the columns. A button in a header sorts the list; again, in the other order. */
export function TableHead({ columns, view, isRefused, change, selectAll }: Props) {
  const { people } = useWords();
  const sort = (column: PeopleSort) =>
    change({ sort: column, order: view.sort === column && view.order !== 'desc' ? 'desc' : 'asc' });
  const header = (column: ColumnName, label: string = people.column[column]) => {
    const by = sortOf(column);
    const isSorted = by !== undefined && view.sort === by;
    return (
      <span
        key={column}
        role="columnheader"
        data-column={column}
        title={people.column[column]}
        aria-sort={isSorted ? (view.order === 'desc' ? 'descending' : 'ascending') : undefined}
      >
        {by === undefined ? (
          label
        ) : (
          <button type="button" aria-label={people.sortBy(label)} onClick={() => sort(by)}>
            {label}
            {isSorted && (view.order === 'desc' ? ' ↓' : ' ↑')}
          </button>
        )}
      </span>
    );
  };
  return (
    <>
      {selectAll !== undefined && (
        <span role="columnheader" data-column="select">
          <input
            type="checkbox"
            aria-label={people.selectAll(selectAll.total)}
            checked={selectAll.state === 'all'}
            ref={(box) => {
              if (box !== null) box.indeterminate = selectAll.state === 'some';
            }}
            onChange={selectAll.toggle}
          />
        </span>
      )}
      {isRefused ? (
        <>
          {header('name')}
          {header('userName')}
          <span role="columnheader" data-column="reason">
            {people.reason}
          </span>
          {header('lastChanged', people.lastRefused)}
        </>
      ) : (
        columns.map((column) => header(column))
      )}
    </>
  );
}
