import { describe, expect, test } from 'vitest';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { attributeWords } from './attribute-words.ts';
import {
  describeChange,
  describeMembership,
  referencesOf,
  VALUE_WORDS_LENGTH_MAX,
  VALUES_IN_WORDS_MAX,
} from './change-words.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const textsOf = (field: string, from: unknown, to: unknown, names?: ReadonlyMap<string, string>) =>
  describeChange({ field, from, to }, names).map(({ text }) => text);

describe('attributeWords()', () => {
  test.for<readonly [string, string]>([
    ['title', 'Title'],
    ['userName', 'User name'],
    ['name.givenName', 'First name'],
    ['name.honorificPrefix', 'Name honorific prefix'],
    [`${enterprise}:costCenter`, 'Cost center'],
    [`${enterprise}:manager.value`, 'Manager'],
    ['urn:contoso:scim:schemas:extension:badges:2.0:User:badge.color', 'Badge color'],
    ['urn:contoso:scim:schemas:extension:badges:2.0:User:badgeURL', 'Badge URL'],
    ['account_locked', 'Locked'],
    ['password_expired', 'Password expired'],
    ['工号', '工号'],
    ['constructor', 'Constructor'],
    ['_', '_'],
    ['urn:', 'Urn:'],
  ])('names %s "%s"', ([field, words]) => {
    expect(attributeWords(field)).toBe(words);
  });
});

describe('describeChange()', () => {
  test('says the value before and after, or "nothing"', () => {
    expect(describeChange({ field: 'title', from: 'Engineer', to: 'Head of Platform' })).toEqual([
      {
        field: 'title',
        attribute: 'Title',
        from: 'Engineer',
        to: 'Head of Platform',
        text: 'Title: Engineer → Head of Platform',
      },
    ]);
    expect(textsOf('title', null, 'Engineer')).toEqual(['Title: nothing → Engineer']);
    expect(textsOf('title', 'Engineer', null)).toEqual(['Title: Engineer → nothing']);
    expect(textsOf('title', undefined, '')).toEqual(['Title: nothing → ""']);
    expect(textsOf('title', null, undefined)).toEqual([]);
    expect(textsOf('emails', [], null)).toEqual([]);
  });

  test('describes booleans, numbers and states', () => {
    expect(textsOf('active', true, false)).toEqual(['Active: yes → no']);
    expect(textsOf('unix_uid', 0, 5_001)).toEqual(['Unix uid: 0 → 5001']);
    expect(textsOf('state', 'ACTIVATED', 'SUSPENDED')).toEqual(['State: activated → suspended']);
    expect(textsOf('state', null, 'SUSPENDED at 2026-04-01T00:00:00.000Z')).toEqual([
      'State: nothing → suspended at 2026-04-01T00:00:00.000Z',
    ]);
  });

  test('has one entry for each kind of value of a multi-valued attribute that changed', () => {
    const home = { value: 'ann@home.example', type: 'home' };
    const work = { value: 'ann@a.example', type: 'work', primary: true };
    expect(textsOf('emails', [work, home], [{ ...work, value: 'ann@b.example' }, home])).toEqual([
      'Primary email: ann@a.example → ann@b.example',
    ]);
    expect(textsOf('emails', [work, home], [work, { value: 'x@home.example' }])).toEqual([
      'Home email: ann@home.example → nothing',
      'Email: nothing → x@home.example',
    ]);
    expect(
      textsOf('phoneNumbers', null, [
        { type: 'work', value: '+49 1' },
        { type: 'work', value: '+49 2' },
      ]),
    ).toEqual(['Work phone number: nothing → +49 1, +49 2']);
    expect(textsOf('attributes', [{ name: 'floor', value: '3' }], [{ name: 'floor', value: 4 }])).toEqual([
      'Attribute floor: 3 → 4',
    ]);
    expect(textsOf('ssh_keys', null, 'Laptop')).toEqual(['SSH key: nothing → Laptop']);
    expect(textsOf('urn:x:tags', ['a', 'b'], ['b', 'c'])).toEqual(['Tags: a, b → b, c']);
  });

  test('describes addresses and other nested values', () => {
    const address = { type: 'work', streetAddress: 'Musterstraße 12', postalCode: '10115', locality: 'Berlin' };
    expect(textsOf('addresses', null, [address])).toEqual(['Work address: nothing → Musterstraße 12, 10115, Berlin']);
    expect(textsOf('addresses', [{ ...address, formatted: 'Berlin' }], [])).toEqual(['Work address: Berlin → nothing']);
    expect(textsOf('urn:x:badge', { color: 'red', floors: [1, 2], door: { code: true } }, null)).toEqual([
      'Badge: Color: red, Floors: 1, 2, Door: Code: yes → nothing',
    ]);
    expect(textsOf('urn:x:badge', { type: 'only' }, { type: 'other' })).toEqual(['Badge: changed']);
  });

  test('never shows a secret', () => {
    expect(describeChange({ field: 'password', from: null, to: SECRET_MASK })).toEqual([
      { field: 'password', attribute: 'Password', from: null, to: 'changed', text: 'Password: changed' },
    ]);
    expect(textsOf('urn:x:pin', SECRET_MASK, null)).toEqual(['Pin: removed']);
    expect(textsOf('urn:x:pins', [{ value: SECRET_MASK }], [{ value: SECRET_MASK }])).toEqual(['Pins: changed']);
    expect(textsOf('urn:x:pins', null, [{ value: SECRET_MASK }])).toEqual(['Pins: nothing → a secret']);
  });

  test('names the manager, and shows an id without a name as it is', () => {
    const names = new Map([['665f1e0a7b2c4d0012345611', 'Ann Meier']]);
    const change = { field: `${enterprise}:manager.value`, from: '665f1e0a7b2c4d0012345611', to: 'boss' };
    expect(textsOf(change.field, change.from, change.to, names)).toEqual(['Manager: Ann Meier → boss']);
    expect(textsOf('manager', null, change.from, names)).toEqual(['Manager: nothing → Ann Meier']);
    expect(textsOf('title', null, change.from, names)).toEqual([`Title: nothing → ${change.from}`]);
    expect(referencesOf(change)).toEqual([change.from, 'boss']);
    expect(referencesOf({ field: 'manager', from: null, to: 'x' })).toEqual(['x']);
    expect(referencesOf({ field: 'title', from: 'a', to: 'b' })).toEqual([]);
  });

  test('keeps values in any script, and cuts a value after VALUE_WORDS_LENGTH_MAX without splitting a character', () => {
    expect(textsOf('displayName', '探花', 'العربية 🌸')).toEqual(['Display name: 探花 → العربية 🌸']);
    const [whole] = describeChange({ field: 'title', from: null, to: 'x'.repeat(VALUE_WORDS_LENGTH_MAX) });
    expect(whole?.to).toBe('x'.repeat(VALUE_WORDS_LENGTH_MAX));
    const [cut] = describeChange({ field: 'title', from: null, to: 'x'.repeat(VALUE_WORDS_LENGTH_MAX + 1) });
    expect(cut?.to).toBe(`${'x'.repeat(VALUE_WORDS_LENGTH_MAX)}…`);
    const [flower] = describeChange({ field: 'title', from: null, to: `${'x'.repeat(VALUE_WORDS_LENGTH_MAX - 1)}🌸` });
    expect(flower?.to).toBe(`${'x'.repeat(VALUE_WORDS_LENGTH_MAX - 1)}…`);
    const long = 'x'.repeat(VALUE_WORDS_LENGTH_MAX);
    expect(textsOf('title', `${long}a`, `${long}b`)).toEqual([`Title: ${long}… → ${long}…`]);
  });

  test('writes out VALUES_IN_WORDS_MAX values of one kind, and the number of the others', () => {
    const values = Array.from({ length: VALUES_IN_WORDS_MAX }, (_, index) => `v${index}`);
    expect(textsOf('urn:x:tags', null, values)).toEqual([`Tags: nothing → ${values.join(', ')}`]);
    expect(textsOf('urn:x:tags', null, [...values, 'last'])).toEqual([
      `Tags: nothing → ${values.join(', ')} and 1 more`,
    ]);
  });
});

test('describeMembership() names the group', () => {
  expect(describeMembership('Sales', true)).toMatchObject({
    from: 'no',
    to: 'yes',
    attribute: 'Member of the group Sales',
  });
  expect(describeMembership('探花', false).text).toBe('Member of the group 探花: yes → no');
});
