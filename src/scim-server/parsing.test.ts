import { describe, expect, test } from 'vitest';
import { expectedVersion, isNotModified } from './precondition.ts';
import { readJson } from '#base/read-json.ts';
import { BODY_DEPTH_MAX } from '#base/json-scan.ts';
import { hasFlag, repairUrl, textParameter } from './query.ts';

describe('request bodies', () => {
  test('are parsed as JSON with or without a byte order mark, and are undefined if empty', () => {
    expect(readJson('{"a":[1,null]}', 'ignoreCase')).toEqual({ a: [1, null] });
    expect(readJson('\ufeff{"a":1}', 'ignoreCase')).toEqual({ a: 1 });
    expect(readJson('  ', 'ignoreCase')).toBeUndefined();
  });

  test.for<[string, string]>([
    ['{', 'invalidJson'],
    ['{"a":1}}', 'invalidJson'],
    ["{'a':1}", 'invalidJson'],
    ['{"__proto__":1}', 'forbiddenKey'],
    ['{"a":[{"constructor":1}]}', 'forbiddenKey'],
    ['{"a":{"prototype":null}}', 'forbiddenKey'],
  ])('like %s are refused with %s', ([text, code]) => {
    expect(() => readJson(text, 'ignoreCase')).toThrow(expect.objectContaining({ code }));
  });

  test('that are not JSON are refused with the position of the error, without quoting text that may be a password', () => {
    for (const text of ['{"password": hunter2secret}', '{"password":"hunter2secret', '{"password":"hunter2secret"x}']) {
      let thrown: unknown;
      try {
        readJson(text, 'ignoreCase');
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'invalidJson' });
      expect(thrown).not.toHaveProperty('cause');
      expect(String(thrown)).not.toContain('hunter');
      expect(String(thrown)).toMatch(/position \d+|ends too early/);
    }
  });

  test('are refused if they are nested too deeply', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(BODY_DEPTH_MAX), 'ignoreCase')).toBeDefined();
    expect(() => readJson(nested(BODY_DEPTH_MAX + 1), 'ignoreCase')).toThrow(
      expect.objectContaining({ code: 'bodyTooDeep' }),
    );
    expect(() => readJson(nested(1_000_000), 'ignoreCase')).toThrow(expect.objectContaining({ code: 'bodyTooDeep' }));
  });
});

describe('the query of a URL', () => {
  test('is refused if it has a parameter more than once', () => {
    expect(textParameter({ filter: 'x' }, 'filter')).toBe('x');
    expect(() => textParameter({ filter: ['x', 'y'] }, 'filter')).toThrow(/more than once/);
  });

  test('has the Entra ID flag if it contains any form of the flag as a parameter name', () => {
    expect(hasFlag({ aadOptscim062020: '' })).toBe(true);
    expect(hasFlag({ AADOPTSCIM062020: 'true', filter: 'x' })).toBe(true);
    expect(hasFlag({ AzureAdScimPatch062020: '' })).toBe(true);
    expect(hasFlag({ filter: 'aadOptscim062020' })).toBe(false);
  });

  test.for([
    ['/scim/v2/?aadOptscim062020/Users?filter=x', '/scim/v2/Users?aadOptscim062020&filter=x'],
    ['/scim/v2?aadOptscim062020/Users/1', '/scim/v2/Users/1?aadOptscim062020'],
    ['/scim/v2/?aadOptscim062020=true/Groups', '/scim/v2/Groups?aadOptscim062020=true'],
    ['/scim/v2/Users?aadOptscim062020&filter=a/b', '/scim/v2/Users?aadOptscim062020&filter=a/b'],
    ['/scim/v2/Users?filter=x', '/scim/v2/Users?filter=x'],
  ] as const)('is moved to the end if it precedes part of the path: %s becomes %s', ([sent, repaired]) => {
    expect(repairUrl(sent)).toBe(repaired);
  });
});

describe('preconditions (RFC 7644 §3.14)', () => {
  test.for<[string, boolean]>([
    ['W/"3"', true],
    ['"3"', true],
    ['*', true],
    ['W/"2", W/"3"', true],
    ['W/"2"', false],
    ['3', false],
    ['', false],
  ])('with the header value %s match version 3: %s', ([header, met]) => {
    expect(expectedVersion({ ifMatch: header, ifNoneMatch: undefined })?.(3)).toBe(met);
    expect(expectedVersion({ ifMatch: undefined, ifNoneMatch: header })?.(3)).toBe(!met);
    expect(isNotModified(header, 'W/"3"')).toBe(met);
  });

  test('are undefined if neither header is sent', () => {
    expect(expectedVersion({ ifMatch: undefined, ifNoneMatch: undefined })).toBeUndefined();
    expect(isNotModified(undefined, 'W/"3"')).toBe(false);
  });

  test('ignore the computed part of an entity tag for writes but not for reads', () => {
    expect(expectedVersion({ ifMatch: 'W/"3.abc"', ifNoneMatch: undefined })?.(3)).toBe(true);
    expect(isNotModified('W/"3.abc"', 'W/"3.abc"')).toBe(true);
    expect(isNotModified('W/"3.abc"', 'W/"3.xyz"')).toBe(false);
    expect(isNotModified('W/"3"', 'W/"3.xyz"')).toBe(false);
  });
});
