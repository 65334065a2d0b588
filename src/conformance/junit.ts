import { countVerdicts, sectionsOf, type CheckResult, type Report, type SectionReport } from './report.ts';

/** Formats the report as JUnit XML for CI servers: one testsuite per section. A warning appears in the output of a passed test. */
export function junitXml(report: Report): string {
  const suites = sectionsOf(report.results).map(suiteXml).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="SCIM conformance of ${escape(report.url)}" ${totals(report.results)}>\n${suites}\n</testsuites>\n`;
}

function suiteXml({ source, title, results }: SectionReport): string {
  const cases = results.map(caseXml).join('\n');
  return `  <testsuite name="${escape(`${source} ${title}`)}" ${totals(results)}>\n${cases}\n  </testsuite>`;
}

function totals(results: readonly CheckResult[]): string {
  const counts = countVerdicts(results);
  const seconds = results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const skipped = counts.skipped + counts.leftOut;
  return `tests="${results.length}" failures="${counts.fail}" errors="0" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
}

function caseXml(result: CheckResult): string {
  const { id, source, requirement, durationMs } = result;
  const name = escape(`${id}: ${requirement}`);
  const start = `    <testcase classname="${escape(source)}" name="${name}" time="${(durationMs / 1000).toFixed(3)}"`;
  const inner = innerXml(result);
  return inner === '' ? `${start}/>` : `${start}>${inner}</testcase>`;
}

function innerXml({ verdict, reason, failure, level, source, exchanges }: CheckResult): string {
  if (reason !== undefined) return `<skipped message="${escape(reason)}"/>`;
  if (failure === undefined) return '';
  const message = `${failure.what}: expected ${failure.expected}, got ${failure.got}`;
  if (verdict === 'warn') return `<system-out>${escape(`Warning, ${source} (${level}): ${message}`)}</system-out>`;
  const last = exchanges.at(-1);
  const conversation =
    last === undefined
      ? ''
      : `\n${last.method} ${last.url}\n${last.body ?? ''}\n${last.answer?.status ?? 'no response'} ${last.answer?.text ?? ''}`;
  return `<failure message="${escape(message)}" type="${escape(source)}">${escape(message + conversation)}</failure>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escapes a text for XML. Replaces characters that XML 1.0 does not allow even when escaped (§2.2) with question marks. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
