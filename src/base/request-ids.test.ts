import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newRequestId, requestTimeOf } from './request-ids.ts';

const at = new Date('2026-01-05T09:00:00.123Z');
const uuid = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

test('an id is a UUID of version 7 that states the time of its request', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date(2 ** 48 - 1), noInvalidDate: true }), (time) => {
      const id = newRequestId(time);
      expect(id).toMatch(uuid);
      expect(requestTimeOf(id)).toBe(time.getTime());
    }),
  );
});

test('ids of one millisecond differ, and those of a later one sort later', () => {
  const [one, other] = [newRequestId(at), newRequestId(at)];
  expect(one).not.toBe(other);
  expect([newRequestId(new Date(at.getTime() + 1)), one].toSorted()[0]).toBe(one);
});

test('the id of an operation, and one in upper case, have the time of the request', () => {
  expect(requestTimeOf(`${newRequestId(at)}:3`)).toBe(at.getTime());
  expect(requestTimeOf(newRequestId(at).toUpperCase())).toBe(at.getTime());
});

test.for(['', 'req-0123', '6b0729044d653e0152539146', '019b8d2c-4680-4f00-8000-000000000000', 'x019b8d2c-4680-7f00'])(
  '%j is not the id of a request',
  (text) => {
    expect(requestTimeOf(text)).toBeUndefined();
  },
);
