import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** A part of each bar, from the bottom up. */
export interface BarSeries {
  /** The name of a color of tokens.css. */
  readonly color: string;
  readonly values: readonly number[];
}

export interface BarOptions {
  /** When each interval begins, in seconds since 1970; the intervals have the same length. */
  readonly times: readonly number[];
  readonly intervalSeconds: number;
  readonly series: readonly BarSeries[];
  readonly width: number;
  readonly height: number;
  /** Receives the period that the reader has selected, in seconds since 1970. */
  readonly select: (from: number, to: number) => void;
}

const BAR_WIDTH_MAX = 18;
const AXIS_SIZE = 28;
/** A selection with fewer pixels is a click, which selects one interval. */
const CLICK_PIXELS = 4;

/** Draws stacked bars. Dragging selects a period of whole intervals, and so does a click on a bar. */
export function drawBars(root: HTMLElement, options: BarOptions): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const { times, series, intervalSeconds } = options;
  const sums = times.map(() => 0);
  const stacked = series.map(({ values }) => values.map((value, index) => (sums[index] = (sums[index] ?? 0) + value)));
  const paths = uPlot.paths.bars?.({ size: [0.82, BAR_WIDTH_MAX], align: 1 });
  const axis = { stroke: color('ink-3'), font: `12.5px ${style.getPropertyValue('--sans')}`, grid: { show: false } };
  return new uPlot(
    {
      width: options.width,
      height: options.height,
      legend: { show: false },
      padding: [8, 18, 0, 18],
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: {
        x: { time: true, range: () => [times[0] ?? 0, (times.at(-1) ?? 0) + intervalSeconds] },
        y: { range: (_chart, _min, max) => [0, Math.max(max, 1)] },
      },
      axes: [
        { ...axis, size: AXIS_SIZE, ticks: { show: false }, space: 90, values: timeLabels },
        { ...axis, show: false },
      ],
      // The tallest is drawn first, and the shorter ones in front of it.
      series: [
        {},
        ...series.toReversed().map(({ color: name }) => ({
          fill: color(name),
          width: 0,
          points: { show: false },
          ...(paths && { paths }),
        })),
      ],
      hooks: { setSelect: [(chart) => selected(chart, options)] },
    },
    [[...times], ...stacked.toReversed()] as uPlot.AlignedData,
    root,
  );
}

function selected(chart: uPlot, { times, intervalSeconds, select }: BarOptions): void {
  const { left, width } = chart.select;
  const first = times[0] ?? 0;
  const intervalAt = (pixels: number) => Math.floor((chart.posToVal(pixels, 'x') - first) / intervalSeconds);
  const start = Math.max(intervalAt(left), 0);
  const end = Math.min(width < CLICK_PIXELS ? start : intervalAt(left + width), times.length - 1);
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  select(first + start * intervalSeconds, first + (end + 1) * intervalSeconds);
}

const DAY_S = 86_400;

function timeLabels(_chart: uPlot, splits: readonly number[]): string[] {
  const isDays = (splits[1] ?? 0) - (splits[0] ?? 0) >= DAY_S;
  return splits.map((split) => {
    const time = new Date(split * 1_000);
    const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
    return isDays || isMidnight
      ? time.toLocaleDateString(document.documentElement.lang, { day: 'numeric', month: 'short' })
      : time.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', hour12: false });
  });
}
