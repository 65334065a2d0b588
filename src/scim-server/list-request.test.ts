import { describe, expect, test } from 'vitest';
import { errorOf } from '../../tests/support/error-of.ts';
import { COUNT_DEFAULT, COUNT_MAX } from './limits.ts';
import { readListQuery, readSearchRequest } from './list-request.ts';

describe('index paging (RFC 7644 §3.4.2.4)', () => {
  test.for<[Record<string, unknown>, number, number]>([
    [{}, 1, COUNT_DEFAULT],
    [{ startIndex: '5', count: '7' }, 5, 7],
    [{ startIndex: '-3', count: '-1' }, 1, 0],
    [{ startIndex: '0', count: '0' }, 1, 0],
    [{ startIndex: '', count: '' }, 1, COUNT_DEFAULT],
    [{ count: String(COUNT_MAX) }, 1, COUNT_MAX],
    [{ count: String(COUNT_MAX + 1) }, 1, COUNT_MAX],
  ])('reads startIndex and count from %j', ([query, startIndex, count]) => {
    expect(readListQuery(query).paging).toEqual({ kind: 'index', startIndex, count });
    expect(readSearchRequest(query as Record<string, string>).paging).toEqual({ kind: 'index', startIndex, count });
  });

  test.for<[Record<string, unknown>, string]>([
    [{ startIndex: '1.5' }, 'invalidQuery'],
    [{ count: 'x' }, 'invalidCount'],
    [{ count: '9007199254740993' }, 'invalidCount'],
    [{ count: ['1', '2'] }, 'invalidQuery'],
  ])('refuses %j with %s', ([query, code]) => {
    expect(errorOf(() => readListQuery(query)).code).toBe(code);
  });
});

describe('cursor paging (RFC 9865 §2)', () => {
  test('accepts an empty cursor for the first page, and a count up to the maximum', () => {
    expect(readListQuery({ cursor: '' }).paging).toEqual({ kind: 'cursor', cursor: '', count: COUNT_DEFAULT });
    expect(readListQuery({ cursor: 'x', count: '1', startIndex: '1' }).paging).toMatchObject({ cursor: 'x', count: 1 });
    expect(readListQuery({ cursor: '', count: String(COUNT_MAX) }).paging.count).toBe(COUNT_MAX);
  });

  test.for<[Record<string, unknown>, string]>([
    [{ cursor: '', count: '0' }, 'invalidCount'],
    [{ cursor: '', count: '-1' }, 'invalidCount'],
    [{ cursor: '', count: String(COUNT_MAX + 1) }, 'invalidCount'],
    [{ cursor: '', count: 'many' }, 'invalidCount'],
    [{ cursor: '', startIndex: '2' }, 'invalidCursor'],
  ])('refuses %j with %s', ([query, code]) => {
    expect(errorOf(() => readListQuery(query)).code).toBe(code);
  });
});

describe('sorting (RFC 7644 §3.4.2.3)', () => {
  test.for<[Record<string, string>, object | undefined]>([
    [{}, undefined],
    [{ sortOrder: 'descending' }, undefined],
    [{ sortBy: '' }, undefined],
    [
      { sortBy: ' userName ', sortOrder: '' },
      { by: 'userName', descending: false },
    ],
    [
      { sortBy: 'userName', sortOrder: 'Descending' },
      { by: 'userName', descending: true },
    ],
  ])('reads sortBy and sortOrder from %j', ([query, sort]) => {
    expect(readListQuery(query).sort).toEqual(sort);
  });

  test('refuses an unknown sortOrder', () => {
    expect(errorOf(() => readListQuery({ sortBy: 'userName', sortOrder: 'up' }))).toMatchObject({
      code: 'invalidSort',
      message: 'sortBy "userName" has the sortOrder "up", which is neither "ascending" nor "descending".',
    });
  });
});

describe('search requests (RFC 7644 §3.4.3)', () => {
  test('accept lists of names, numbers, and parameter names in any case', () => {
    const query = readSearchRequest({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      Attributes: ['userName', 'emails.value'],
      excludedAttributes: null,
      FILTER: 'userName pr',
      startIndex: 3,
      count: 4,
    });
    expect(query).toMatchObject({
      attributes: 'userName,emails.value',
      excludedAttributes: undefined,
      filterText: 'userName pr',
      paging: { kind: 'index', startIndex: 3, count: 4 },
    });
  });

  test.for<[unknown, string]>([
    [undefined, 'invalidBody'],
    [[], 'invalidBody'],
    ['filter', 'invalidBody'],
    [{ filter: 1 }, 'invalidQuery'],
    [{ attributes: [1] }, 'invalidQuery'],
    [{ attributes: {} }, 'invalidQuery'],
    [{ startIndex: [] }, 'invalidQuery'],
    [{ count: true }, 'invalidCount'],
    [{ count: 1.5 }, 'invalidCount'],
    [{ cursor: 5 }, 'invalidQuery'],
    [{ filter: 'userName eq' }, 'filterSyntax'],
  ])('like %j are refused with %s', ([body, code]) => {
    expect(errorOf(() => readSearchRequest(body as null)).code).toBe(code);
  });
});
