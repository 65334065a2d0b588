import { SearchField } from '../../../parts/search-field.tsx';
import { FilterRow } from '../../../parts/filters/filter-row.tsx';
import { ChoiceFilter } from '../../../parts/filters/choice-filter.tsx';
import { PeriodFilter } from '../../../parts/filters/period-filter.tsx';
import { TextFilter } from '../../../parts/filters/text-filter.tsx';
import { useWords } from '../../../words/words.tsx';
import type { LoggedRequest } from '../queries.ts';
import type { RequestFilters } from './request-lines.ts';
import styles from './requests-tab.module.css';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

interface Props {
  readonly filters: RequestFilters;
  /** The requests of the list, for suggestions. */
  readonly seen: readonly LoggedRequest[];
  readonly change: (change: Partial<RequestFilters>) => void;
  readonly clear: (() => void) | undefined;
}

/** The filters of the list. They are in the URL. */
export function RequestFilterBar({ filters, seen, change, clear }: Props) {
  const words = useWords();
  const { log } = words.sources;
  return (
    <div className={styles['filters']} role="search">
      <SearchField
        label={log.search}
        placeholder={log.placeholder}
        value={filters.search}
        onChange={(search) => change({ search })}
      />
      <FilterRow>
        <ChoiceFilter
          label={log.filter.outcome}
          value={filters.outcome}
          choices={[
            ['refused,failed', words.marks.names([log.outcomes.refused, log.outcomes.failed])],
            ...Object.entries(log.outcomes),
          ]}
          onChange={(outcome) => change({ outcome })}
        />
        <ChoiceFilter
          label={log.filter.kind}
          value={filters.kind}
          choices={Object.entries(log.kinds)}
          onChange={(kind) => change({ kind })}
        />
        <ChoiceFilter
          label={log.filter.method}
          value={filters.method}
          choices={methods.map((method) => [method, method])}
          onChange={(method) => change({ method })}
        />
        <TextFilter
          label={log.filter.reason}
          help={log.reasonHelp}
          chosen={filters.reason}
          suggestions={valuesOf(seen.map(({ reason }) => reason))}
          onSubmit={(reason) => change({ reason })}
          onClear={() => change({ reason: '' })}
        />
        <TextFilter
          label={log.filter.client}
          help={log.clientHelp}
          chosen={filters.client}
          suggestions={valuesOf(seen.map(({ client }) => client))}
          onSubmit={(client) => change({ client })}
          onClear={() => change({ client: '' })}
        />
        <PeriodFilter view={filters} onChange={change} />
        {clear !== undefined && (
          <button type="button" className="button" data-kind="quiet" onClick={clear}>
            {words.filters.clear}
          </button>
        )}
      </FilterRow>
    </div>
  );
}

function valuesOf(values: readonly (string | null)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== null))].toSorted();
}
