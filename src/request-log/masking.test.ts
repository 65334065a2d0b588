import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonValue } from '#base/json.ts';
import { ownSecrets } from '#base/sent-secrets.ts';
import type { SchemaDefinition } from '#scim/schema/attribute.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { keptAnswer, keptBody } from './kept-text.ts';
import { REMEMBERED_NAME_LENGTH_MAX, REMEMBERED_NAMES_MAX, maskBody, maskQuery, secretNamesOf } from './masking.ts';

const BADGE = 'urn:contoso:badge:User';
const text = {
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
} as const;
const visible = { ...text, returned: 'default', uniqueness: 'none', description: '' } as const;
const badge: SchemaDefinition = {
  id: BADGE,
  name: 'Badge',
  description: '',
  attributes: [
    { ...visible, name: 'floor' },
    { ...visible, name: 'door', returned: 'never' },
    {
      ...visible,
      name: 'lock',
      type: 'complex',
      subAttributes: [{ ...visible, name: 'combination', returned: 'never' }],
    },
    { ...visible, name: 'vault', type: 'complex', returned: 'never', subAttributes: [{ ...visible, name: 'shelf' }] },
  ],
};
const schemas = { User: compileResourceSchema('User', [badge]), Group: compileResourceSchema('Group') };
const isSecretName = secretNamesOf(schemas);
const mask = (body: JsonValue) => maskBody(body, isSecretName);
const CANARY = 'c4n4ry';

describe('maskBody', () => {
  test.for<[name: string, body: JsonValue]>([
    ['a password', { userName: 'ann', password: CANARY }],
    ['a password in capital letters', { PASSWORD: CANARY }],
    ['a password with a URN', { 'urn:ietf:params:scim:schemas:core:2.0:User:password': CANARY }],
    ['a PATCH with a path', { Operations: [{ op: 'replace', path: 'Password', value: CANARY }] }],
    ['a PATCH without a path', { Operations: [{ op: 'replace', value: { password: CANARY } }] }],
    [
      'a PATCH with a path in another letter case',
      { operations: [{ OP: 'replace', PATH: 'passWord', VALUE: CANARY }] },
    ],
    ['a filter in a path', { Operations: [{ op: 'remove', path: `lock[combination eq "${CANARY}"]` }] }],
    ['a filter without quotation marks', { Operations: [{ op: 'remove', path: `lock[combination eq ${CANARY}]` }] }],
    ['a filter of a search', { filter: `userName eq "ann" and door eq "${CANARY}"` }],
    ['an attribute of a custom schema', { [BADGE]: { floor: '3', door: CANARY } }],
    ['a sub-attribute', { [BADGE]: { lock: { combination: CANARY } } }],
    ['elements of a list', { [BADGE]: { lock: [{ combination: CANARY }, { combination: [CANARY, CANARY] }] } }],
    ['a sub-attribute by a dotted name', { [`${BADGE}:lock.combination`]: CANARY }],
    [
      'a sub-attribute of a secret attribute',
      { [`${BADGE}:vault.shelf`]: CANARY, [BADGE]: { vault: { shelf: CANARY } } },
    ],
    [
      'a PATCH of a sub-attribute of a secret',
      { Operations: [{ op: 'add', path: `${BADGE}:vault.shelf`, value: CANARY }] },
    ],
    [
      'an operation of a bulk request',
      { Operations: [{ method: 'POST', path: '/Users', data: { password: CANARY } }] },
    ],
    ['JSON in a text', { roles: [{ value: JSON.stringify({ password: CANARY }) }] }],
    ['JSON in a text with an escaped name', { value: `{"p\\u0061ssword":"${CANARY}"}` }],
    ['an attribute that no schema has', { apiKey: CANARY, 'x-api-key': CANARY, clientSecret: { value: CANARY } }],
    ['a group', { displayName: 'Sales', accessToken: CANARY, members: [{ value: '1', secret: CANARY }] }],
  ])('replaces %s', ([, body]) => {
    const masked = JSON.stringify(mask(body));
    expect(masked).not.toContain(CANARY);
    expect(masked).toContain(SECRET_MASK);
  });

  test('keeps everything else, and returns the same object if nothing is secret', () => {
    const body = {
      userName: 'ann',
      secretary: 'Bob',
      emails: [{ value: 'ann@contoso.example', type: 'work' }],
      [BADGE]: { floor: '3' },
      members: [{ value: '1', display: 'Ann' }],
      Operations: [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'x' }],
      filter: 'userName eq "ann"',
      note: '{"a":1}',
    };
    expect(mask(body)).toBe(body);
    expect(mask({ ...body, password: CANARY })).toEqual({ ...body, password: SECRET_MASK });
  });

  test('leaves no value below a secret name, and changes nothing else, in any JSON', () => {
    const name = fc.constantFrom('password', 'Door', 'combination', 'vault', 'floor', 'userName', 'x', 'members');
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<JsonValue>('text', 7, true, null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (body) => {
        const masked = mask(body);
        expect(masked).toEqual(expected(body, false));
        if (JSON.stringify(masked) === JSON.stringify(body)) expect(masked).toBe(body);
      }),
    );
  });
});

/** A slower definition of the same result: every leaf below a secret name is replaced. */
function expected(value: JsonValue, isBelowSecret: boolean): JsonValue {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((element: JsonValue) => expected(element, isBelowSecret));
  if (!isObject(value)) return isBelowSecret ? SECRET_MASK : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, expected(inner, isBelowSecret || isSecretName(key))]),
  );
}

describe('maskQuery', () => {
  test.for<[query: string, masked: string]>([
    ['filter=userName eq "ann"', 'filter=userName eq "ann"'],
    ['filter=password%20eq%20%22c4n4ry%22&count=1', `filter=password eq "${SECRET_MASK}"&count=1`],
    [
      'filter=door+eq+%22c4n4ry%22+and+active+eq+true',
      `filter=door eq "${SECRET_MASK}" and active eq "${SECRET_MASK}"`,
    ],
    ['filter=door+eq+c4n4ry+and+active+eq+true', `filter=${SECRET_MASK}`],
    ['access_token=c4n4ry', `access_token=${SECRET_MASK}`],
    ['access%5Ftoken=c4n4ry&x', `access%5Ftoken=${SECRET_MASK}&x`],
    ['filter=x&next=tnh%5F0123456789abcdef0123', `filter=x&next=${SECRET_MASK}`],
    ['attributes=password', `attributes=${SECRET_MASK}`],
  ])('turns %s into %s', ([query, masked]) => {
    expect(maskQuery(query, isSecretName, ownSecrets)).toBe(masked);
  });
});

test('recognizes secret names past the limits of what is remembered', () => {
  const names = secretNamesOf({ ...schemas });
  for (let index = 0; index <= REMEMBERED_NAMES_MAX; index += 1) names(`name${index}`);
  const long = 'x'.repeat(REMEMBERED_NAME_LENGTH_MAX);
  for (const name of ['apiKey2', 'apiKey2', 'title2', `${long}secret`, `${long}secret`, long, `${long}y`]) {
    expect(names(name), name).toBe(/secret|key/i.test(name));
  }
});

describe('a text that is kept', () => {
  const options = { isSecretName, secrets: ownSecrets, bytesMax: 1_024 };
  const bodyOf = (length: number) => JSON.stringify({ a: 'x'.repeat(length - 8) });

  test('is whole up to the maximum number of bytes, and cut past it', () => {
    for (const [length, kept] of [
      [1_024, 'whole'],
      [1_025, 'cut'],
    ] as const) {
      const sent = bodyOf(length);
      expect(sent).toHaveLength(length);
      expect(keptBody(JSON.parse(sent), sent, options)).toEqual({ kept, text: sent.slice(0, 1_024) });
      expect(keptAnswer(sent, options)).toEqual({ kept, text: sent.slice(0, 1_024) });
    }
  });

  test.for(['é', '探', '🌸'])('is cut before a character %s that does not fit', (character) => {
    for (let length = 1_018; length <= 1_026; length += 1) {
      const { text: cut = '' } = keptAnswer(`${'x'.repeat(length)}${character.repeat(3)}`, options);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(1_024);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(1_024 - Buffer.byteLength(character));
      expect(cut).toMatch(new RegExp(`^x*${character}*$`, 'u'));
    }
  });

  test('is the text that the client sent, unless something is masked', () => {
    const sent = '{ "userName" : "ann" }';
    expect(keptBody(JSON.parse(sent), sent, options)).toEqual({ kept: 'whole', text: sent });
    const secret = '{ "password" : "x" }';
    expect(keptBody(JSON.parse(secret), secret, options)).toEqual({
      kept: 'masked',
      text: `{"password":"${SECRET_MASK}"}`,
    });
    expect(keptBody(undefined, undefined, options)).toEqual({ kept: 'none', text: undefined });
  });

  test('is masked before it is cut, so that no part of a secret remains', () => {
    const secret = JSON.stringify({ a: 'x'.repeat(1_000), password: CANARY.repeat(20) });
    const { text: kept, kept: part } = keptBody(JSON.parse(secret), secret, options);
    expect(part).toBe('cut');
    expect(kept).not.toContain('c4n');
  });
});
