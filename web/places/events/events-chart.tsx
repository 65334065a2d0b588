import { useMemo } from 'react';
import { queryText } from '../../data/query-text.ts';
import { ChartTotals, OutcomeChart, type ChartOutcome } from '../../parts/chart/outcome-chart.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { usePeriodText } from '../../parts/filters/period-filter.tsx';
import { useWords } from '../../words/words.tsx';
import { useEventsView } from './event-filter.ts';
import styles from './events.module.css';
import { useFilterTexts } from './use-filter-texts.ts';
import { useSummary } from './use-summary.ts';

const both: readonly ChartOutcome[] = ['accepted', 'refused'];
const single: Readonly<Record<string, readonly ChartOutcome[]>> = { accepted: ['accepted'], refused: ['refused'] };
/** What the bars or the period of the chart say. */
const shownElsewhere = ['outcome', 'period', 'from'] as const;

/** The number of events of the filter over time. Selecting a period sets the filter. */
export function EventsChart() {
  const words = useWords();
  const { events, marks } = words;
  const [view, setView] = useEventsView();
  const filters = useFilterTexts();
  const period = usePeriodText(view);
  const { data, error, refetch } = useSummary();
  const outcomes = useMemo(() => single[view.outcome] ?? both, [view.outcome]);
  const intervals = useMemo(() => data?.intervals ?? [], [data]);
  if (error !== null) return <ErrorNotice error={error} retry={() => void refetch()} />;
  const counted = filters
    .filter(({ without }) => !shownElsewhere.some((name) => Object.hasOwn(without, name)))
    .map(({ value }) => value);
  const subject = counted.length === 0 ? events.allEvents : marks.names(counted);
  const listOf = (outcome: ChartOutcome, from = intervals[0]?.from ?? '', to = view.to) =>
    `?${queryText({ ...view, event: '', outcome, period: '', from, to })}`;
  const label = events.chartOf(subject, period === '' ? events.onlyMonth : period);
  return (
    <section className={`sheet ${styles['chart'] ?? ''}`} aria-label={events.chart}>
      <header>
        <h2>{events.chart}</h2>
        <span className="dim">{label}</span>
        {data !== undefined && <ChartTotals totals={data.totals} outcomes={outcomes} listOf={listOf} />}
      </header>
      <OutcomeChart
        label={label}
        intervals={intervals}
        outcomes={outcomes}
        listOf={listOf}
        select={(start, end) => setView({ period: '', from: start.toISOString(), to: end.toISOString() })}
      />
    </section>
  );
}
