import { expect, test } from 'vitest';
import { SENT_NAMES_MAX, SENT_OPERATIONS_MAX, sentNames } from './sent-names.ts';

const none = { userName: [], displayName: [], externalId: [], email: [] };

test.for<[body: unknown, names: object]>([
  [
    { USERNAME: 'bob', externalId: 'x', emails: [{ value: 'b@x' }, 'c@x'] },
    { userName: ['bob'], externalId: ['x'], email: ['b@x', 'c@x'] },
  ],
  [{ Operations: [{ op: 'Add', Path: 'emails[type eq "work"].value', Value: 'b@x' }] }, { email: ['b@x'] }],
  [
    { operations: [{ op: 'replace', value: { 'urn:ietf:params:scim:schemas:core:2.0:User:userName': 'b' } }] },
    { userName: ['b'] },
  ],
  [{ Operations: [{ path: 'emails[type eq "work"].type', value: 'home' }] }, {}],
  [
    { username: 'bob', email: 'b@x', alternateEmail: 'c@x' },
    { userName: ['bob'], email: ['b@x', 'c@x'] },
  ],
  [{ userName: '', displayName: 7, emails: { value: null }, __proto__: 'x' }, {}],
  ['text', {}],
  [null, {}],
])('finds the names in the body %j', ([body, names]) => {
  expect(sentNames(body)).toEqual({ ...none, ...names });
});

test.for([0, 1])('keeps at most SENT_NAMES_MAX names of a body that has %i emails too many', (more) => {
  const emails = Array.from({ length: SENT_NAMES_MAX - 1 + more }, (_, index) => ({ value: `${index}@x` }));
  const found = sentNames({ userName: 'bob', emails, externalId: 'last' });
  expect(Object.values(found).flat()).toHaveLength(SENT_NAMES_MAX);
});

test('reads the names of at most SENT_OPERATIONS_MAX operations', () => {
  const operation = (value: string) => ({ op: 'replace', path: 'userName', value });
  const others = Array.from({ length: SENT_OPERATIONS_MAX - 1 }, () => ({ op: 'remove', path: 'title' }));
  expect(sentNames({ Operations: [...others, operation('in')] }).userName).toEqual(['in']);
  expect(sentNames({ Operations: [...others, others[0], operation('out')] }).userName).toEqual([]);
});
