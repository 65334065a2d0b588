import { printable } from '#base/printable.ts';
import type { Exchange } from './client.ts';
import { countVerdicts, sectionsOf, type CheckResult, type Counts, type Report, type Verdict } from './report.ts';

/** Wraps a text in the color of a verdict, or returns it unchanged if colors are off. */
export type Paint = (verdict: Verdict, text: string) => string;

const colors: Readonly<Record<Verdict, string>> = { pass: '32', fail: '31', warn: '33', skipped: '36', leftOut: '2' };
const labels: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  warn: 'warn',
  skipped: 'skip',
  leftOut: 'left',
};

export function painter(color: boolean): Paint {
  return (verdict, text) => (color ? `\u001b[${colors[verdict]}m${text}\u001b[0m` : text);
}

const ID_WIDTH = 34;
/** The maximum number of exchanges that are shown for a check. If there are more, the last ones show what went wrong. */
const EXCHANGES_SHOWN_MAX = 3;
const BODY_LENGTH_MAX = 1_500;
const WIDTH_MAX = 118;
const shownHeaders: ReadonlySet<string> = new Set([
  'content-type',
  'location',
  'etag',
  'if-match',
  'if-none-match',
  'accept',
  'www-authenticate',
]);

/** Returns one line of the table: the verdict, the id and the requirement of a check, and the reason if the check did not run. */
export function checkLine({ verdict, id, requirement, reason }: CheckResult, paint: Paint): string {
  const label = paint(verdict, labels[verdict]);
  return `  ${label}  ${id.padEnd(ID_WIDTH)}  ${requirement}${reason === undefined ? '' : ` (${reason})`}`;
}

/** Returns each failure and warning with the requirement, the expected and received values, and the last exchanges. */
export function failuresText(results: readonly CheckResult[], paint: Paint): string {
  return results
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
    .map((result) => failureText(result, paint))
    .join('\n\n');
}

function failureText(result: CheckResult, paint: Paint): string {
  const { verdict, id, level, source, requirement, failure, exchanges } = result;
  const shown = exchanges.slice(-EXCHANGES_SHOWN_MAX);
  const hidden = exchanges.length - shown.length;
  return [
    paint(verdict, `${labels[verdict]}  ${id}`),
    ...field('required', `${source}: ${requirement} (${level})`),
    ...(failure === undefined
      ? []
      : [...field('expected', `${failure.what}: ${failure.expected}`), ...field('got', failure.got)]),
    ...(hidden === 0 ? [] : [`  (earlier requests not shown: ${hidden})`]),
    ...shown.flatMap(exchangeLines),
  ].join('\n');
}

function exchangeLines({ method, url, headers, body, answer }: Exchange): readonly string[] {
  const sent = [`${method} ${url}`, ...headerLines(headers), ...bodyLines(body)];
  const received =
    answer === undefined
      ? ['no response']
      : [`HTTP ${answer.status}`, ...headerLines(answer.headers), ...bodyLines(answer.text)];
  return [...field('sent', sent.join('\n')), ...field('received', received.join('\n'))];
}

function headerLines(headers: Readonly<Record<string, string | readonly string[] | undefined>>): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    shownHeaders.has(name.toLowerCase()) && value !== undefined ? [`${name}: ${String(value)}`] : [],
  );
}

function bodyLines(body: string | undefined): readonly string[] {
  if (body === undefined || body === '') return [];
  return [body.length <= BODY_LENGTH_MAX ? body : `${body.slice(0, BODY_LENGTH_MAX)}… (${body.length} characters)`];
}

/** Formats a label and a text next to it, wrapped into lines that fit a terminal. */
function field(name: string, text: string): readonly string[] {
  const indent = 12;
  const lines = printable(text)
    .split('\n')
    .flatMap((line) => chunks(line, WIDTH_MAX - indent));
  return lines.map((line, index) => `  ${(index === 0 ? name : '').padEnd(indent - 2)}${line}`);
}

function chunks(line: string, width: number): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start === 0 || start < line.length; start += width) parts.push(line.slice(start, start + width));
  return parts;
}

/** Returns one line per section, the total, how the run ended, and the resources that could not be deleted. */
export function summaryText(report: Report, paint: Paint): string {
  const sections = sectionsOf(report.results).map(({ source, title, results }) => ({
    name: `${source}  ${title}`,
    counts: countVerdicts(results),
  }));
  const total = { name: 'Total', counts: countVerdicts(report.results) };
  const width = Math.max(...[...sections, total].map(({ name }) => name.length));
  const lines = [...sections, total].map(({ name, counts }) => `${name.padEnd(width)}  ${countsText(counts, paint)}`);
  return [...lines, ...closing(report)].join('\n');
}

function countsText(counts: Counts, paint: Paint): string {
  const parts: readonly (readonly [Verdict, string])[] = [
    ['pass', 'passed'],
    ['fail', 'failed'],
    ['warn', 'warnings'],
    ['skipped', 'skipped'],
    ['leftOut', 'left out'],
  ];
  return parts
    .filter(([verdict]) => verdict === 'pass' || counts[verdict] > 0)
    .map(([verdict, name]) => paint(verdict, `${counts[verdict]} ${name}`))
    .join(', ');
}

function closing({ ended, leftBehind }: Report): readonly string[] {
  return [
    ...(ended === 'stopped' ? ['The run was stopped before it finished.'] : []),
    ...(ended === 'silent' ? ['The server stopped answering; the remaining checks were not run.'] : []),
    ...(leftBehind.length === 0
      ? ['Everything that the run created has been deleted.']
      : [
          'These resources could not be deleted; delete them manually:',
          ...leftBehind.map((path) => `  ${printable(path)}`),
        ]),
  ];
}
