import { useMemo } from 'react';
import type { Comparison } from '#entra/graph-api/client-types.ts';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { ChoiceFilter } from '../../../parts/filters/choice-filter.tsx';
import { FilterRow } from '../../../parts/filters/filter-row.tsx';
import { SearchField } from '../../../parts/search-field.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { NotConfigured } from '../on-demand/on-demand-tab.tsx';
import styles from './compare.module.css';
import { objectsOf, type ComparedObject } from './compared-objects.ts';
import { Differences } from './differences.tsx';
import { ResultTable } from './result-table.tsx';
import { useComparison } from './use-comparison.ts';

const viewDefaults = { kind: '', type: '', search: '' };

/** Compares the tenant with the application: what is equal, what differs attribute by attribute, what is only on one side, and why. */
export function CompareTab({ tenant, application, job }: ApplicationTabProps) {
  const { comparison: words } = useWords();
  const mayCompare = useMay()('entra.write');
  const { data, error, isFetching, dataUpdatedAt, refetch, stop } = useComparison(tenant.id, application.id, job.id);
  const base = `/rehearsal/${tenant.id}/applications/${application.id}`;
  const objects = useMemo(
    () => objectsOf(data?.comparison.differences ?? [], data?.escrows ?? [], new Date(dataUpdatedAt)),
    [data, dataUpdatedAt],
  );
  if (job.status.code === 'NotConfigured') return <NotConfigured base={base} />;
  return (
    <div className="stack">
      <section className="sheet" aria-label={words.compare}>
        <div className="body">
          <p className="dim">{mayCompare ? words.help : words.readOnly}</p>
          {mayCompare && (
            <p className="row">
              <button
                type="button"
                className="button"
                data-kind={data === undefined ? 'primary' : undefined}
                disabled={isFetching}
                onClick={() => void refetch()}
              >
                {data === undefined ? words.compare : words.again}
              </button>
              {isFetching && (
                <button type="button" className="button" onClick={stop}>
                  {words.stop}
                </button>
              )}
              {data !== undefined && !isFetching && (
                <span className="dim small">
                  {words.asOf} <Time at={new Date(dataUpdatedAt).toISOString()} />
                </span>
              )}
            </p>
          )}
          {isFetching && <p role="status">{words.working}</p>}
        </div>
      </section>
      {error !== null && !isFetching && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && <Result comparison={data.comparison} objects={objects} base={base} isStale={isFetching} />}
    </div>
  );
}

interface ResultProps {
  readonly comparison: Comparison;
  readonly objects: readonly ComparedObject[];
  readonly base: string;
  readonly isStale: boolean;
}

function Result({ comparison, objects, base, isStale }: ResultProps) {
  const { comparison: words, filters } = useWords();
  const [view, setView] = useViewState(viewDefaults);
  const wanted = view.search.trim().toLocaleLowerCase();
  const shown = objects.filter(
    ({ kind, type, name }) =>
      (view.kind === '' || kind === view.kind) &&
      (view.type === '' || type === view.type) &&
      name.toLocaleLowerCase().includes(wanted),
  );
  const isFiltered = Object.values(view).some((value) => value !== '');
  return (
    <div className="stack" data-stale={isStale}>
      <ResultTable comparison={comparison} show={(kind, type) => setView({ kind, type, search: '' })} />
      {comparison.total > 0 && (
        <div className={styles['filters']} role="search">
          <SearchField
            label={words.search}
            placeholder={words.search}
            value={view.search}
            onChange={(search) => setView({ search }, { replace: true })}
          />
          <FilterRow>
            <ChoiceFilter
              label={words.filter.kind}
              value={view.kind}
              choices={Object.entries(words.kinds)}
              onChange={(kind) => setView({ kind })}
            />
            <ChoiceFilter
              label={words.filter.type}
              value={view.type}
              choices={Object.entries(words.types)}
              onChange={(type) => setView({ type })}
            />
            {isFiltered && (
              <button type="button" className="button" data-kind="quiet" onClick={() => setView(viewDefaults)}>
                {filters.clear}
              </button>
            )}
          </FilterRow>
        </div>
      )}
      {comparison.total > comparison.differences.length && (
        <p className="dim">{words.listed(comparison.differences.length, comparison.total)}</p>
      )}
      {comparison.total > 0 && shown.length === 0 && (
        <section className="sheet">
          <p role="status" className="body">
            {words.none}
          </p>
        </section>
      )}
      {shown.length > 0 && <Differences objects={shown} base={base} />}
    </div>
  );
}
