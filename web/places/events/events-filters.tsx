import { useQuery } from '@tanstack/react-query';
import { api, read } from '../../data/client.ts';
import { useSourceChoices } from '../../data/sources.ts';
import { FilterRow } from '../../parts/filters/filter-row.tsx';
import { ChoiceFilter } from '../../parts/filters/choice-filter.tsx';
import { PeriodFilter } from '../../parts/filters/period-filter.tsx';
import { SetFilter } from '../../parts/filters/set-filter.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { useWords } from '../../words/words.tsx';
import { useEventsView, viewDefaults } from './event-filter.ts';
import styles from './events.module.css';
import { useFilterTexts } from './use-filter-texts.ts';

/** Types that occurred in this time can be chosen. */
const TYPES_DAYS = 30;

/** The search and the filters. Their state is in the URL. */
export function EventsFilters() {
  const words = useWords();
  const { events } = words;
  const [view, setView] = useEventsView();
  const sources = useSourceChoices();
  const types = useTypes();
  const set = (name: keyof typeof view) => (value: string) => setView({ [name]: value });
  return (
    <div className={styles['filters']} role="search">
      <SearchField
        label={events.search}
        placeholder={events.searchPlaceholder}
        value={view.target}
        onChange={(target) => setView({ target, request: '' }, { replace: true })}
      />
      <FilterRow>
        <ChoiceFilter
          label={events.filter.outcome}
          value={view.outcome}
          choices={Object.entries(events.outcome)}
          onChange={set('outcome')}
        />
        <ChoiceFilter label={events.filter.type} value={view.type} choices={types} onChange={set('type')} />
        {sources !== undefined && (
          <ChoiceFilter label={events.filter.source} value={view.source} choices={sources} onChange={set('source')} />
        )}
        <PeriodFilter view={view} onChange={(period) => setView(period)} />
        <OtherFilters />
      </FilterRow>
    </div>
  );
}

/** The filters that links set: the actor, the request and the reason. Each can be removed. */
function OtherFilters() {
  const { filters } = useWords();
  const [, setView] = useEventsView();
  const texts = useFilterTexts();
  const others = texts.filter(({ without }) =>
    ['actor', 'request', 'reason'].some((name) => Object.hasOwn(without, name)),
  );
  return (
    <>
      {others.map(({ label, value, without }) => (
        <SetFilter key={label} label={label} value={value} onRemove={() => setView(without)} />
      ))}
      {texts.length > 0 && (
        <button type="button" className="button" data-kind="quiet" onClick={() => setView(viewDefaults)}>
          {filters.clear}
        </button>
      )}
    </>
  );
}

/** The types of events that occurred, with their numbers. */
function useTypes(): readonly (readonly [string, string])[] {
  const { events } = useWords();
  const { data } = useQuery({
    queryKey: ['event-types'],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - TYPES_DAYS * 86_400_000).toISOString();
      return read(
        api.GET('/api/events/summary', { params: { query: { from, bucket: 'day', groupBy: 'type' } }, signal }),
      );
    },
    staleTime: 60_000,
  });
  return (data?.groups ?? []).flatMap(({ value, accepted, refused }) =>
    value === null ? [] : [[value, events.typeCount(events.typeName(value), accepted + refused)] as const],
  );
}
