import { expect, test } from 'vitest';
import { z } from 'zod';
import { storedJson, StoredJsonError, storedObject, storedTexts } from './stored-json.ts';

const read = storedJson('jobs.actor', z.object({ type: z.enum(['user', 'system']), name: z.string() }));

test('storedJson returns a value of the right shape', () => {
  expect(read('{"type":"user","name":"Ann"}')).toEqual({ type: 'user', name: 'Ann' });
  expect(storedJson('sessions.auth_methods', storedTexts)('["pwd","otp"]')).toEqual(['pwd', 'otp']);
  expect(storedJson('entra_users.attributes', storedObject)('{"city":"Oslo"}')).toEqual({ city: 'Oslo' });
});

test.for<[string, string]>([
  ['{"type":"user"', 'jobs.actor is not JSON.'],
  ['', 'jobs.actor is not JSON.'],
  ['null', 'jobs.actor has a shape that this version does not read: the value: '],
  ['{"type":"secret-value","name":"Ann"}', 'jobs.actor has a shape that this version does not read: type: '],
  ['{"type":"user","name":["secret-value"]}', 'jobs.actor has a shape that this version does not read: name: '],
])('storedJson rejects %j with the column and the field, but without the value', ([text, message]) => {
  const attempt = () => read(text);
  expect(attempt).toThrow(StoredJsonError);
  expect(attempt).toThrow(message);
  expect(attempt).not.toThrow('secret-value');
});

test.for(['[]', '"text"', '1', 'null'])('storedObject rejects %s', (text) => {
  expect(() => storedJson('entra_users.attributes', storedObject)(text)).toThrow('the value: must be an object');
});
