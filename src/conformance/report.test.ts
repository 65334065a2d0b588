import { describe, expect, test } from 'vitest';
import { readJunit } from '../../tests/conformance/read-junit.ts';
import { allSections } from './all-sections.ts';
import { junitXml } from './junit.ts';
import { checkResult, mixedReport } from './report.fixture.ts';
import { checkLine, failuresText, painter, summaryText } from './text-report.ts';

const plain = painter(false);

describe('the JUnit report', () => {
  test('has one testsuite per section and counts the results', () => {
    expect(readJunit(junitXml(mixedReport))).toMatchObject({ tests: 5, failures: 1, skipped: 2, suites: 2, cases: 5 });
  });

  test('is well-formed for any text from a server, and keeps all characters that XML allows', () => {
    const [text] = readJunit(junitXml(mixedReport)).failureTexts;
    expect(text).toContain('a < b & "c" > \'d\'');
    expect(text).toContain('201');
    expect(text).toContain('ä');
  });

  test('reports a warning as a passed test', () => {
    const xml = junitXml({ ...mixedReport, results: mixedReport.results.filter(({ verdict }) => verdict === 'warn') });
    expect(readJunit(xml)).toMatchObject({ tests: 1, failures: 0, skipped: 0 });
    expect(xml).toContain('Warning, RFC 7644 §3.3 (SHOULD)');
  });
});

describe('the text report', () => {
  test('has one line per check', () => {
    expect(checkLine(checkResult(), plain)).toMatch(/^ {2}pass {2}create\.status +Creating a user/);
    const skipped = checkResult({ verdict: 'skipped', reason: 'it has none' });
    expect(checkLine(skipped, plain)).toMatch(/skip .*\(it has none\)$/);
  });

  test('shows the requirement, the request and the response of a failure', () => {
    const text = failuresText(mixedReport.results, plain);
    for (const part of [
      'FAIL  create.location',
      'RFC 7644 §3.3: Creating a user returns 201. (MUST)',
      'header Location: a URI',
      'POST https://example.com/scim/v2/Users',
      '{"userName":"ann"}',
      'HTTP 201',
      'etag: W/"1"',
      'warn  create.body',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('x-other');
    expect(text).not.toContain('authorization');
  });

  test('escapes control characters from the server', () => {
    expect(failuresText(mixedReport.results, plain)).not.toContain('\u001b');
  });

  test('shows only the last three exchanges, and truncates a long body', () => {
    const exchange = (number: number) => ({
      method: 'GET',
      url: `https://example.com/${number}`,
      headers: {},
      body: undefined,
      answer: { status: 200, headers: {}, text: 'x'.repeat(2_000), body: undefined },
    });
    const failure = { what: 'a', expected: 'b', got: 'c' };
    const result = checkResult({ verdict: 'fail', failure, exchanges: [1, 2, 3, 4].map(exchange) });
    const text = failuresText([result], plain);
    expect(text).toContain('(earlier requests not shown: 1)');
    expect(text).not.toContain('https://example.com/1');
    expect(text).toContain('(2000 characters)');
    const unanswered = checkResult({ verdict: 'fail', failure, exchanges: [{ ...exchange(1), answer: undefined }] });
    expect(failuresText([unanswered], plain)).toContain('no response');
  });

  test('ends with one line per section and the total', () => {
    const text = summaryText(mixedReport, plain);
    expect(text).toMatch(/^RFC 7644 §3\.3 {2}Creating resources +1 passed, 1 failed, 1 warnings$/m);
    expect(text).toMatch(/^Total +1 passed, 1 failed, 1 warnings, 1 skipped, 1 left out$/m);
    expect(text).toContain('Everything that the run created has been deleted.');
  });

  test('says how the run ended and which resources could not be deleted', () => {
    const text = summaryText({ ...mixedReport, ended: 'stopped', leftBehind: ['/Users/\u001b1'] }, plain);
    expect(text).toContain('stopped before it finished');
    expect(text).toContain('/Users/\\u001b1');
    expect(summaryText({ ...mixedReport, ended: 'silent' }, plain)).toContain('stopped answering');
  });

  test('colors the verdict if colors are enabled', () => {
    expect(checkLine(checkResult(), painter(true))).toContain('\u001b[32mpass\u001b[0m');
  });
});

describe('each check', () => {
  const checks = allSections.flatMap((section) => section.checks);

  test('has a unique id', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  test('states its requirement in one sentence and names the source', () => {
    for (const { id, requirement } of checks) {
      // A report shows each requirement on its own, so its text must not refer to the requirement before it.
      expect(requirement, id).toMatch(/^(?!So |Nor |Also |It |They )\S.{15,}[.]$/);
    }
    for (const { source, title } of allSections) {
      expect(source).toMatch(/^(RFC (7643|7644|9865) §\d|Microsoft: ")/);
      expect(title).not.toBe('');
    }
  });
});
