import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { fieldNames } from '#base/reasons/field-names.ts';
import { attributeContract, primaryEmail, toDocument, toProperties } from './attribute-contract.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';

describe('the attribute contract', () => {
  test('converts properties to a SCIM document and back without loss', () => {
    const text = fc.string({ minLength: 1 });
    const properties = fc.record(Object.fromEntries(attributeContract.map(({ property }) => [property, text])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(properties, (original) => {
        expect(toProperties(toDocument(original))).toEqual({ ...original });
      }),
    );
    expect(toDocument({ unknown: 'x', firstname: null })).toEqual({});
  });

  test('uses the same field names and labels as error messages', () => {
    for (const { property, label, scim } of attributeContract) {
      const [first = '', ...rest] = scim.filter((part) => part !== 'value');
      const path = first.startsWith('urn:') ? `${first}:${rest.join('.')}` : [first, ...rest].join('.');
      expect(fieldNames[path], path).toEqual({ field: property, label });
    }
  });

  test.for<[JsonObject, string | undefined]>([
    [{}, undefined],
    [{ emails: 'x' }, undefined],
    [{ emails: [{ type: 'work' }] }, undefined],
    [{ emails: [{ value: 'a' }, { value: 'b' }] }, 'a'],
    [{ emails: [{ value: 'a' }, { value: 'b', type: 'Work' }] }, 'b'],
    [
      {
        emails: [
          { value: 'a', type: 'work' },
          { value: 'b', primary: true },
        ],
      },
      'b',
    ],
  ])('primaryEmail(%j) is %s', ([document, email]) => {
    expect(primaryEmail(document)).toBe(email);
  });
});

test('hashes a password with argon2id at the production cost and with a new salt each time', async () => {
  const [one, two] = [await hashPassword('sécret'), await hashPassword('sécret')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword('sécret', one)).toBe(true);
  expect(await verifyPassword('secret', one)).toBe(false);
  expect(await verifyPassword('secret', 'plain text')).toBe(false);
});

test('verifies a password at the cost stored in its hash, not at the cost of new hashes', async () => {
  const cheap = await hashPassword('sécret', { memory: 8, passes: 1, parallelism: 1 });
  expect(cheap).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(await verifyPassword('sécret', cheap)).toBe(true);
  expect(await verifyPassword('secret', cheap)).toBe(false);
});
