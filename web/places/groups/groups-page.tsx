import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../data/session.ts';
import { useSourceName, useSourceChoices } from '../../data/sources.ts';
import { useViewState } from '../../data/view-state.ts';
import { Announced } from '../../parts/announced.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FilterRow } from '../../parts/filters/filter-row.tsx';
import { ChoiceFilter } from '../../parts/filters/choice-filter.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import { useWords } from '../../words/words.tsx';
import { CreateGroup } from './create-group.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { GroupsTable } from './groups-table.tsx';
import styles from './groups.module.css';
import { groupsView, useGroups, useLiveGroups } from './use-groups.ts';

/** Every group of the directory, with its source and the number of its members. */
export function GroupsPage() {
  const words = useWords();
  const may = useMay();
  usePageTitle(words.places.groups);
  const [view, setView] = useViewState(groupsView);
  const [isCreating, setCreating] = useState(false);
  const list = useGroups(view);
  useLiveGroups();
  const total = list.data?.pages[0]?.total;
  const groups = list.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <>
      <Announced />
      <PageHead
        title={words.places.groups}
        below={total === undefined ? '' : words.groups.total(total)}
        actions={
          may('groups.write') && (
            <button type="button" className="button" data-kind="primary" onClick={() => setCreating(true)}>
              {words.groups.create}
            </button>
          )
        }
      />
      <div className={styles['bar']}>
        <SearchField
          label={words.groups.search}
          placeholder={words.groups.searchPlaceholder}
          value={view.search}
          onChange={(search) => setView({ search }, { replace: true })}
        />
        <FilterRow>
          <SourceFilter value={view.source} onChange={(source) => setView({ source })} />
        </FilterRow>
      </div>
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {total === 0 && (
        <Nothing search={view.search.trim()} source={view.source} clear={() => setView({ search: '', source: '' })} />
      )}
      {groups.length > 0 && (
        <GroupsTable groups={groups} view={view} isStale={list.isPlaceholderData} onSort={(sort) => setView(sort)} />
      )}
      {list.hasNextPage && (
        <p className={styles['more']}>
          <button
            type="button"
            className="button"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {words.groups.more}
          </button>
        </p>
      )}
      {isCreating && <CreateGroup close={() => setCreating(false)} />}
    </>
  );
}

function SourceFilter({ value, onChange }: { readonly value: string; readonly onChange: (source: string) => void }) {
  const { groups } = useWords();
  const sources = useSourceChoices();
  if (sources === undefined) return null;
  return (
    <ChoiceFilter
      label={groups.source}
      value={value}
      choices={[...sources, ['none', groups.noSource]]}
      onChange={onChange}
    />
  );
}

/** Says why the list is empty, and what to do. */
function Nothing({
  search,
  source,
  clear,
}: {
  readonly search: string;
  readonly source: string;
  readonly clear: () => void;
}) {
  const { groups } = useWords();
  const may = useMay();
  const sourceName = useSourceName();
  if (search === '' && source === '') {
    return (
      <section className="sheet">
        <div className="body stack">
          <h2>{groups.empty}</h2>
          <p>{groups.emptyHelp}</p>
          {may('integrations.read') && <Link to="/sources">{groups.connect}</Link>}
        </div>
      </section>
    );
  }
  const name = sourceName(source) ?? groups.noSource;
  return (
    <section className="sheet">
      <div className="body stack" role="status">
        {search !== '' && <p>{groups.nothing(search)}</p>}
        {source !== '' && <p>{groups.nothingFrom(name)}</p>}
        <button type="button" className="button" onClick={clear}>
          {groups.clear}
        </button>
      </div>
    </section>
  );
}
