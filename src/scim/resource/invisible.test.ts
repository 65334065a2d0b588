import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import type { JsonObject } from '#base/json.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { normalizeResource } from './normalize.ts';

const schemas = { User: compileResourceSchema('User'), Group: compileResourceSchema('Group') };
const normalize = (type: 'User' | 'Group', body: JsonObject) =>
  normalizeResource(schemas[type], body, { unknownAttributes: 'reject' }).document;

/** Attributes by which people and identity providers match users and groups. */
const matched = {
  userName: (text: string) => normalize('User', { userName: text }),
  'emails.value': (text: string) => normalize('User', { emails: [{ value: text }] }),
  displayName: (text: string) => normalize('Group', { displayName: text }),
};

/** Returns a name with a character in the middle. */
const around = (character: string) => `ann${character}a`;

const controls = ['\u0001', '\t', '\n', '\u001f', '\u007f', '\u0080', '\u009f', '\u2028', '\u2029'];
const reordering = ['\u202a', '\u202e', '\u2066', '\u2069'];
const joining = ['\u200c', '\u200d', '\u200e', '\u200f'];
const withoutRoom = ['\u00ad', '\u061c', '\u200b', '\u2060', '\ufeff', '\u{e0041}'];

describe.for(Object.entries(matched))('the attribute %s', ([name, read]) => {
  test.for([...controls, ...reordering])('rejects the control or reordering character %j', (character) => {
    const error = errorOf(() => read(around(character)));
    expect(error).toMatchObject({ code: 'invalidValue', attribute: name });
    const point = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    expect(error.message).toContain(`U+${point}`);
    expect(error.message).not.toContain(character);
  });

  test.for([...joining, ...withoutRoom])('accepts the invisible character %j, except in a userName', (character) => {
    if (name === 'userName') expect(errorOf(() => read(around(character))).code).toBe('invalidValue');
    else expect(JSON.stringify(read(around(character)))).toContain(character);
  });

  test.for(['דוד', 'سارا', 'Ünal', '漢字', 'anna maria', 'anna\u00a0maria', '😀'])('accepts the name %s', (text) => {
    expect(JSON.stringify(read(text))).toContain(text);
  });
});

/** The names and required strings of the standard schemas. Each function normalizes a body that contains the attribute. */
const names: Readonly<Record<string, (text: string) => JsonObject>> = {
  userName: (text) => normalize('User', { userName: text }),
  displayName: (text) => normalize('User', { displayName: text }),
  nickName: (text) => normalize('User', { nickName: text }),
  'name.formatted': (text) => normalize('User', { name: { formatted: text } }),
  'name.familyName': (text) => normalize('User', { name: { familyName: text } }),
  'name.givenName': (text) => normalize('User', { name: { givenName: text } }),
  'name.middleName': (text) => normalize('User', { name: { middleName: text } }),
  'displayName of a group': (text) => normalize('Group', { displayName: text }),
  'members.value': (text) => normalize('Group', { members: [{ value: text }] }),
};

describe.for(Object.entries(names))('the attribute %s', ([, read]) => {
  test.for([' ', '   ', '\t', '\u00a0', '\u3000', '\u2003 ', '\u200b', '\u2800', '\u3164', ' \n '])(
    'rejects a value of only blanks, such as %j',
    (blanks) => {
      expect(errorOf(() => read(blanks))).toMatchObject({ code: 'invalidValue' });
      expect(JSON.stringify(read('a b'))).toContain('a b');
    },
  );
});

test('an attribute that is not a name may consist of blanks', () => {
  expect(normalize('User', { title: ' ' })).toEqual({ title: ' ' });
});

test('attributes that clients do not use for matching keep invisible characters', () => {
  for (const character of [...controls, ...reordering, ...joining, ...withoutRoom]) {
    const body = { displayName: around(character), name: { familyName: around(character) } };
    expect(normalize('User', body)).toEqual(body);
  }
});
