import type { ReactNode } from 'react';
import { useWords } from '../../words/words.tsx';
import { Announced } from '../announced.tsx';
import { ErrorNotice } from '../error-notice.tsx';
import { Progress } from '../progress.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import { useColumns, type ColumnName } from './columns.ts';
import { Filters } from './filters.tsx';
import { Nobody } from './nobody.tsx';
import type { FixedFilters, PeopleQuery } from './people-filter.ts';
import styles from './people-list.module.css';
import { PeopleTable } from './people-table.tsx';
import { SearchField } from '../search-field.tsx';
import { allSelected, noSelection, selectedCount, type Selection } from './selection.ts';
import { TableHead } from './table-head.tsx';
import { usePeopleList, type ListState } from './use-people-list.ts';
import type { Person } from './use-people.ts';

/** What is selected in a list, and the question that the list answers. */
export interface SelectedPeople {
  readonly selection: Selection;
  readonly count: number;
  readonly query: PeopleQuery;
  readonly clear: () => void;
}

interface Props {
  /** Filters that the page sets itself. */
  readonly fixed?: FixedFilters;
  /** What can be done with the selected people. Without it, nothing can be selected. */
  readonly actions?: (selected: SelectedPeople) => ReactNode;
}

const nothingFixed: FixedFilters = {};

/** The list of people: search, filters, columns, selection. Its state is in the URL. */
export function PeopleList({ fixed = nothingFixed, actions }: Props) {
  const words = useWords();
  const list = usePeopleList(fixed, actions !== undefined);
  const { view, change, first, total, isRefused, isSwitched, selection } = list;
  const [columns] = useColumns();
  const { data } = first;
  const clear = () => change({ state: '', password: '', source: '', group: '', department: '', since: '' });
  const count = selectedCount(selection, total);
  // All of them may be gone because of an action, which still shows its results.
  const isEmptied = selection.isAll && total === 0;
  return (
    <div className={styles['list']}>
      <Announced />
      <div className={styles['bar']}>
        <SearchField
          label={words.people.search}
          placeholder={words.people.searchPlaceholder}
          value={view.search}
          onChange={(search) => change({ search }, true)}
          onDown={list.enter}
          onEnter={list.openFound}
        />
        <Filters
          view={view}
          fixed={fixed}
          departments={departmentsOf(data?.results ?? [])}
          isSwitched={isSwitched}
          change={change}
        />
        {!isRefused && <ColumnsMenu />}
      </div>
      <div role="status" className={styles['notes']}>
        {isSwitched && !first.isPlaceholderData && <p>{words.people.onlyRefused(view.search, total)}</p>}
        {data?.indexing === true && <p>{words.people.indexing}</p>}
      </div>
      {first.isPending && <Progress />}
      {first.error !== null && <ErrorNotice error={first.error} retry={() => void first.refetch()} />}
      {data !== undefined && total === 0 && (
        <Nobody
          view={view}
          fixed={fixed}
          isRefused={isRefused}
          clear={clear}
          showPresent={() => change({ presence: '' })}
        />
      )}
      {total > 0 && (
        <>
          <div data-stale={first.isPlaceholderData} className={styles['sheet']}>
            <PeopleTable
              list={list}
              label={isRefused ? words.people.refusedList : words.people.list}
              columns={columns}
              header={<Head list={list} columns={columns} count={count} />}
            />
          </div>
          <Foot range={list.range} total={total} canSelect={list.canSelect} />
        </>
      )}
      {(count > 0 || isEmptied) &&
        actions?.({ selection, count, query: list.query, clear: () => list.select(noSelection) })}
    </div>
  );
}

function Head({
  list: { view, isRefused, change, canSelect, total, select },
  columns,
  count,
}: {
  readonly list: ListState;
  readonly columns: readonly ColumnName[];
  readonly count: number;
}) {
  const state = count === 0 ? 'none' : count === total ? 'all' : 'some';
  const toggle = () => select(state === 'all' ? noSelection : allSelected);
  return (
    <TableHead
      columns={columns}
      view={view}
      isRefused={isRefused}
      change={change}
      selectAll={canSelect ? { total, state, toggle } : undefined}
    />
  );
}

function departmentsOf(shown: readonly Person[]): readonly string[] {
  const named = shown.flatMap((person) => (person.presence === 'present' ? (person.department ?? []) : []));
  return [...new Set(named)].toSorted();
}

function Foot({
  range: [from, to],
  total,
  canSelect,
}: {
  readonly range: readonly [number, number];
  readonly total: number;
  readonly canSelect: boolean;
}) {
  const { people } = useWords();
  return (
    <p className={`dim small ${styles['foot'] ?? ''}`}>
      <span>{people.range(Math.min(from + 1, total), Math.min(to + 1, total), total)}</span>
      <span className={styles['keys']} aria-hidden="true">
        <kbd>J</kbd> <kbd>K</kbd> {people.move}
        {canSelect && (
          <>
            {' '}
            · <kbd>X</kbd> {people.select}
          </>
        )}{' '}
        · <kbd>Enter</kbd> {people.open}
      </span>
    </p>
  );
}
