import { expect, test } from 'vitest';
import { attribute, complex } from '#scim/schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { nameOf } from './attribute-path.ts';
import { resolveSort } from './resolve-sort.ts';
import { OWN, userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

const user = userWithCustomAttributes(
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
])('sortBy=%s sorts by %s', ([sortBy, name]) => {
  const found = resolveSort(user, sortBy);
  expect(found && nameOf(found)).toBe(name);
});

test.for<[sortBy: string, reason: string]>([
  ['color', 'is not an attribute of a User'],
  ['password', 'is never returned'],
  [`${OWN}:pin`, 'is never returned'],
  [`${OWN}:door.code`, 'is never returned'],
  ['name', 'is a complex attribute, which has no order: use one of name.formatted, '],
])('sortBy=%s is rejected because it %s', ([sortBy, reason]) => {
  expect(() => resolveSort(user, sortBy)).toThrow(
    expect.objectContaining({
      code: 'invalidSort',
      message: expect.stringContaining(`sortBy "${sortBy}" ${reason}`),
      attribute: 'sortBy',
      value: sortBy,
    }),
  );
});

test('sortBy accepts an attribute that only another searched resource type has, but does not sort by it', () => {
  expect(resolveSort(group, 'userName', [user])).toBeUndefined();
  expect(() => resolveSort(group, 'color', [user])).toThrow('is not an attribute of a Group');
});
