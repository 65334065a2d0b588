import { expect, test } from 'vitest';
import { attribute, complex } from '#scim/schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { nameOf } from './attribute-path.ts';
import { resolveSort } from './resolve-sort.ts';
import { OWN, userWithOwn } from '#scim/schema/own-user.fixture.ts';

const user = userWithOwn(
  attribute('string', 'pin', '', { returned: 'never' }),
  complex('door', '', [attribute('string', 'value', ''), attribute('string', 'code', '', { mutability: 'writeOnly' })]),
);
const group = compileResourceSchema('Group');

test.for<[sortBy: string, name: string]>([
  ['userName', 'userName'],
  ['USERNAME', 'userName'],
  ['name.familyName', 'name.familyName'],
  ['emails', 'emails.value'],
  ['emails.type', 'emails.type'],
  ['meta.created', 'meta.created'],
  [`${E}:department`, `${E}:department`],
  [`${OWN}:door`, `${OWN}:door.value`],
])('sorting by %s is sorting by %s', ([sortBy, name]) => {
  const found = resolveSort(user, sortBy);
  expect(found && nameOf(found)).toBe(name);
});

test.for<[sortBy: string, reason: string]>([
  ['color', 'is no attribute of a User'],
  ['password', 'is never shown'],
  [`${OWN}:pin`, 'is never shown'],
  [`${OWN}:door.code`, 'is never shown'],
  ['name', 'has no order as a whole: name one of name.formatted, '],
])('sorting by %s is refused, since it %s', ([sortBy, reason]) => {
  expect(() => resolveSort(user, sortBy)).toThrow(
    expect.objectContaining({
      code: 'invalidSort',
      message: expect.stringContaining(`sortBy "${sortBy}" ${reason}`),
      attribute: 'sortBy',
      value: sortBy,
    }),
  );
});

test('an attribute of another schema that is searched at the same time orders nothing here, and is no mistake', () => {
  expect(resolveSort(group, 'userName', [user])).toBeUndefined();
  expect(() => resolveSort(group, 'color', [user])).toThrow('is no attribute of a Group');
});
