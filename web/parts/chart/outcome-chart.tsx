import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useTheme } from '../../look/theme.ts';
import { useWords } from '../../words/words.tsx';
import { outcomeShapes } from '../outcome.tsx';
import styles from './chart.module.css';

export type ChartOutcome = 'accepted' | 'unchanged' | 'refused';

/** The counts of one interval. */
export interface Interval {
  readonly from: string;
  readonly to: string;
  readonly counts: Readonly<Partial<Record<ChartOutcome, number>>>;
}

/** Returns the address of the list of an outcome in a period. */
export type ListOf = (outcome: ChartOutcome, from: string, to: string) => string;

interface Props {
  readonly label: string;
  readonly intervals: readonly Interval[];
  /** What is in each bar, from the bottom up. */
  readonly outcomes: readonly ChartOutcome[];
  readonly select: (from: Date, to: Date) => void;
  /** Returns the address of the list that has what is counted. */
  readonly listOf: ListOf;
}

const HEIGHT = 112;
const colors: Readonly<Record<ChartOutcome, string>> = {
  accepted: 'good-bar',
  unchanged: 'same-bar',
  refused: 'bad-bar',
};

/** Outcomes over time as stacked bars, and as a table for readers who do not see them. A selection chooses a period. */
export function OutcomeChart(props: Props) {
  const { isDark } = useTheme();
  return (
    <div className={styles['chart']}>
      {props.intervals.length > 0 ? <Plot key={String(isDark)} {...props} /> : <div className={styles['plot']} />}
      <IntervalTable {...props} />
    </div>
  );
}

function Plot({ intervals, outcomes, select }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const latest = useRef(select);
  useEffect(() => {
    latest.current = select;
  });
  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    let isGone = false;
    let chart: { setSize: (size: { width: number; height: number }) => void; destroy: () => void } | undefined;
    const resized = new ResizeObserver(() => chart?.setSize({ width: element.clientWidth, height: HEIGHT }));
    const draw = async () => {
      // The library is loaded only where a chart is drawn.
      const { drawBars } = await import('./stacked-bars.ts');
      if (isGone) return;
      chart = drawBars(element, {
        ...barsOf(intervals, outcomes),
        width: element.clientWidth,
        height: HEIGHT,
        select: (from, to) => latest.current(new Date(from * 1_000), new Date(to * 1_000)),
      });
      resized.observe(element);
    };
    void draw();
    return () => {
      isGone = true;
      resized.disconnect();
      chart?.destroy();
    };
  }, [intervals, outcomes]);
  return <div ref={root} className={styles['plot']} aria-hidden="true" />;
}

function barsOf(intervals: readonly Interval[], outcomes: readonly ChartOutcome[]) {
  const seconds = (time: string) => Date.parse(time) / 1_000;
  const [first] = intervals;
  return {
    times: intervals.map(({ from }) => seconds(from)),
    intervalSeconds: first === undefined ? 1 : seconds(first.to) - seconds(first.from),
    series: outcomes.map((outcome) => ({
      color: colors[outcome],
      values: intervals.map(({ counts }) => counts[outcome] ?? 0),
    })),
  };
}

/** The same counts as a table, without the intervals in which nothing happened. */
function IntervalTable({ label, intervals, outcomes, select, listOf }: Props) {
  const words = useWords();
  const { chart } = words;
  const filled = intervals.filter(({ counts }) => outcomes.some((outcome) => (counts[outcome] ?? 0) > 0));
  const time = (text: string) =>
    new Date(text).toLocaleString(words.locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  return (
    <details className={styles['table']}>
      <summary className="small">{chart.asTable}</summary>
      {filled.length === 0 ? (
        <p className="dim">{chart.nothing}</p>
      ) : (
        <table>
          <caption className="hidden">{label}</caption>
          <thead>
            <tr>
              <th scope="col">{chart.interval}</th>
              {outcomes.map((outcome) => (
                <th key={outcome} scope="col" className="number">
                  {words.outcomes[outcome]}
                </th>
              ))}
              <th scope="col">
                <span className="hidden">{chart.action}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {filled.map(({ from, to, counts }) => (
              <tr key={from}>
                <th scope="row">{time(from)}</th>
                {outcomes.map((outcome) => (
                  <td key={outcome} className="number">
                    {(counts[outcome] ?? 0) === 0 ? 0 : <Link to={listOf(outcome, from, to)}>{counts[outcome]}</Link>}
                  </td>
                ))}
                <td className="number">
                  <button
                    type="button"
                    className="button"
                    data-kind="quiet"
                    aria-label={chart.selectAt(time(from))}
                    onClick={() => select(new Date(from), new Date(to))}
                  >
                    {chart.select}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

interface TotalsProps {
  readonly totals: Readonly<Partial<Record<ChartOutcome, number>>>;
  readonly outcomes: readonly ChartOutcome[];
  /** Returns the address of the list that has what a total counts. */
  readonly listOf: (outcome: ChartOutcome) => string;
}

/** The sums of a chart, each with the shape and the color of its bars. Each opens the list that it counts. */
export function ChartTotals({ totals, outcomes, listOf }: TotalsProps) {
  const words = useWords();
  return (
    <span className={styles['totals']}>
      {outcomes.map((outcome) => {
        const { shape, tone } = outcomeShapes[outcome];
        return (
          <Link key={outcome} to={listOf(outcome)}>
            <span className={`tone-${tone}`} aria-hidden="true">
              {shape}
            </span>{' '}
            {words.chart.total(totals[outcome] ?? 0, words.outcomes[outcome])}
          </Link>
        );
      })}
    </span>
  );
}
