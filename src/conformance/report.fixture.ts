import type { CheckResult, Report } from './report.ts';

const HOSTILE_TEXT = 'a < b & "c" > \'d\' \u0000\u001b[31m ]]> \ud800 ä';

export function checkResult(changes: Partial<CheckResult> = {}): CheckResult {
  return {
    id: 'create.status',
    level: 'MUST',
    requirement: 'Creating a user returns 201.',
    source: 'RFC 7644 §3.3',
    title: 'Creating resources',
    verdict: 'pass',
    exchanges: [],
    durationMs: 12,
    ...changes,
  };
}

/** A report that has each verdict once, and that contains text from a server that tries to corrupt the report. */
export const mixedReport: Report = {
  url: 'https://example.com/scim/v2',
  ended: 'complete',
  leftBehind: [],
  results: [
    checkResult(),
    checkResult({
      id: 'create.location',
      verdict: 'fail',
      failure: { what: 'header Location', expected: 'a URI', got: HOSTILE_TEXT },
      exchanges: [
        {
          method: 'POST',
          url: 'https://example.com/scim/v2/Users',
          headers: { authorization: 'Bearer ********', 'content-type': 'application/scim+json' },
          body: '{"userName":"ann"}',
          answer: { status: 201, headers: { etag: 'W/"1"', 'x-other': 'hidden' }, text: HOSTILE_TEXT, body: undefined },
        },
      ],
    }),
    checkResult({
      id: 'create.body',
      level: 'SHOULD',
      verdict: 'warn',
      failure: { what: 'the resource', expected: 'x', got: 'y' },
    }),
    checkResult({
      source: 'RFC 7644 §3.7',
      title: 'Bulk',
      id: 'bulk.post',
      verdict: 'skipped',
      reason: 'not supported',
    }),
    checkResult({ source: 'RFC 7644 §3.7', title: 'Bulk', id: 'bulk.groups', verdict: 'leftOut', reason: 'not asked' }),
  ],
};
