import fc from 'fast-check';
import { errorOf } from '../../../tests/support/error-of.ts';
import { describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { PATCH_OPERATIONS_MAX, STRING_LENGTH_MAX } from '#scim/limits.ts';
import { nameOf } from '#scim/path/attribute-path.ts';
import { anyJson, likelyBody } from '#scim/resource/body.fixture.ts';
import { attribute } from '#scim/schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import type { PatchOperation } from './operation.ts';
import { readPatchRequest, type PatchRequestOptions } from './read-patch-request.ts';
import { OWN, userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

const user = userWithCustomAttributes(
  attribute('string', 'tags', '', { multiValued: true }),
  attribute('string', 'badge', '', { mutability: 'readOnly' }),
);
const group = compileResourceSchema('Group');
const ignore: PatchRequestOptions = { unknownAttributes: 'ignore' };

const read = (schema: ResourceSchema, operations: JsonValue, options = ignore) =>
  readPatchRequest(schema, { Operations: operations }, options);

/** Returns an operation in short form: `[op, name and filter, value or values, missing element]`. */
function brief(operation: PatchOperation): readonly unknown[] {
  const head = [operation.op, `${nameOf(operation.target)}${operation.target.filter === undefined ? '' : '[…]'}`];
  if (operation.op === 'remove') return operation.values === undefined ? head : [...head, operation.values];
  const { value, missingElement } = operation;
  return missingElement === undefined ? [...head, value] : [...head, value, missingElement];
}

const briefly = (schema: ResourceSchema, operations: JsonValue) => read(schema, operations).operations.map(brief);

const work = 'emails[type eq "work"]';

describe('readPatchRequest for a user', () => {
  it.each<[JsonValue, readonly (readonly unknown[])[]]>([
    // §1.4, without the flag
    [{ op: 'Replace', path: `${work}.value`, value: 'a@x' }, [['replace', 'emails.value[…]', 'a@x', { type: 'work' }]]],
    [{ op: 'Replace', path: 'name.familyName', value: 'Ek' }, [['replace', 'name.familyName', 'Ek']]],
    [{ op: 'Replace', path: 'userName', value: 'anna' }, [['replace', 'userName', 'anna']]],
    [
      { op: 'Replace', path: 'addresses[type eq "work"].formatted', value: '18/2111' },
      [['replace', 'addresses.formatted[…]', '18/2111', { type: 'work' }]],
    ],
    [{ op: 'Add', path: `${E}:department`, value: 'Retail' }, [['add', `${E}:department`, 'Retail']]],
    [{ op: 'Replace', path: 'active', value: 'False' }, [['replace', 'active', false]]],
    [{ op: 'Add', path: 'active', value: 'true' }, [['add', 'active', true]]],
    [{ op: 'replace', path: 'active', value: false }, [['replace', 'active', false]]],
    // §1.6, managers
    [
      { op: 'Add', path: 'manager', value: [{ $ref: 'h/1', value: '1' }] },
      [['add', `${E}:manager`, { $ref: 'h/1', value: '1' }]],
    ],
    [{ op: 'Add', path: `${E}:manager`, value: '1' }, [['add', `${E}:manager`, { value: '1' }]]],
    [{ op: 'add', path: `${E}:manager`, value: { value: '1' } }, [['add', `${E}:manager`, { value: '1' }]]],
    [
      { op: 'replace', path: `${E}:manager`, value: { value: '1', displayName: 'x' } },
      [['replace', `${E}:manager`, { value: '1' }]],
    ],
    [
      { op: 'replace', path: `${E}:manager`, value: { value: '1', $ref: null } },
      [
        ['replace', `${E}:manager`, { value: '1' }],
        ['remove', `${E}:manager.$ref`],
      ],
    ],
    [{ op: 'replace', path: `${E}:manager`, value: '' }, [['remove', `${E}:manager`]]],
    [{ op: 'replace', path: `${E}:manager`, value: null }, [['remove', `${E}:manager`]]],
    [{ op: 'replace', path: `${E}:manager`, value: [] }, [['remove', `${E}:manager`]]],
    [{ op: 'replace', path: `${E}:manager`, value: { value: '' } }, [['remove', `${E}:manager`]]],
    [{ op: 'replace', path: `${E}:manager`, value: [{ Value: null, $ref: null }] }, [['remove', `${E}:manager`]]],
    [{ op: 'replace', path: `${E}:manager`, value: {} }, []],
    [{ op: 'add', path: `${E}:manager`, value: '' }, []],
    [{ op: 'add', path: `${E}:manager`, value: { value: '' } }, []],
    [{ op: 'remove', path: `${E}:manager` }, [['remove', `${E}:manager`]]],
    [{ op: 'remove', path: `${E}:manager`, value: '1' }, [['remove', `${E}:manager`]]],
    [{ op: 'replace', path: 'manager.value', value: '1' }, [['replace', `${E}:manager.value`, '1']]],
    [{ op: 'replace', path: 'manager.value', value: '' }, [['remove', `${E}:manager.value`]]],
    // §1.6, roles
    [
      { op: 'Add', path: 'roles', value: [{ value: '{"id":"06","value":"25","displayName":"Role1234"}' }] },
      [['add', 'roles', [{ value: '25', display: 'Role1234' }]]],
    ],
    [
      { op: 'replace', path: 'roles', value: [{ primary: false, display: 'User', value: 'User' }] },
      [['replace', 'roles', [{ primary: false, display: 'User', value: 'User' }]]],
    ],
    [
      { op: 'Add', path: 'roles[primary eq "True"].display', value: 'Admin' },
      [['add', 'roles.display[…]', 'Admin', { primary: true }]],
    ],
    // §1.7, with the flag
    [
      {
        op: 'replace',
        value: { displayName: 'B', 'name.givenName': 'K', 'name.familyName': 'U', [`${E}:employeeNumber`]: 'A' },
      },
      [
        ['replace', 'displayName', 'B'],
        ['replace', 'name.givenName', 'K'],
        ['replace', 'name.familyName', 'U'],
        ['replace', `${E}:employeeNumber`, 'A'],
      ],
    ],
    [
      { op: 'replace', value: { active: false, userName: 'x' } },
      [
        ['replace', 'active', false],
        ['replace', 'userName', 'x'],
      ],
    ],
    [
      { op: 'replace', path: `${work}.primary`, value: 'True' },
      [['replace', 'emails.primary[…]', true, { type: 'work' }]],
    ],
    [{ op: 'Add', path: 'nickName', value: [{ $ref: null, value: 'Babs' }] }, [['add', 'nickName', 'Babs']]],
    [{ op: 'Add', path: 'nickName', value: { value: 'Babs' } }, [['add', 'nickName', 'Babs']]],
    // §1.8: objects without a path, with all forms of keys
    [
      {
        op: 'add',
        path: '',
        value: { name: { givenName: 'A' }, [E.toLowerCase()]: { Department: 'IT' }, [`${work}.value`]: 'a' },
      },
      [
        ['add', 'name', { givenName: 'A' }],
        ['add', `${E}:department`, 'IT'],
        ['add', 'emails.value[…]', 'a', { type: 'work' }],
      ],
    ],
    [{ op: 'replace', value: { id: 'x', schemas: [], meta: {}, title: 'T' } }, [['replace', 'title', 'T']]],
    [
      { op: 'replace', path: E, value: { department: 'IT', manager: '1' } },
      [
        ['replace', `${E}:department`, 'IT'],
        ['replace', `${E}:manager`, { value: '1' }],
      ],
    ],
    [{ op: 'replace', path: user.core.id, value: { title: 'T' } }, [['replace', 'title', 'T']]],
    [{ op: 'replace', value: { [E]: {} } }, []],
    [{ op: 'remove', path: OWN }, [['remove', `${OWN}:tags`]]],
    [{ op: 'replace', path: OWN, value: null }, [['remove', `${OWN}:tags`]]],
    [{ op: 'remove', path: user.core.id }, []],
    [{ op: 'replace', path: `${E}.department`, value: 'IT' }, [['replace', `${E}:department`, 'IT']]],
    // Filters
    [
      { op: 'add', path: 'emails[type eq "Work" and primary eq true].value', value: 'a' },
      [['add', 'emails.value[…]', 'a', { type: 'Work', primary: true }]],
    ],
    [{ op: 'replace', path: 'emails[type sw "w"].value', value: 'a' }, [['replace', 'emails.value[…]', 'a']]],
    [
      { op: 'replace', path: 'emails[type eq "w" or type eq "x"].value', value: 'a' },
      [['replace', 'emails.value[…]', 'a']],
    ],
    [
      { op: 'replace', path: 'emails[type eq "w" and display co "x"].value', value: 'a' },
      [['replace', 'emails.value[…]', 'a']],
    ],
    [
      { op: 'replace', path: 'emails[type eq "w" and type eq "x"].value', value: 'a' },
      [['replace', 'emails.value[…]', 'a']],
    ],
    [{ op: 'replace', path: 'emails[type eq null].value', value: 'a' }, [['replace', 'emails.value[…]', 'a', {}]]],
    [
      { op: 'replace', path: work, value: { value: 'a' } },
      [['replace', 'emails[…]', { value: 'a' }, { type: 'work' }]],
    ],
    [{ op: 'replace', path: work, value: ['a'] }, [['replace', 'emails[…]', { value: 'a' }, { type: 'work' }]]],
    [{ op: 'replace', path: work, value: null }, [['remove', 'emails[…]']]],
    [{ op: 'replace', path: `${work}.value`, value: '' }, [['remove', 'emails.value[…]']]],
    [{ op: 'add', path: `${work}.value`, value: '' }, []],
    [{ op: 'remove', path: `${work}.value`, value: 'stray' }, [['remove', 'emails.value[…]']]],
    [{ op: 'replace', path: 'emails.value', value: 'a' }, [['replace', 'emails.value', 'a', {}]]],
    // Values that mean "no value"
    [{ op: 'replace', path: 'title', value: null }, [['remove', 'title']]],
    [{ op: 'replace', path: 'title', value: '' }, [['remove', 'title']]],
    [{ op: 'replace', path: 'title', value: [] }, [['remove', 'title']]],
    [{ op: 'add', path: 'title', value: null }, []],
    [{ op: 'replace', path: 'emails', value: [] }, [['remove', 'emails']]],
    [{ op: 'replace', path: 'name', value: null }, [['remove', 'name']]],
    [{ op: 'replace', path: 'name', value: {} }, []],
    [
      { op: 'replace', path: 'name', value: { givenName: 'A', familyName: null, FAMILYNAME: '', other: null } },
      [
        ['replace', 'name', { givenName: 'A' }],
        ['remove', 'name.familyName'],
      ],
    ],
    [
      { op: 'replace', path: 'name', value: { givenName: null, GIVENNAME: 'A' } },
      [['replace', 'name', { givenName: 'A' }]],
    ],
    [{ op: 'replace', path: 'name', value: { givenName: '' } }, [['remove', 'name.givenName']]],
    [{ op: 'add', path: 'name', value: { givenName: 'A', familyName: null } }, [['add', 'name', { givenName: 'A' }]]],
    // Removals by value
    [{ op: 'Remove', path: 'roles', value: [{ value: 'a' }, 'b', 3] }, [['remove', 'roles', ['a', 'b', '3']]]],
    [{ op: 'Remove', path: 'emails', value: { VALUE: 'a' } }, [['remove', 'emails', ['a']]]],
    [{ op: 'Remove', path: `${OWN}:tags`, value: 'a' }, [['remove', `${OWN}:tags`, ['a']]]],
    [{ op: 'remove', path: 'emails' }, [['remove', 'emails']]],
    [{ op: 'remove', path: 'emails', value: null }, [['remove', 'emails']]],
    [{ op: 'remove', path: 'title', value: 'x' }, [['remove', 'title']]],
  ])('reads %j', (operation, expected) => {
    expect(briefly(user, [operation])).toEqual(expected);
    expect(read(user, [operation]).ignored).toEqual([]);
  });
});

describe('readPatchRequest for a group', () => {
  it.each<[JsonValue, readonly (readonly unknown[])[]]>([
    [{ op: 'Replace', path: 'displayName', value: 'B' }, [['replace', 'displayName', 'B']]],
    [{ op: 'replace', value: { displayName: 'B' } }, [['replace', 'displayName', 'B']]],
    [{ op: 'replace', value: { externalId: 'c3' } }, [['replace', 'externalId', 'c3']]],
    [{ op: 'Add', path: 'members', value: [{ $ref: null, value: 'a' }] }, [['add', 'members', [{ value: 'a' }]]]],
    [
      { op: 'add', path: 'members', value: [{ value: 'a' }, 'b'] },
      [['add', 'members', [{ value: 'a' }, { value: 'b' }]]],
    ],
    [{ op: 'Replace', path: 'members', value: [{ value: 'a' }] }, [['replace', 'members', [{ value: 'a' }]]]],
    [{ op: 'Replace', path: 'members', value: [] }, [['remove', 'members']]],
    [{ op: 'Add', path: 'members', value: [] }, []],
    [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }, [['remove', 'members', ['a']]]],
    [{ op: 'Remove', path: 'members', value: [{ value: 'a' }, 'b'] }, [['remove', 'members', ['a', 'b']]]],
    [{ op: 'Remove', path: 'members', value: 'a' }, [['remove', 'members', ['a']]]],
    [{ op: 'remove', path: 'members' }, [['remove', 'members']]],
    [{ op: 'remove', path: 'members[value eq "a"]' }, [['remove', 'members[…]']]],
    [{ op: 'remove', path: 'members[value eq "a"]', value: [{ value: 'b' }] }, [['remove', 'members[…]']]],
  ])('reads %j', (operation, expected) => {
    expect(briefly(group, [operation])).toEqual(expected);
  });
});

describe('unknown and readOnly attributes in a PATCH', () => {
  it.each<[JsonValue, string, 'unknown' | 'readOnly']>([
    [{ op: 'add', path: 'shoeSize', value: 1 }, 'shoeSize', 'unknown'],
    [{ op: 'remove', path: 'shoeSize' }, 'shoeSize', 'unknown'],
    [{ op: 'add', path: 'emails[type eq "work"].shade', value: 'x' }, 'emails[type eq "work"].shade', 'unknown'],
    [{ op: 'add', path: 'emails[shade eq "x"].value', value: 'x' }, 'emails[shade eq "x"].value', 'unknown'],
    [{ op: 'add', path: 'name.shade', value: 'x' }, 'name.shade', 'unknown'],
    [{ op: 'add', path: 'urn:x:y:2.0:User:a', value: 'x' }, 'urn:x:y:2.0:User:a', 'unknown'],
    [{ op: 'add', value: { 'not a path[': 1 } }, 'not a path[', 'unknown'],
    [{ op: 'add', value: { groups: [] } }, 'groups', 'readOnly'],
    [{ op: 'add', value: { [OWN]: { badge: 'x' } } }, `${OWN}:badge`, 'readOnly'],
    [{ op: 'replace', path: 'emails[type eq "work"]', value: { shade: 'x' } }, 'emails.shade', 'unknown'],
    [{ op: 'replace', path: 'manager', value: { shade: 'x' } }, `${E}:manager.shade`, 'unknown'],
  ])('are left out and reported: %j', (operation, path, reason) => {
    expect(read(user, [operation])).toEqual({ operations: [], ignored: [{ path, reason }] });
  });

  it('do not affect the known attributes of the same operation', () => {
    const { operations, ignored } = read(user, [{ op: 'replace', value: { shoeSize: 1, active: 'False' } }]);
    expect(operations.map(brief)).toEqual([['replace', 'active', false]]);
    expect(ignored).toEqual([{ path: 'shoeSize', reason: 'unknown' }]);
  });

  it('are rejected if the integration rejects unknown attributes', () => {
    const operations = [
      { op: 'add', path: 'shoeSize', value: 1 },
      { op: 'add', value: { 'name.shade': 1, groups: 1 } },
    ];
    const error = errorOf(() => read(user, operations, { unknownAttributes: 'reject' }));
    expect(error.code).toBe('unknownPath');
    expect(error.message).toContain('shoeSize, name.shade');
    const inValue = errorOf(() => read(user, operations.slice(1), { unknownAttributes: 'reject' }));
    expect(inValue.code).toBe('unknownAttribute');
  });

  it('include unsupported attributes, which are reported as unknown', () => {
    const unsupported = new Set([`${E}:manager`, 'name.formatted']);
    const operations = [
      { op: 'add', path: 'manager', value: 'x' },
      { op: 'add', path: 'name', value: { formatted: 'x' } },
    ];
    expect(read(user, operations, { unknownAttributes: 'ignore', unsupported })).toEqual({
      operations: [],
      ignored: [
        { path: 'manager', reason: 'unknown' },
        { path: 'name.formatted', reason: 'unknown' },
      ],
    });
  });
});

describe('readPatchRequest', () => {
  it('accepts JSON keys in any letter case, and a body without "schemas"', () => {
    const { operations } = readPatchRequest(
      user,
      { OPERATIONS: [{ OP: 'ADD', Path: ' title ', VALUE: 'x', extra: 1 }] },
      ignore,
    );
    expect(operations.map(brief)).toEqual([['add', 'title', 'x']]);
  });

  it.each<[JsonValue, string, RegExp]>([
    [null, 'invalidBody', /null/],
    [[], 'invalidBody', /a list/],
    [{}, 'invalidBody', /none was sent/],
    [{ Operations: {} }, 'invalidBody', /an object/],
    [{ Operations: [] }, 'invalidBody', /empty/],
    [{ Operations: ['x'] }, 'invalidBody', /Operations\[0\].*a string/],
    [{ Operations: [{}] }, 'invalidBody', /Operations\[0\].*has no op/],
    [
      { Operations: [{ op: 'add', path: 'title', value: 'x' }, { op: 'move' }] },
      'invalidBody',
      /Operations\[1\].*"move"/,
    ],
    [{ Operations: [{ op: 1 }] }, 'invalidBody', /has the op 1/],
    [{ Operations: [{ op: 'add', path: 5, value: 1 }] }, 'invalidBody', /a number as its path/],
    [{ Operations: [{ op: 'add', path: 'title' }] }, 'invalidBody', /Operations\[0\].*"title".*has no value/],
    [{ Operations: [{ op: 'add' }] }, 'invalidBody', /has no value/],
    [{ Operations: [{ op: 'add', value: 'x' }] }, 'invalidBody', /Operations\[0\].*has no path/],
    [{ Operations: [{ op: 'replace', value: null }] }, 'invalidBody', /has no path/],
    [{ Operations: [{ op: 'remove' }] }, 'noTarget', /Operations\[0\]/],
    [{ Operations: [{ op: 'remove', path: null, value: {} }] }, 'noTarget', /no path/],
    [{ Operations: [{ op: 'add', path: 'emails[', value: 1 }] }, 'invalidPath', /./],
    [{ Operations: [{ op: 'add', path: 'not a path', value: 1 }] }, 'invalidPath', /./],
    [
      { Operations: [{ op: 'add', path: 'emails[primary gt true].value', value: 1 }] },
      'invalidPath',
      /emails\[primary/,
    ],
    [
      { Operations: [{ op: 'add', path: 'name[givenName eq "x"].familyName', value: 1 }] },
      'invalidPath',
      /name is single-valued/,
    ],
    [{ Operations: [{ op: 'add', path: 'id', value: 1 }] }, 'mutability', /id cannot be changed/],
    [{ Operations: [{ op: 'remove', path: 'groups' }] }, 'mutability', /groups cannot be changed/],
    [{ Operations: [{ op: 'add', path: 'manager.displayName', value: 'x' }] }, 'mutability', /manager\.displayName/],
    [{ Operations: [{ op: 'remove', path: 'addresses', value: [{ type: 'work' }] }] }, 'invalidValue', /addresses/],
    [{ Operations: [{ op: 'add', path: 'nickName', value: [{ value: 'x', type: 'y' }] }] }, 'invalidType', /nickName/],
    [{ Operations: [{ op: 'add', path: 'nickName', value: ['x'] }] }, 'invalidType', /nickName/],
    [{ Operations: [{ op: 'add', path: E, value: 'x' }] }, 'invalidType', /User must be an object/],
    [{ Operations: [{ op: 'add', path: work, value: ['a', 'b'] }] }, 'invalidType', /emails/],
    [{ Operations: [{ op: 'add', path: 'title', value: 'x'.repeat(STRING_LENGTH_MAX + 1) }] }, 'valueTooLong', /title/],
    [JSON.parse('{"Operations":[{"op":"add","__proto__":{}}]}'), 'forbiddenKey', /__proto__/],
    [JSON.parse('{"__proto__":[]}'), 'forbiddenKey', /__proto__/],
    [JSON.parse('{"Operations":[{"op":"add","value":{"__proto__":{}}}]}'), 'forbiddenKey', /__proto__/],
    [{ Operations: [{ op: 'add', path: 'name.constructor', value: 1 }] }, 'invalidPath', /constructor/],
    [{ Operations: [{ op: 'add', value: { 'name.constructor': 1 } }] }, 'forbiddenKey', /constructor/],
  ])('rejects %j with %s', (body, code, message) => {
    const error = errorOf(() => readPatchRequest(user, body, ignore));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('reports the position of a syntax error in a path', () => {
    expect(errorOf(() => read(user, [{ op: 'add', path: 'emails[type eq', value: 1 }])).position).toBeGreaterThan(0);
  });

  it('accepts at most PATCH_OPERATIONS_MAX operations, counting each attribute in an object as one operation', () => {
    const operation = { op: 'replace', path: 'title', value: 'x' };
    const many = (count: number) => Array.from({ length: count }, () => operation);
    expect(read(user, many(PATCH_OPERATIONS_MAX)).operations).toHaveLength(PATCH_OPERATIONS_MAX);
    expect(errorOf(() => read(user, many(PATCH_OPERATIONS_MAX + 1))).code).toBe('tooManyOperations');
    const pair = { op: 'replace', value: { title: 'x', nickName: 'y' } };
    expect(read(user, [...many(PATCH_OPERATIONS_MAX - 2), pair]).operations).toHaveLength(PATCH_OPERATIONS_MAX);
    const error = errorOf(() => read(user, [...many(PATCH_OPERATIONS_MAX - 1), pair]));
    expect([error.code, error.definition.status]).toEqual(['tooManyOperations', 413]);
  });

  it('throws only AppError for any body, and does not modify Object.prototype', () => {
    const operation = fc.record(
      {
        op: fc.constantFrom<JsonValue>('Add', 'replace', 'Remove', 1),
        path: fc.oneof(fc.constantFrom<JsonValue>('emails', 'members', work, `${E}:manager`, E, 'name', null), anyJson),
        value: fc.oneof(likelyBody, anyJson),
      },
      { requiredKeys: ['op'], noNullPrototype: true },
    );
    const body = fc.oneof(fc.record({ Operations: fc.array(operation, { minLength: 1, maxLength: 3 }) }), anyJson);
    fc.assert(
      fc.property(fc.constantFrom(user, group), body, (schema, request) => {
        const before = Object.getOwnPropertyNames(Object.prototype).length;
        try {
          readPatchRequest(schema, request, ignore);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
      }),
      { numRuns: 1_000 },
    );
  });
});
