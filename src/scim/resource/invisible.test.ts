import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import type { JsonObject } from '#base/json.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { normalizeResource } from './normalize.ts';

const schemas = { User: compileResourceSchema('User'), Group: compileResourceSchema('Group') };
const normalize = (type: 'User' | 'Group', body: JsonObject) =>
  normalizeResource(schemas[type], body, { unknownAttributes: 'reject' }).document;

/** What people and identity providers match by. */
const matched = {
  userName: (text: string) => normalize('User', { userName: text }),
  'emails.value': (text: string) => normalize('User', { emails: [{ value: text }] }),
  displayName: (text: string) => normalize('Group', { displayName: text }),
};

/** One character in the middle of a name. */
const around = (character: string) => `ann${character}a`;

const controls = ['\u0001', '\t', '\n', '\u001f', '\u007f', '\u0080', '\u009f', '\u2028', '\u2029'];
const reordering = ['\u202a', '\u202e', '\u2066', '\u2069'];
const joining = ['\u200c', '\u200d', '\u200e', '\u200f'];
const withoutRoom = ['\u00ad', '\u061c', '\u200b', '\u2060', '\ufeff', '\u{e0041}'];

describe.for(Object.entries(matched))('%s', ([name, read]) => {
  test.for([...controls, ...reordering])('has no %j', (character) => {
    const error = errorOf(() => read(around(character)));
    expect(error).toMatchObject({ code: 'invalidValue', attribute: name });
    const point = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    expect(error.message).toContain(`U+${point}`);
    expect(error.message).not.toContain(character);
  });

  test.for([...joining, ...withoutRoom])('and %j, which scripts use, only where it is no user name', (character) => {
    if (name === 'userName') expect(errorOf(() => read(around(character))).code).toBe('invalidValue');
    else expect(JSON.stringify(read(around(character)))).toContain(character);
  });

  test.for(['דוד', 'سارا', 'Ünal', '漢字', 'anna maria', 'anna\u00a0maria', '😀'])('may be %s', (text) => {
    expect(JSON.stringify(read(text))).toContain(text);
  });
});

/** Names and required strings of the standard schemas, as a body has them. */
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

describe.for(Object.entries(names))('%s', ([, read]) => {
  test.for([' ', '   ', '\t', '\u00a0', '\u3000', '\u2003 ', '\u200b', '\u2800', '\u3164', ' \n '])(
    'has more than blanks such as %j',
    (blanks) => {
      expect(errorOf(() => read(blanks))).toMatchObject({ code: 'invalidValue' });
      expect(JSON.stringify(read('a b'))).toContain('a b');
    },
  );
});

test('attributes that are not names may have blanks alone', () => {
  expect(normalize('User', { title: ' ' })).toEqual({ title: ' ' });
});

test('other attributes are kept as they were sent', () => {
  for (const character of [...controls, ...reordering, ...joining, ...withoutRoom]) {
    const body = { displayName: around(character), name: { familyName: around(character) } };
    expect(normalize('User', body)).toEqual(body);
  }
});
