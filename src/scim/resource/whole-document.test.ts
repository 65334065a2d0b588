import { expect, test } from 'vitest';
import { attribute, complex } from '#scim/schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { isReturnedUnchanged } from './whole-document.ts';
import { userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

const user = compileResourceSchema('User');
const own = userWithCustomAttributes(complex('door', '', [attribute('string', 'code', '', { returned: 'never' })]));
const ann = { userName: 'ann', emails: [{ value: 'ann@x.example' }], [E]: { department: 'IT' } };

test.for<[what: string, document: object, isWhole: boolean]>([
  ['with nothing to withhold', ann, true],
  ['with the name of a hidden attribute as a value', { ...ann, displayName: 'password' }, true],
  ['with the quoted name of a hidden attribute inside a value', { ...ann, displayName: 'a "password": b' }, true],
  ['with a hidden attribute', { ...ann, password: 'x' }, false],
  ['with an unknown extension', { ...ann, 'urn:example:gone:2.0:User': { floor: '7' } }, false],
  ['with an unknown extension in upper case', { ...ann, 'URN:EXAMPLE:GONE': {} }, false],
])('a stored document %s is returned unchanged: $2', ([, document, isWhole]) => {
  // The first call compiles the pattern of the schema; the second call uses the cached pattern.
  for (const _ of [1, 2]) expect(isReturnedUnchanged(user, JSON.stringify(document))).toBe(isWhole);
});

test('a stored document of a schema with custom extensions is never returned unchanged', () => {
  expect(isReturnedUnchanged(own, JSON.stringify(ann))).toBe(false);
});
