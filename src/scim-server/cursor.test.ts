import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../../tests/support/error-of.ts';
import { cursorScope, decodeCursor, encodeCursor } from './cursor.ts';
import { CURSOR_TIMEOUT_SECONDS } from './limits.ts';
import { readListQuery } from './list-request.ts';

const clockAt = (seconds: number) => ({ now: () => new Date(seconds * 1000) });
const scope = cursorScope('org', ['User'], readListQuery({ filter: 'userName pr', sortBy: 'userName' }));
const cursor = {
  direction: 'after',
  key: { type: 'User', id: '0123', value: 'ann' },
  total: 5,
} as const;

describe('a cursor', () => {
  test('decodes to the values that were encoded, and has only unreserved characters', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('after' as const, 'before' as const),
        fc.constantFrom('User' as const, 'Group' as const),
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.constant(null),
        ),
        fc.nat(),
        (direction, type, value, total) => {
          const given = { direction, key: { type, id: 'x', value: Object.is(value, -0) ? 0 : value }, total };
          const text = encodeCursor(clockAt(1), scope, given);
          expect(text).toMatch(/^[\w.~-]+$/);
          expect(decodeCursor(clockAt(1), scope, text)).toEqual(given);
        },
      ),
    );
  });

  test('is accepted until it expires', () => {
    const text = encodeCursor(clockAt(1_000), scope, cursor);
    expect(decodeCursor(clockAt(1_000 + CURSOR_TIMEOUT_SECONDS), scope, text)).toEqual(cursor);
    expect(errorOf(() => decodeCursor(clockAt(1_001 + CURSOR_TIMEOUT_SECONDS), scope, text)).code).toBe(
      'expiredCursor',
    );
  });

  test.for<[string, string, readonly string[], Record<string, string>]>([
    ['organization', 'other', ['User'], { filter: 'userName pr', sortBy: 'userName' }],
    ['resource type', 'org', ['Group'], { filter: 'userName pr', sortBy: 'userName' }],
    ['filter', 'org', ['User'], { filter: 'title pr', sortBy: 'userName' }],
    ['attribute to sort by', 'org', ['User'], { filter: 'userName pr', sortBy: 'title' }],
    ['order', 'org', ['User'], { filter: 'userName pr', sortBy: 'userName', sortOrder: 'descending' }],
  ])('is refused for a query that differs in the %s', ([_what, organizationId, types, query]) => {
    const other = cursorScope(organizationId, types, readListQuery(query));
    const text = encodeCursor(clockAt(1), scope, cursor);
    expect(errorOf(() => decodeCursor(clockAt(1), other, text))).toMatchObject({
      code: 'invalidCursor',
      message: expect.stringContaining('another query'),
    });
  });

  test.for([
    'x',
    'not a cursor',
    Buffer.from('[]').toString('base64url'),
    Buffer.from('["c","U","x",null,1,1,"x"]').toString('base64url'),
    Buffer.from('["a","U","x",{},1,1,"x"]').toString('base64url'),
    Buffer.from('["a","U",5,null,1,1,"x"]').toString('base64url'),
    'A'.repeat(20_000),
  ])('cannot be decoded from %j', (text) => {
    expect(errorOf(() => decodeCursor(clockAt(1), scope, text)).code).toBe('invalidCursor');
  });
});
