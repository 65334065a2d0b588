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

describe('reading a value', () => {
  test('follows array indexes, names in any case, and names with dots', () => {
    expect(read(user, 'USERNAME')).toBe('ann');
    expect(read(user, 'emails', 0, 'Value')).toBe('a@example.com');
    expect(read(user, 'urn:x:2.0:User', 'a')).toBe(1);
    expect(read(user, 'emails', 1, 'value')).toBeUndefined();
    expect(read('text', 'length')).toBeUndefined();
  });

  test('throws CheckFailure if the value does not have the requested type', () => {
    expect(readText(user, 'userName')).toBe('ann');
    expect(() => readText(user, 'emails')).toThrow(CheckFailure);
    expect(readList(user, 'phoneNumbers')).toEqual([]);
    expect(() => readList(user, 'userName')).toThrow('userName: expected an array, got "ann"');
    expect(() => readObject(user, 'userName')).toThrow(CheckFailure);
  });
});

describe('the expect functions', () => {
  const error = { schemas: [ERROR_RESPONSE], status: '400', scimType: 'invalidValue' };
  const list = { schemas: [LIST_RESPONSE], totalResults: 1, Resources: [{ id: 'b' }, { id: 'a' }] };

  test.for([
    ['status', () => expectStatus(answered(200), 200, 204), () => expectStatus(answered(201), 200, 204)],
    ['value', () => expectEqual('x', { a: [1] }, { a: [1] }), () => expectEqual('x', 1, '1')],
    ['absent value', () => expectAbsent('x', undefined), () => expectAbsent('x', null)],
    ['refusal with 501', () => expectRefused(answered(501)), () => expectRefused(answered(500))],
    ['refusal with 404', () => expectRefused(answered(404)), () => expectRefused(answered(204))],
    ['media type', () => expectScimJson(answered(200)), () => expectScimJson(answered(200, {}, 'text/html'))],
    ['error message', () => expectError(answered(400, error), [400]), () => expectError(answered(400, {}), [400])],
    [
      'scimType',
      () => expectError(answered(400, error), [400], ['invalidSyntax', 'invalidValue']),
      () => expectError(answered(400, error), [400], ['noTarget']),
    ],
    ['set of ids', () => expectIds(answered(200, list), ['a', 'b']), () => expectIds(answered(200, list), ['a'])],
    [
      'list message',
      () => expectIds(answered(200, list), ['b', 'a']),
      () => expectIds(answered(200, [{ id: 'a' }]), ['a']),
    ],
  ] as const)('accept a correct %s and throw CheckFailure for a wrong one', ([, right, wrong]) => {
    expect(right).not.toThrow();
    expect(wrong).toThrow(CheckFailure);
  });

  test('report the expected and the received value, and truncate long values', () => {
    expect(() => expectEqual('title', 'x'.repeat(1_000), 'y')).toThrow(/^title: expected "y", got "x{399}…$/);
  });
});
