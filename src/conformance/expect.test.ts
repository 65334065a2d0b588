import { describe, expect, test } from 'vitest';
import type { Answer } from './client.ts';
import {
  CheckFailure,
  expectAbsent,
  expectEqual,
  expectError,
  expectIds,
  expectRefused,
  expectScimJson,
  expectStatus,
  read,
  readList,
  readObject,
  readText,
} from './expect.ts';
import { ERROR_RESPONSE, LIST_RESPONSE } from './scim-names.ts';

function answered(status: number, body?: Answer['body'], type = 'application/scim+json'): Answer {
  return { status, headers: { 'content-type': type }, text: JSON.stringify(body) ?? '', body };
}

const user = { userName: 'ann', emails: [{ value: 'a@example.com' }], 'urn:x:2.0:User': { a: 1 } };

describe('reading', () => {
  test('goes by steps, in any case, and through names with dots', () => {
    expect(read(user, 'USERNAME')).toBe('ann');
    expect(read(user, 'emails', 0, 'Value')).toBe('a@example.com');
    expect(read(user, 'urn:x:2.0:User', 'a')).toBe(1);
    expect(read(user, 'emails', 1, 'value')).toBeUndefined();
    expect(read('text', 'length')).toBeUndefined();
  });

  test('wants the type that is asked for', () => {
    expect(readText(user, 'userName')).toBe('ann');
    expect(() => readText(user, 'emails')).toThrow(CheckFailure);
    expect(readList(user, 'phoneNumbers')).toEqual([]);
    expect(() => readList(user, 'userName')).toThrow('userName: expected an array, got "ann"');
    expect(() => readObject(user, 'userName')).toThrow(CheckFailure);
  });
});

describe('what is wrong fails, and what is right does not', () => {
  const error = { schemas: [ERROR_RESPONSE], status: '400', scimType: 'invalidValue' };
  const list = { schemas: [LIST_RESPONSE], totalResults: 1, Resources: [{ id: 'b' }, { id: 'a' }] };

  test.for([
    ['a status', () => expectStatus(answered(200), 200, 204), () => expectStatus(answered(201), 200, 204)],
    ['a value', () => expectEqual('x', { a: [1] }, { a: [1] }), () => expectEqual('x', 1, '1')],
    ['nothing', () => expectAbsent('x', undefined), () => expectAbsent('x', null)],
    ['a refusal', () => expectRefused(answered(501)), () => expectRefused(answered(500))],
    ['another refusal', () => expectRefused(answered(404)), () => expectRefused(answered(204))],
    ['the media type', () => expectScimJson(answered(200)), () => expectScimJson(answered(200, {}, 'text/html'))],
    ['an error', () => expectError(answered(400, error), [400]), () => expectError(answered(400, {}), [400])],
    [
      'its scimType',
      () => expectError(answered(400, error), [400], ['invalidSyntax', 'invalidValue']),
      () => expectError(answered(400, error), [400], ['noTarget']),
    ],
    ['a list', () => expectIds(answered(200, list), ['a', 'b']), () => expectIds(answered(200, list), ['a'])],
    [
      'its shape',
      () => expectIds(answered(200, list), ['b', 'a']),
      () => expectIds(answered(200, [{ id: 'a' }]), ['a']),
    ],
  ] as const)('%s', ([, right, wrong]) => {
    expect(right).not.toThrow();
    expect(wrong).toThrow(CheckFailure);
  });

  test('and says so, with long values cut', () => {
    expect(() => expectEqual('title', 'x'.repeat(1_000), 'y')).toThrow(/^title: expected "y", got "x{399}…$/);
  });
});
