import fc from 'fast-check';
import { errorOf } from '../../../tests/support/error-of.ts';
import { describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { acceptedBody } from '#scim/resource/body.fixture.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { group, members, patch, user, ignore } from './patch.fixture.ts';

describe('applyPatch to a group', () => {
  const two: JsonObject = { displayName: 'g', members: members('a', 'b') };

  it.each<[string, JsonValue, JsonObject]>([
    [
      'adds members',
      { op: 'Add', path: 'members', value: [{ $ref: null, value: 'c' }] },
      { displayName: 'g', members: members('a', 'b', 'c') },
    ],
    [
      'does not add a member who is already in the group',
      { op: 'Add', path: 'members', value: [{ value: 'a', type: 'User' }] },
      two,
    ],
    [
      'removes members by value',
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] },
      { displayName: 'g', members: members('b') },
    ],
    [
      'removes a member by filter',
      { op: 'remove', path: 'members[value eq "a"]' },
      { displayName: 'g', members: members('b') },
    ],
    [
      'removes members by a filter with "or"',
      { op: 'remove', path: 'members[value eq "a" or value eq "b"]' },
      { displayName: 'g' },
    ],
    ['compares the ids of members case-sensitively', { op: 'remove', path: 'members[value eq "A"]' }, two],
    [
      'ignores the removal of an id that is not a member',
      { op: 'Remove', path: 'members', value: [{ value: 'x' }] },
      two,
    ],
    ['removes all members', { op: 'remove', path: 'members' }, { displayName: 'g' }],
    ['replaces members', { op: 'Replace', path: 'members', value: ['c'] }, { displayName: 'g', members: members('c') }],
    ['replaces members with an empty list', { op: 'Replace', path: 'members', value: [] }, { displayName: 'g' }],
    [
      'sets the type of a member',
      { op: 'add', path: 'members[value eq "a"].type', value: 'User' },
      { displayName: 'g', members: [{ value: 'a', type: 'User' }, { value: 'b' }] },
    ],
    [
      'adds the member that the filter of an add path names',
      { op: 'add', path: 'members[value eq "c"].type', value: 'User' },
      { displayName: 'g', members: [...members('a', 'b'), { value: 'c', type: 'User' }] },
    ],
  ])('%s', (_, operation, expected) => {
    expect(patch(group, two, [operation])).toEqual(expected);
  });

  it.each<[JsonValue, string]>([
    [{ op: 'replace', path: 'members[value eq "a"].value', value: 'c' }, 'mutability'],
    [{ op: 'replace', path: 'members[value eq "a"]', value: { value: 'c' } }, 'mutability'],
    [{ op: 'remove', path: 'members[value eq "a"].value' }, 'mutability'],
    [{ op: 'remove', path: 'displayName' }, 'required'],
    [{ op: 'remove', path: 'members', value: [] }, 'invalidValue'],
    [{ op: 'remove', path: 'members', value: 'x' }, 'invalidValue'],
  ])('rejects %j with %s', (operation, code) => {
    expect(errorOf(() => patch(group, two, [operation])).code).toBe(code);
  });

  it('adds and removes thousands of members of a large group', () => {
    const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    const large = { displayName: 'g', members: members(...ids('a', 100_000)) };
    const removals = ids('a', 900).map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }));
    const after = patch(group, large, [
      { op: 'add', path: 'members', value: ids('b', 50_000) },
      { op: 'remove', path: 'members', value: ids('b', 50_000) },
      ...removals,
    ]);
    expect(after['members']).toHaveLength(99_100);
  });

  it('restores the document when an added member is removed', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), id, (present, added) => {
        fc.pre(!present.includes(added));
        const document = { displayName: 'g', members: members(...present) };
        const more = patch(group, document, [{ op: 'add', path: 'members', value: [{ value: added }] }]);
        expect(patch(group, more, [{ op: 'remove', path: `members[value eq "${added}"]` }])).toEqual(document);
        expect(patch(group, more, [{ op: 'remove', path: 'members', value: [added] }])).toEqual(document);
      }),
    );
  });
});

describe('applyPatch with any valid operations', () => {
  it('returns a canonical document', () => {
    const path = fc.constantFrom(
      'emails',
      'emails.value',
      'emails[type eq "work"]',
      'emails[type eq "work"].value',
      'emails[primary eq "True"].type',
      'roles',
      'roles[value eq "x"].primary',
      'name',
      'name.givenName',
      'title',
      'manager',
      'manager.value',
      E,
      'department',
    );
    const value = fc.constantFrom<JsonValue>(
      '',
      null,
      'a',
      'True',
      [],
      ['a', 'b'],
      { value: 'a', type: 'work' },
      [{ value: 'b', primary: true }],
      { givenName: 'a' },
      {},
    );
    const operation = fc.record({ op: fc.constantFrom('add', 'replace', 'remove'), path, value });
    fc.assert(
      fc.property(acceptedBody, fc.array(operation, { maxLength: 6 }), (body, operations) => {
        const { document } = normalizeResource(user, body, ignore);
        const attempt = (candidates: readonly JsonObject[]) => {
          try {
            return patch(user, document, [...candidates]);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            return undefined;
          }
        };
        // Operations that are valid individually may be invalid in combination.
        const after = attempt(operations.filter((candidate) => attempt([candidate]) !== undefined));
        fc.pre(after !== undefined);
        expect(normalizeResource(user, after, ignore)).toEqual({ document: after, ignored: [] });
      }),
      { numRuns: 500 },
    );
  });
});
