import { errorOf } from '../../../tests/support/error-of.ts';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { VALUES_MAX } from '#scim/limits.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { applyPatch } from './apply-patch.ts';
import { email, members, patch, user, ignore } from './patch.fixture.ts';
import { OWN } from '#scim/schema/custom-user.fixture.ts';

describe('applyPatch to a user', () => {
  it.each<[string, JsonObject, JsonValue, JsonObject]>([
    // RFC 7644 §3.5.2.1
    [
      'adds attributes by an operation without a path',
      { userName: 'a' },
      { op: 'add', value: { emails: [email('b@x', 'home')], nickname: 'Babs' } },
      { userName: 'a', emails: [email('b@x', 'home')], nickName: 'Babs' },
    ],
    ['replaces a single value by add', { title: 'a' }, { op: 'add', path: 'title', value: 'b' }, { title: 'b' }],
    [
      'merges a complex value by add',
      { name: { givenName: 'A', familyName: 'B' } },
      { op: 'add', path: 'name', value: { givenName: 'C' } },
      { name: { givenName: 'C', familyName: 'B' } },
    ],
    [
      'adds a value to a list',
      { emails: [email('a', 'work')] },
      { op: 'add', path: 'emails', value: [email('b', 'home')] },
      { emails: [email('a', 'work'), email('b', 'home')] },
    ],
    [
      'does not add a value that is already present',
      { emails: [email('a', 'work')] },
      { op: 'add', path: 'emails', value: [{ type: 'work', value: 'a' }] },
      { emails: [email('a', 'work')] },
    ],
    [
      'merges an added value into the one with the same type and value',
      { roles: [{ value: 'a' }] },
      { op: 'add', path: 'roles', value: [{ value: 'a', display: 'A' }] },
      { roles: [{ value: 'a', display: 'A' }] },
    ],
    [
      'adds elements that have no sub-attribute "value"',
      { addresses: [{ country: 'DE' }] },
      { op: 'add', path: 'addresses', value: [{ country: 'de' }, { country: 'FR' }] },
      { addresses: [{ country: 'DE' }, { country: 'FR' }] },
    ],
    ['adds to an extension', {}, { op: 'Add', path: `${E}:department`, value: 'IT' }, { [E]: { department: 'IT' } }],
    // §3.5.2.2
    ['removes a single value', { title: 'a', nickName: 'b' }, { op: 'remove', path: 'title' }, { nickName: 'b' }],
    ['removes all values', { emails: [email('a', 'work')] }, { op: 'remove', path: 'emails' }, {}],
    [
      'removes elements by a filter',
      { emails: [email('a', 'work'), email('b', 'home')] },
      { op: 'remove', path: 'emails[type eq "work" and value ew "a"]' },
      { emails: [email('b', 'home')] },
    ],
    [
      'tolerates a removal that matches nothing',
      { title: 'a' },
      { op: 'remove', path: 'emails[type eq "work"]' },
      { title: 'a' },
    ],
    [
      'removes an extension when its last attribute is removed',
      { title: 'a', [E]: { department: 'IT' } },
      { op: 'remove', path: 'department' },
      { title: 'a' },
    ],
    [
      'removes a whole extension',
      { title: 'a', [E]: { department: 'IT', manager: { value: '1' } } },
      { op: 'remove', path: E },
      { title: 'a' },
    ],
    [
      'removes a sub-attribute',
      { name: { givenName: 'a', familyName: 'b' } },
      { op: 'remove', path: 'name.givenName' },
      { name: { familyName: 'b' } },
    ],
    [
      'removes an attribute when its last sub-attribute is removed',
      { title: 'a', name: { givenName: 'a' } },
      { op: 'remove', path: 'name.givenName' },
      { title: 'a' },
    ],
    ['ignores the removal of a sub-attribute without a value', {}, { op: 'remove', path: 'name.givenName' }, {}],
    [
      'removes a value together with its labels',
      {
        phoneNumbers: [
          { value: '1', type: 'fax' },
          { value: '2', type: 'work', primary: true },
        ],
      },
      { op: 'remove', path: 'phoneNumbers[type eq "work"].value' },
      { phoneNumbers: [{ value: '1', type: 'fax' }] },
    ],
    [
      'removes only the label of a value',
      { emails: [email('a', 'work')] },
      { op: 'remove', path: 'emails[type eq "work"].type' },
      { emails: [{ value: 'a' }] },
    ],
    [
      'removes an element when its last label is removed',
      { emails: [{ type: 'work' }] },
      { op: 'remove', path: 'emails[type eq "work"].type' },
      {},
    ],
    [
      'removes a sub-attribute from all elements',
      { emails: [email('a', 'work'), email('b', 'home')] },
      { op: 'remove', path: 'emails.type' },
      { emails: [{ value: 'a' }, { value: 'b' }] },
    ],
    [
      'merges values that become equal',
      {
        roles: [
          { value: 'a', type: 'x' },
          { value: 'a', type: 'y' },
        ],
      },
      { op: 'remove', path: 'roles.type' },
      { roles: [{ value: 'a' }] },
    ],
    [
      'removes elements by their value in any case',
      { roles: members('Admin', 'b') },
      { op: 'remove', path: 'roles', value: [{ value: 'ADMIN' }] },
      { roles: members('b') },
    ],
    [
      'removes simple values',
      { [OWN]: { tags: ['a', 'B', 'c'] } },
      { op: 'remove', path: `${OWN}:tags`, value: ['b', 'x'] },
      { [OWN]: { tags: ['a', 'c'] } },
    ],
    [
      'removes case-sensitive simple values by exact match',
      { [OWN]: { codes: ['b', 'B'] } },
      { op: 'remove', path: `${OWN}:codes`, value: ['b'] },
      { [OWN]: { codes: ['B'] } },
    ],
    [
      'adds simple values',
      { [OWN]: { codes: ['a'] } },
      { op: 'add', path: `${OWN}:codes`, value: ['a', 'b'] },
      { [OWN]: { codes: ['a', 'b'] } },
    ],
    [
      'ignores a removal by value for elements that have no sub-attribute "value"',
      { addresses: [{ country: 'DE' }] },
      { op: 'remove', path: 'addresses', value: ['DE'] },
      { addresses: [{ country: 'DE' }] },
    ],
    // §3.5.2.3
    ['replaces a single value', { title: 'a' }, { op: 'Replace', path: 'title', value: 'b' }, { title: 'b' }],
    [
      'replaces all values',
      { emails: [email('a', 'work'), email('b', 'home')] },
      { op: 'replace', path: 'emails', value: [email('c', 'x')] },
      { emails: [email('c', 'x')] },
    ],
    [
      'keeps sub-attributes that a replace does not name',
      { name: { givenName: 'A', familyName: 'B' } },
      { op: 'replace', path: 'name', value: { givenName: 'C' } },
      { name: { givenName: 'C', familyName: 'B' } },
    ],
    [
      'replaces an element',
      {
        addresses: [
          { type: 'work', formatted: 'a', country: 'SE' },
          { type: 'home', formatted: 'b' },
        ],
      },
      { op: 'replace', path: 'addresses[type eq "work"]', value: { type: 'work', formatted: 'c' } },
      {
        addresses: [
          { type: 'work', formatted: 'c' },
          { type: 'home', formatted: 'b' },
        ],
      },
    ],
    [
      'keeps the type that the filter names when it replaces an element',
      { emails: [email('a', 'work', { display: 'A' })] },
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'b' } },
      { emails: [email('b', 'work')] },
    ],
    [
      'merges an element by add',
      { emails: [email('a', 'work', { display: 'A' })] },
      { op: 'add', path: 'emails[type eq "work"]', value: { value: 'b' } },
      { emails: [email('b', 'work', { display: 'A' })] },
    ],
    [
      'adds the element that the filter of a replace describes',
      {},
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'b' } },
      { emails: [email('b', 'work')] },
    ],
    [
      'replaces a sub-attribute of elements',
      { emails: [email('a', 'work'), email('b', 'home')] },
      { op: 'replace', path: 'emails[type eq "WORK"].value', value: 'c' },
      { emails: [email('c', 'work'), email('b', 'home')] },
    ],
    [
      'adds a work email if there is none when its value is replaced',
      { emails: [email('b', 'home')] },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'a' },
      { emails: [email('b', 'home'), email('a', 'work')] },
    ],
    [
      'adds a primary role in three operations',
      {},
      [
        { op: 'Add', path: 'roles[primary eq "True"].display', value: 'Admin' },
        { op: 'Add', path: 'roles[primary eq "True"].value', value: 'admin' },
        { op: 'Add', path: 'roles[primary eq "True"].type', value: 'X' },
      ],
      { roles: [{ primary: true, display: 'Admin', value: 'admin', type: 'X' }] },
    ],
    [
      'changes all elements if the path has no filter',
      { emails: [{ value: 'a' }, { value: 'b' }] },
      { op: 'replace', path: 'emails.type', value: 'x' },
      { emails: [email('a', 'x'), email('b', 'x')] },
    ],
    [
      'adds an element for a sub-attribute path without a filter',
      {},
      { op: 'add', path: 'emails.value', value: 'a' },
      { emails: [{ value: 'a' }] },
    ],
    // §3.5.2, primary
    [
      'makes the other value non-primary when a primary one is added',
      { emails: [email('a', 'work', { primary: true })] },
      { op: 'add', path: 'emails', value: [email('b', 'home', { primary: true })] },
      { emails: [email('a', 'work', { primary: false }), email('b', 'home', { primary: true })] },
    ],
    [
      'makes the other value non-primary when a path sets primary',
      { emails: [email('a', 'work', { primary: true }), email('b', 'home')] },
      { op: 'replace', path: 'emails[type eq "home"].primary', value: 'True' },
      { emails: [email('a', 'work', { primary: false }), email('b', 'home', { primary: true })] },
    ],
    [
      'makes the other value non-primary when the filter describes a primary element',
      { emails: [email('a', 'work', { primary: true })] },
      { op: 'add', path: 'emails[type eq "home" and primary eq true].value', value: 'b' },
      { emails: [email('a', 'work', { primary: false }), { type: 'home', primary: true, value: 'b' }] },
    ],
    // Managers
    [
      'removes the $ref of the former manager',
      { [E]: { manager: { value: '1', $ref: 'u/1' } } },
      { op: 'replace', path: 'manager', value: '2' },
      { [E]: { manager: { value: '2' } } },
    ],
    [
      'keeps the $ref of an unchanged manager',
      { [E]: { manager: { value: '1', $ref: 'u/1' } } },
      { op: 'replace', path: 'manager.value', value: '1' },
      { [E]: { manager: { value: '1', $ref: 'u/1' } } },
    ],
    [
      'removes the manager when the new value is empty',
      { title: 'x', [E]: { manager: { value: '1', $ref: 'u/1' } } },
      { op: 'replace', path: 'manager', value: { value: '' } },
      { title: 'x' },
    ],
    // Custom extensions
    [
      'sets an immutable attribute that has no value',
      {},
      { op: 'add', path: `${OWN}:badge`, value: '1' },
      { [OWN]: { badge: '1' } },
    ],
    [
      'accepts the same value for an immutable attribute',
      { [OWN]: { badge: '1' } },
      { op: 'replace', path: `${OWN}:badge`, value: '1' },
      { [OWN]: { badge: '1' } },
    ],
    [
      'removes a sub-attribute next to an immutable one',
      { [OWN]: { lock: { key: '1', hint: 'x' } } },
      { op: 'remove', path: `${OWN}:lock.hint` },
      { [OWN]: { lock: { key: '1' } } },
    ],
  ])('%s', (_, document, operations, expected) => {
    const before = structuredClone(document);
    const after = patch(user, document, Array.isArray(operations) ? operations : [operations]);
    expect(after).toEqual(expected);
    expect(document).toEqual(before);
    expect(normalizeResource(user, after, ignore)).toEqual({ document: after, ignored: [] });
  });

  it.each<[string, JsonObject, JsonValue, string, RegExp]>([
    [
      'a removal of userName',
      { userName: 'a' },
      { op: 'remove', path: 'userName' },
      'required',
      /userName cannot be removed.*every User/,
    ],
    ['an empty userName', { userName: 'a' }, { op: 'replace', path: 'userName', value: '' }, 'required', /userName/],
    [
      'a removal of the last required value',
      { [OWN]: { tags: ['a'] } },
      { op: 'remove', path: `${OWN}:tags`, value: ['a'] },
      'required',
      /tags/,
    ],
    [
      'a removal of a required sub-attribute',
      { [OWN]: { desk: { room: '1' } } },
      { op: 'remove', path: `${OWN}:desk.room` },
      'required',
      /room/,
    ],
    [
      'a change to an immutable attribute',
      { [OWN]: { badge: '1' } },
      { op: 'replace', path: `${OWN}:badge`, value: '2' },
      'mutability',
      /badge is "1" and cannot become "2"/,
    ],
    [
      'a removal of an immutable attribute',
      { [OWN]: { badge: '1' } },
      { op: 'remove', path: `${OWN}:badge` },
      'mutability',
      /cannot be removed/,
    ],
    [
      'a change to an immutable sub-attribute',
      { [OWN]: { lock: { key: '1' } } },
      { op: 'replace', path: `${OWN}:lock.key`, value: '2' },
      'mutability',
      /lock\.key/,
    ],
    [
      'a removal of an immutable sub-attribute',
      { [OWN]: { lock: { key: '1' } } },
      { op: 'remove', path: `${OWN}:lock.key` },
      'mutability',
      /lock\.key/,
    ],
    [
      'a replace whose filter matches nothing',
      { emails: [email('a', 'work')] },
      { op: 'replace', path: 'emails[type sw "h"].value', value: 'b' },
      'noTarget',
      /emails\[type sw/,
    ],
    [
      'too many values',
      { roles: members(...Array.from({ length: VALUES_MAX }, (_, index) => `${index}`)) },
      { op: 'add', path: 'roles', value: 'one more' },
      'tooManyValues',
      /1001/,
    ],
    [
      'too many values by a path with a filter',
      { roles: members(...Array.from({ length: VALUES_MAX }, (_, index) => `${index}`)) },
      { op: 'add', path: 'roles[type eq "x"].value', value: 'one more' },
      'tooManyValues',
      /1001/,
    ],
  ])('rejects %s and leaves the document unchanged', (_, document, operation, code, message) => {
    const before = structuredClone(document);
    const error = errorOf(() => patch(user, document, [{ op: 'add', path: 'title', value: 'x' }, operation]));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(document).toEqual(before);
  });

  it('accepts VALUES_MAX values', () => {
    const roles = members(...Array.from({ length: VALUES_MAX - 1 }, (_, index) => `${index}`));
    expect(patch(user, { roles }, [{ op: 'add', path: 'roles', value: 'last' }])['roles']).toHaveLength(VALUES_MAX);
  });

  it('rejects an operation on a readOnly attribute even if it was not read by readPatchRequest', () => {
    const definition = user.attributes.get('id');
    if (definition === undefined) throw new Error('no id');
    const target = { extension: undefined, attribute: definition, sub: undefined, filter: undefined, text: 'id' };
    expect(errorOf(() => applyPatch(user, {}, [{ op: 'remove', target, values: undefined }])).code).toBe('mutability');
  });
});
