import { describe, expect, it } from 'vitest';
import { NoAnswer, reasonOf, type NoAnswerKind } from '#outbound/no-answer.ts';
import { pauseAfterAnswer, pauseWithoutAnswer, readRetryAfter, defaultRetryPolicy } from './retry-policy.ts';

const policy = { attemptsMax: 4, pauseMs: 1_000, retryAfterMaxMs: 60_000 };

describe('the pause before a retry', () => {
  it.each<[number, number | null, number, number | undefined]>([
    [429, null, 1, 1_000],
    [429, null, 2, 2_000],
    [429, null, 3, 4_000],
    [429, null, 4, undefined],
    [429, 0, 1, 0],
    [429, 60_000, 1, 60_000],
    [429, 60_001, 1, undefined],
    [503, 5_000, 1, 5_000],
    [503, 5_000, 4, undefined],
    [503, null, 1, undefined],
    [500, 5_000, 1, undefined],
    [400, null, 1, undefined],
    [200, 5_000, 1, undefined],
  ])(
    'after status %d, a Retry-After of %j ms and attempt number %d is %j ms (undefined: no retry)',
    (status, retryAfterMs, number, pauseMs) => {
      expect(pauseAfterAnswer(defaultRetryPolicy, { method: 'POST', number }, { status, retryAfterMs })).toBe(pauseMs);
    },
  );

  it.each<[NoAnswerKind, string, number, number | undefined]>([
    ['refused', 'POST', 1, 1_000],
    ['refused', 'GET', 3, 4_000],
    ['refused', 'GET', 4, undefined],
    ['reset', 'GET', 1, 1_000],
    ['reset', 'POST', 1, undefined],
    ['reset', 'PATCH', 1, undefined],
    ['reset', 'DELETE', 1, undefined],
    ['timeout', 'GET', 1, undefined],
    ['tls', 'GET', 1, undefined],
    ['protocol', 'GET', 1, undefined],
    ['tooLong', 'GET', 1, undefined],
    ['dropped', 'POST', 1, undefined],
    ['closed', 'GET', 1, undefined],
  ])(
    'after no response (%s) to a %s request in attempt number %d is %j ms (undefined: no retry)',
    (kind, method, number, pauseMs) => {
      expect(pauseWithoutAnswer(policy, { method, number }, new NoAnswer(kind, ''))).toBe(pauseMs);
    },
  );
});

describe('the Retry-After header', () => {
  const now = new Date('2026-01-05T09:00:00Z');

  it.each<[string | undefined, number | null]>([
    [undefined, null],
    ['', null],
    ['0', 0],
    [' 120 ', 120_000],
    ['1.5', null],
    ['-1', null],
    ['soon', null],
    ['2026-01-05T09:00:30Z', null],
    ['Mon, 05 Jan 2026 09:00:30 GMT', 30_000],
    ['Mon, 05 Jan 2026 08:59:30 GMT', 0],
    ['Monday, 05-Jan-26 09:00:30 GMT', 30_000],
    ['Mon, 99 Jan 2026 09:00:30 GMT', null],
    ['9999999999', null],
  ])('with the value %j is read as %j ms (null: invalid)', (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});

describe('an error of node:http', () => {
  const withCode = (code: string) => Object.assign(new Error('x'), { code });

  it.each<[string, NoAnswerKind]>([
    ['ENOTFOUND', 'refused'],
    ['ECONNRESET', 'reset'],
    ['ETIMEDOUT', 'timeout'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['EPROTO', 'tls'],
    ['ABORT_ERR', 'closed'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
    ['', 'protocol'],
  ])('with the code "%s" is reported as "%s"', (code, kind) => {
    expect(reasonOf(withCode(code)).kind).toBe(kind);
  });

  it('that concerns several addresses contains the message for each address', () => {
    expect(reasonOf(new AggregateError([new Error('a'), new Error('b')])).message).toBe('a; b');
    expect(reasonOf('x').message).toBe('x');
  });
});
