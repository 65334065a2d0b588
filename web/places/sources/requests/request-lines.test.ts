import { describe, expect, test } from 'vitest';
import type { LoggedRequest } from '../queries.ts';
import { isRequestId, linesOf, matchesFilters, withArrived } from './request-lines.ts';

const request = (id: string, more: Partial<LoggedRequest> = {}) =>
  ({
    id,
    kind: 'create',
    outcome: 'accepted',
    status: 201,
    method: 'POST',
    count: 1,
    sentIds: {},
    ...more,
  }) as LoggedRequest;
const none = { search: '', outcome: '', method: '', kind: '', reason: '', client: '', period: '', from: '', to: '' };

describe('linesOf', () => {
  test('folds connection tests that follow each other, and counts the searches for a user and a group as one', () => {
    const user = { kind: 'connectionTest', status: 200, resourceType: 'User' } as const;
    const group = { ...user, resourceType: 'Group' } as const;
    const lines = linesOf([
      request('6', { ...group, count: 2 }),
      request('5', user),
      request('4', user),
      request('3'),
      request('2', group),
      request('1', user),
    ]);
    expect(lines.map(({ request: { id }, tests, requests }) => [id, tests, requests])).toEqual([
      ['6', 2, 4],
      ['3', 0, 1],
      ['2', 1, 2],
    ]);
  });

  test('does not fold a refused connection test into an accepted one', () => {
    const lines = linesOf([
      request('2', { kind: 'connectionTest', status: 401 }),
      request('1', { kind: 'connectionTest', status: 200 }),
    ]);
    expect(lines).toHaveLength(2);
  });
});

test('a request that arrives twice appears once', () => {
  const listed = [request('2'), request('1')];
  expect(withArrived(listed, [request('3'), request('2')]).map(({ id }) => id)).toEqual(['3', '2', '1']);
});

test('counted reads that arrive after a newer write appear below it', () => {
  const listed = [
    request('5', { time: '2026-03-01T10:00:05.000Z' }),
    request('1', { time: '2026-03-01T10:00:01.000Z' }),
  ];
  const reads = request('3', { kind: 'read', count: 4, time: '2026-03-01T10:00:03.000Z' });
  const write = request('6', { time: '2026-03-01T10:00:05.000Z' });
  expect(withArrived(listed, [reads, write]).map(({ id }) => id)).toEqual(['6', '5', '3', '1']);
});

describe('matchesFilters', () => {
  const bob = request('1', {
    name: 'Bob',
    outcome: 'refused',
    reason: 'emailRequired',
    sentIds: { activityId: 'AB' },
    time: '2026-03-01T10:00:00Z',
  });
  test.for([
    [{}, true],
    [{ search: ' bob' }, true],
    [{ search: 'ab' }, true],
    [{ search: 'ann' }, false],
    [{ outcome: 'refused,failed' }, true],
    [{ outcome: 'accepted' }, false],
    [{ method: 'PATCH' }, false],
    [{ kind: 'create', reason: 'EmailRequired' }, true],
    [{ client: 'Okta' }, false],
    [{ period: 'day' }, true],
    [{ from: '2026-03-01T10:00:00Z' }, true],
    [{ from: '2026-03-01T10:00:01Z' }, false],
    [{ from: '2026-03-01T09:00:00Z', to: '2026-03-01T10:00:00Z' }, false],
    [{ to: '2026-03-01T10:00:01Z' }, true],
  ] as const)('with the filters %o is %s', ([filters, expected]) => {
    expect(matchesFilters(bob, { ...none, ...filters })).toBe(expected);
  });
});

test.for([
  ['2f1f7a1c-5d0e-4c58-9a63-7c1de2b0f4a9', true],
  ['2f1f7a1c-5d0e-4c58-9a63-7c1de2b0f4a9:3', true],
  ['665f1e0a7b2c4d0012345611', false],
  ['ann.meier@contoso.example', false],
] as const)('%s is an id of a request: %s', ([text, expected]) => {
  expect(isRequestId(text)).toBe(expected);
});
