import { ChoiceFilter } from '../../../parts/filters/choice-filter.tsx';
import { FilterRow } from '../../../parts/filters/filter-row.tsx';
import { PeriodFilter } from '../../../parts/filters/period-filter.tsx';
import { SetFilter } from '../../../parts/filters/set-filter.tsx';
import { SearchField } from '../../../parts/search-field.tsx';
import { useWords } from '../../../words/words.tsx';
import { useLogView, viewDefaults } from './log-filter.ts';
import styles from './logs.module.css';

/** The search and the filters of the logs. Their state is in the URL. */
export function LogFilters() {
  const { provisioningLogs: words, wire, filters } = useWords();
  const [view, setView] = useLogView();
  const { success, failure, skipped, warning } = wire.status;
  const { log: _log, ...set } = view;
  const isFiltered = Object.values(set).some((value) => value !== '');
  return (
    <div className={styles['filters']} role="search">
      <SearchField
        label={words.search}
        placeholder={words.searchPlaceholder}
        value={view.search}
        onChange={(search) => setView({ search }, { replace: true })}
      />
      <FilterRow>
        <ChoiceFilter
          label={words.filter.status}
          value={view.status}
          choices={Object.entries({ success, failure, skipped, warning })}
          onChange={(status) => setView({ status })}
        />
        <ChoiceFilter
          label={words.filter.action}
          value={view.action}
          choices={Object.entries(wire.action)}
          onChange={(action) => setView({ action })}
        />
        <ChoiceFilter
          label={words.filter.type}
          value={view.type}
          choices={Object.entries(words.types)}
          onChange={(type) => setView({ type })}
        />
        <PeriodFilter view={view} onChange={(period) => setView(period)} />
        {(['error', 'change', 'cycle', 'identity'] as const)
          .filter((name) => view[name] !== '')
          .map((name) => (
            <SetFilter
              key={name}
              label={words.filter[name]}
              value={view[name]}
              onRemove={() => setView({ [name]: '' })}
            />
          ))}
        {isFiltered && (
          <button
            type="button"
            className="button"
            data-kind="quiet"
            onClick={() => setView({ ...viewDefaults, log: view.log })}
          >
            {filters.clear}
          </button>
        )}
      </FilterRow>
    </div>
  );
}
