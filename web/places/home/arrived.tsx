import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { api, read } from '../../data/client.ts';
import { ChartTotals, OutcomeChart, type ChartOutcome } from '../../parts/chart/outcome-chart.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryText } from '../../data/query-text.ts';
import { useWords } from '../../words/words.tsx';

const REFRESH_MS = 60_000;
const outcomes: readonly ChartOutcome[] = ['unchanged', 'accepted', 'refused'];
const shownFirst: readonly ChartOutcome[] = ['accepted', 'unchanged', 'refused'];

/** The requests of the last 24 hours in quarter-hours. Selecting a period opens its events. */
export function Arrived() {
  const { home } = useWords();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({
    queryKey: ['arrived'],
    queryFn: ({ signal }) =>
      read(api.GET('/api/requests/summary', { params: { query: { bucket: 'quarter-hour' } }, signal })),
    staleTime: REFRESH_MS / 2,
    refetchInterval: REFRESH_MS,
  });
  // A request that failed was not accepted, either.
  const intervals = useMemo(
    () =>
      (data?.buckets ?? []).map(({ from, to, accepted, unchanged, refused, failed }) => ({
        from,
        to,
        counts: { accepted, unchanged, refused: refused + failed },
      })),
    [data],
  );
  if (error !== null) return <ErrorNotice error={error} retry={() => void refetch()} />;
  const totals = data && { ...data.totals, refused: data.totals.refused + data.totals.failed };
  const listOf = (outcome: ChartOutcome, from = data?.from ?? '', to = '') =>
    `/sources/requests?${queryText({ outcome: outcome === 'refused' ? 'refused,failed' : outcome, from, to })}`;
  const select = (from: Date, to: Date) => {
    void navigate(`/events?${queryText({ from: from.toISOString(), to: to.toISOString() })}`);
  };
  return (
    <section className="sheet" aria-label={home.arrived}>
      <header>
        <h2>{home.arrived}</h2>
        <span className="dim">{home.arrivedPeriod}</span>
        {totals !== undefined && <ChartTotals totals={totals} outcomes={shownFirst} listOf={listOf} />}
      </header>
      <OutcomeChart
        label={home.arrivedLabel}
        intervals={intervals}
        outcomes={outcomes}
        select={select}
        listOf={listOf}
      />
    </section>
  );
}
