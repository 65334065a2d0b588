import { expect, test } from 'vitest';
import { attribute, complex } from '#scim/schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { isAnsweredWhole } from './whole-document.ts';
import { userWithOwn } from '#scim/schema/own-user.fixture.ts';

const user = compileResourceSchema('User');
const own = userWithOwn(complex('door', '', [attribute('string', 'code', '', { returned: 'never' })]));
const ann = { userName: 'ann', emails: [{ value: 'ann@x.example' }], [E]: { department: 'IT' } };

test.for<[what: string, document: object, isWhole: boolean]>([
  ['nothing is withheld', ann, true],
  ['the name of a hidden attribute is a value', { ...ann, displayName: 'password' }, true],
  ['it stands in quotation marks within a value', { ...ann, displayName: 'a "password": b' }, true],
  ['a hidden attribute has a value', { ...ann, password: 'x' }, false],
  ['an extension is not known', { ...ann, 'urn:example:gone:2.0:User': { floor: '7' } }, false],
  ['an extension that is not known is written in upper case', { ...ann, 'URN:EXAMPLE:GONE': {} }, false],
])('a stored document is answered as it is only where nothing is withheld: %s', ([, document, isWhole]) => {
  // The second time the pattern comes from what is remembered of the schema.
  for (const _ of [1, 2]) expect(isAnsweredWhole(user, JSON.stringify(document))).toBe(isWhole);
});

test('with a schema of the organization’s own no document is answered as it is', () => {
  expect(isAnsweredWhole(own, JSON.stringify(ann))).toBe(false);
});
