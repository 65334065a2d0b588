import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, read } from '../../data/client.ts';
import { ChartTotals, OutcomeChart, type ChartOutcome } from '../../parts/chart/outcome-chart.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useSourceName } from '../../data/sources.ts';
import { useWords } from '../../words/words.tsx';
import { isPeriod, periods, useEventsView } from './event-filter.ts';
import { typeWords } from './event-text.ts';
import styles from './events.module.css';

const HOUR_MS = 3_600_000;
const both: readonly ChartOutcome[] = ['accepted', 'refused'];
const single: Readonly<Record<string, readonly ChartOutcome[]>> = { accepted: ['accepted'], refused: ['refused'] };
/** Filters by which the server does not count. */
const uncounted = ['target', 'actor', 'request', 'reason'] as const;

/** Returns the length of the intervals, so that a chart has about a hundred of them. */
function bucketOf(lengthMs: number) {
  if (lengthMs <= 2 * HOUR_MS) return 'minute';
  if (lengthMs <= 30 * HOUR_MS) return 'quarter-hour';
  return lengthMs <= 8 * 24 * HOUR_MS ? 'hour' : 'day';
}

/** The number of events over time. Selecting a period sets the filter. */
export function EventsChart() {
  const words = useWords();
  const { events } = words;
  const [view, setView] = useEventsView();
  const sourceName = useSourceName();
  const summary = useSummary();
  const { type, source } = view;
  const value = type === '' ? source : type;
  const outcomes = single[view.outcome] ?? both;
  const isWider = uncounted.some((name) => view[name] !== '') || (type !== '' && source !== '');
  const { data, error } = summary;
  const intervals = useMemo(
    () =>
      (data?.buckets ?? []).map(({ from, to, groups, ...counts }) => ({
        from,
        to,
        counts: value === '' ? counts : (groups?.find((group) => group.value === value) ?? {}),
      })),
    [data, value],
  );
  if (error !== null) return <ErrorNotice error={error} retry={() => void summary.refetch()} />;
  const totals = value === '' ? data?.totals : (data?.groups?.find((group) => group.value === value) ?? {});
  const counted = type === '' ? (sourceName(source) ?? events.allEvents) : typeWords(type);
  const subject = isWider ? events.wider(counted) : counted;
  const time = (text: string) =>
    new Date(text).toLocaleString(words.locale, { dateStyle: 'medium', timeStyle: 'short' });
  const { from, to } = view;
  const custom = from === '' ? events.period.month : events.between(time(from), to === '' ? words.time.now : time(to));
  const label = events.chartOf(subject, isPeriod(view.period) ? events.period[view.period] : custom);
  return (
    <section className={`sheet ${styles['chart'] ?? ''}`} aria-label={events.chart}>
      <header>
        <h2>{events.chart}</h2>
        <span className="dim">{label}</span>
        {totals !== undefined && <ChartTotals totals={totals} outcomes={outcomes} />}
      </header>
      <OutcomeChart
        label={label}
        intervals={intervals}
        outcomes={outcomes}
        select={(start, end) => setView({ period: '', from: start.toISOString(), to: end.toISOString() })}
      />
    </section>
  );
}

function useSummary() {
  const [{ period, from, to, type, source }] = useEventsView();
  return useQuery({
    queryKey: ['event-summary', period, from, to, type !== '', source !== ''],
    queryFn: ({ signal }) => {
      const end = isPeriod(period) || to === '' ? new Date() : new Date(to);
      const length = isPeriod(period) ? periods[period] : periods.month;
      const start = isPeriod(period) || from === '' ? new Date(end.getTime() - length) : new Date(from);
      const bucket = bucketOf(end.getTime() - start.getTime());
      // Hours and days begin as on the clock of the reader.
      if (bucket === 'hour') start.setMinutes(0, 0, 0);
      if (bucket === 'day') start.setHours(0, 0, 0, 0);
      const groupBy: 'source' | 'type' = type === '' ? 'source' : 'type';
      const query = {
        from: start.toISOString(),
        to: end.toISOString(),
        bucket,
        ...((type !== '' || source !== '') && { groupBy }),
      } as const;
      return read(api.GET('/api/events/summary', { params: { query }, signal }));
    },
    staleTime: 15_000,
    placeholderData: (previous) => previous,
  });
}
