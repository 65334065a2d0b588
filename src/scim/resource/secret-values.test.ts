import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { attribute, complex } from '#scim/schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import {
  diffWithoutSecrets,
  replaceSecretOperands,
  replaceSecrets,
  SECRET_MASK,
  splitSecretExtensions,
  withoutSecrets,
  type ReplaceSecret,
} from './secret-values.ts';
import { OWN, userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

const own = userWithCustomAttributes(
  attribute('string', 'badge', ''),
  attribute('string', 'pin', '', { returned: 'never' }),
  attribute('integer', 'codes', '', { multiValued: true, mutability: 'writeOnly' }),
  complex('locks', '', [attribute('string', 'door', ''), attribute('string', 'key', '', { returned: 'never' })], {
    multiValued: true,
  }),
  complex('safe', '', [attribute('string', 'wheel', '')], { returned: 'never' }),
);
const standard = compileResourceSchema('User');
const hidden: JsonObject = {
  pin: '1234',
  codes: [7, 8],
  safe: { wheel: '3' },
  locks: [{ door: 'north', key: 'abc' }, { key: 'def' }],
};
const ann: JsonObject = { userName: 'ann', [E]: { department: 'IT' }, [OWN]: { badge: '5', unknown: 'u', ...hidden } };
const masked: ReplaceSecret = (value) => `<${value}>`;

describe('replaceSecrets', () => {
  test('replaces every simple value of a secret attribute, however deep, and nothing else', () => {
    expect(replaceSecrets(own, ann, masked)).toEqual({
      ...ann,
      [OWN]: {
        badge: '5',
        unknown: 'u',
        pin: '<1234>',
        codes: ['<7>', '<8>'],
        safe: { wheel: '<3>' },
        locks: [{ door: 'north', key: '<abc>' }, { key: '<def>' }],
      },
    });
  });

  test('keeps null, which reveals nothing', () => {
    expect(replaceSecrets(own, { [OWN]: { pin: null } }, masked)).toEqual({ [OWN]: { pin: null } });
  });

  test('returns the same document if the schema has no secrets', () => {
    expect(replaceSecrets(standard, ann, masked)).toBe(ann);
  });
});

describe('withoutSecrets', () => {
  test.for<[document: JsonObject, left: JsonObject]>([
    [
      ann,
      { userName: 'ann', [E]: { department: 'IT' }, [OWN]: { badge: '5', unknown: 'u', locks: [{ door: 'north' }] } },
    ],
    [{ userName: 'ann', [OWN]: { pin: '1' } }, { userName: 'ann' }],
    [{ [OWN]: { pin: '1' } }, {}],
    [
      { userName: 'ann', emails: [], [OWN]: {} },
      { userName: 'ann', emails: [], [OWN]: {} },
    ],
  ])('removes the secrets from %o, which leaves %o', ([document, left]) => {
    expect(withoutSecrets(own, document)).toEqual(left);
  });

  test('returns the same document if the schema has no secrets', () => {
    expect(withoutSecrets(standard, ann)).toBe(ann);
  });
});

test('splitSecretExtensions separates the extensions that can contain secrets from the rest', () => {
  const { [OWN]: secret, ...rest } = ann;
  expect(splitSecretExtensions(own, ann)).toEqual({ secret: { [OWN]: secret }, rest });
  expect(splitSecretExtensions(standard, ann)).toEqual({ secret: {}, rest: ann });
});

describe('replaceSecretOperands', () => {
  const operandsOf = (operations: readonly JsonObject[]) => {
    const request = readPatchRequest(own, { Operations: operations }, { unknownAttributes: 'ignore' });
    return replaceSecretOperands(own, request.operations, masked).map((one) =>
      one.op === 'remove' ? (one.values ?? null) : one.value,
    );
  };

  test.for<[what: string, operation: JsonObject, operand: JsonValue]>([
    ['a secret', { op: 'replace', path: `${OWN}:pin`, value: '1' }, '<1>'],
    ['each value of a secret list', { op: 'add', path: `${OWN}:codes`, value: [1, 2] }, ['<1>', '<2>']],
    [
      'a secret sub-attribute in an object',
      { op: 'add', path: `${OWN}:locks`, value: [{ door: 'd', key: 'k' }] },
      [{ door: 'd', key: '<k>' }],
    ],
    [
      'a secret sub-attribute that a path names',
      { op: 'replace', path: `${OWN}:locks[door eq "d"].key`, value: 'k' },
      '<k>',
    ],
    [
      'nothing in a sub-attribute that is not secret',
      { op: 'replace', path: `${OWN}:locks[door eq "n"].door`, value: 'd' },
      'd',
    ],
    ['nothing in an attribute that is not secret', { op: 'replace', path: 'displayName', value: 'Ann' }, 'Ann'],
    [
      'nothing in the password, which no document contains',
      { op: 'replace', path: 'password', value: 'a heron' },
      'a heron',
    ],
    ['nothing in a removal without values', { op: 'remove', path: `${OWN}:pin` }, null],
  ])('replaces %s', ([, operation, operand]) => {
    expect(operandsOf([operation])).toEqual([operand]);
  });

  test('replaces the values that a removal names', () => {
    const request = readPatchRequest(
      own,
      { Operations: [{ op: 'remove', path: `${OWN}:codes` }] },
      { unknownAttributes: 'ignore' },
    );
    const removals = request.operations.map((one) => ({ ...one, op: 'remove', values: ['7'] }) as const);
    expect(replaceSecretOperands(own, removals, masked)).toMatchObject([{ op: 'remove', values: ['<7>'] }]);
  });

  test('returns the same operations if the schema has no secrets', () => {
    const operations = readPatchRequest(
      standard,
      { Operations: [{ op: 'replace', path: 'title', value: 'x' }] },
      { unknownAttributes: 'ignore' },
    ).operations;
    expect(replaceSecretOperands(standard, operations, masked)).toBe(operations);
  });
});

describe('diffWithoutSecrets', () => {
  test('lists changed secrets with masked values', () => {
    const after = { ...ann, [OWN]: { badge: '6', pin: '4321', codes: [7, 9], locks: [{ door: 'north', key: 'new' }] } };
    const locked = { door: 'north', key: SECRET_MASK };
    expect(diffWithoutSecrets(own, ann, after)).toEqual([
      { field: `${OWN}:badge`, from: '5', to: '6' },
      { field: `${OWN}:unknown`, from: 'u', to: null },
      { field: `${OWN}:pin`, from: SECRET_MASK, to: SECRET_MASK },
      { field: `${OWN}:codes`, from: [SECRET_MASK, SECRET_MASK], to: [SECRET_MASK, SECRET_MASK] },
      { field: `${OWN}:safe.wheel`, from: SECRET_MASK, to: null },
      { field: `${OWN}:locks`, from: [locked, { key: SECRET_MASK }], to: [locked] },
    ]);
  });

  test('is empty for equal documents, and masks nothing if the schema has no secrets', () => {
    expect(diffWithoutSecrets(own, ann, ann)).toEqual([]);
    expect(diffWithoutSecrets(standard, { title: 'a' }, { title: 'b' })).toEqual([
      { field: 'title', from: 'a', to: 'b' },
    ]);
  });
});
