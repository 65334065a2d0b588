import { errorOf } from '../../../tests/support/error-of.ts';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '#base/json.ts';
import { BINARY_LENGTH_MAX, REFERENCE_LENGTH_MAX, STRING_LENGTH_MAX, VALUES_MAX } from '#scim/limits.ts';
import { attribute, complex } from '#scim/schema/attribute.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { IGNORED_MAX, IGNORED_PATH_LENGTH_MAX } from './ignored-attributes.ts';
import { normalizeResource, type NormalizeOptions } from './normalize.ts';
import { OWN, userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

const own = userWithCustomAttributes(
  attribute('integer', 'floor', ''),
  attribute('decimal', 'height', ''),
  attribute('dateTime', 'hired', ''),
  attribute('string', 'tags', '', { multiValued: true }),
  attribute('string', 'badge', '', { mutability: 'readOnly' }),
  complex('desk', '', [attribute('string', 'room', ''), attribute('string', 'colors', '', { multiValued: true })]),
);
const user = compileResourceSchema('User');
const group = compileResourceSchema('Group');
const ignore: NormalizeOptions = { unknownAttributes: 'ignore' };

const ofUser = (body: JsonValue, options = ignore) => normalizeResource(user, body, options);
const documentOf = (body: JsonValue) => ofUser(body).document;

describe('normalizeResource', () => {
  it('accepts the user of Entra ID’s tutorial', () => {
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', E],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'Test_User@testuser.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
      roles: [],
    };
    const { schemas: _schemas, meta: _meta, roles: _roles, ...document } = body;
    expect(ofUser(body)).toEqual({ document, ignored: [] });
  });

  it('accepts null for attributes without a value', () => {
    const body = {
      userName: 'anna',
      addresses: null,
      phoneNumbers: null,
      preferredLanguage: null,
      title: null,
      department: null,
      manager: null,
      somethingElse: null,
      [E]: null,
    };
    expect(ofUser(body)).toEqual({ document: { userName: 'anna' }, ignored: [] });
  });

  it('accepts the group of Entra ID’s tutorial, with its proprietary schema', () => {
    const body = {
      schemas: [group.core.id, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: '8aa1a0c0',
      displayName: 'displayName',
      meta: { resourceType: 'Group' },
    };
    const expected = { externalId: '8aa1a0c0', displayName: 'displayName' };
    expect(normalizeResource(group, body, ignore)).toEqual({ document: expected, ignored: [] });
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['booleans as strings', { active: 'False' }, { active: false }],
    ['booleans as strings in any letter case', { active: 'tRUE' }, { active: true }],
    ['an empty string for a boolean', { active: '' }, {}],
    ['names in any case', { USERNAME: 'a', Name: { GIVENNAME: 'b' } }, { userName: 'a', name: { givenName: 'b' } }],
    [
      'numbers for strings',
      { title: 42, nickName: -0, displayName: 1.5 },
      { title: '42', nickName: '0', displayName: '1.5' },
    ],
    ['a string as manager', { [E]: { manager: '123456' } }, { [E]: { manager: { value: '123456' } } }],
    ['a number as manager', { [E]: { manager: 7 } }, { [E]: { manager: { value: '7' } } }],
    ['a list of one manager', { manager: [{ $ref: null, value: '1' }] }, { [E]: { manager: { value: '1' } } }],
    ['a list of one string as manager', { manager: ['1'] }, { [E]: { manager: { value: '1' } } }],
    ['an empty list as manager', { manager: [] }, {}],
    ['an empty manager', { [E]: { manager: { value: '' } } }, {}],
    ['an empty string as manager', { [E]: { manager: '' } }, {}],
    ['a manager with a name', { manager: { value: '1', displayName: 'Eva' } }, { [E]: { manager: { value: '1' } } }],
    ['an extension URN in lower case', { [E.toLowerCase()]: { Department: 'IT' } }, { [E]: { department: 'IT' } }],
    ['a URN and an attribute name in one key', { [`${E}:department`]: 'IT' }, { [E]: { department: 'IT' } }],
    ['a dot after the URN', { [`${E}.department`]: 'IT' }, { [E]: { department: 'IT' } }],
    ['a flat sub-attribute', { 'name.givenName': 'Anna' }, { name: { givenName: 'Anna' } }],
    ['a flat sub-attribute of an extension', { [`${E}:manager.value`]: '1' }, { [E]: { manager: { value: '1' } } }],
    [
      'extension attributes without a URN',
      { costCenter: '1', organization: '2' },
      { [E]: { costCenter: '1', organization: '2' } },
    ],
    ['the core URN before a name', { [`${user.core.id}:title`]: 'x' }, { title: 'x' }],
    ['an object under the core URN', { [user.core.id]: { title: 'x' } }, { title: 'x' }],
    ['the core URN without a value', { [user.core.id]: null }, {}],
    ['one value for a list', { emails: { value: 'a@x' } }, { emails: [{ value: 'a@x' }] }],
    ['a string for a list', { emails: 'a@x' }, { emails: [{ value: 'a@x' }] }],
    ['strings in a list', { roles: ['a', 'b'] }, { roles: [{ value: 'a' }, { value: 'b' }] }],
    ['a list in a list', { roles: [['a']] }, { roles: [{ value: 'a' }] }],
    ['null, an empty list and an empty string for a list', { emails: null, phoneNumbers: [], ims: '' }, {}],
    [
      'a flat sub-attribute of a list',
      { 'emails.value': 'a', 'emails.type': 'work' },
      { emails: [{ value: 'a', type: 'work' }] },
    ],
    ['a flat sub-attribute without a value', { 'emails.value': null }, {}],
    [
      'a flat sub-attribute next to a list',
      { emails: ['a', 'b'], 'emails.type': 'x' },
      { emails: [{ value: 'a', type: 'x' }, { value: 'b' }] },
    ],
    [
      'repeated values, which are merged',
      {
        roles: [
          { value: 'a', type: 'x' },
          { type: 'x', value: 'a' },
        ],
      },
      { roles: [{ value: 'a', type: 'x' }] },
    ],
    [
      'an object and a flat sub-attribute of a name',
      { name: { givenName: 'A' }, 'name.familyName': 'B' },
      { name: { givenName: 'A', familyName: 'B' } },
    ],
    [
      'a flat sub-attribute before the object of a name',
      { 'name.familyName': 'B', name: { givenName: 'A' } },
      { name: { givenName: 'A', familyName: 'B' } },
    ],
    ['two values of one attribute, of which the later one is kept', { title: 'a', TITLE: 'b' }, { title: 'b' }],
    ['a sub-attribute followed by null, which removes it', { name: { givenName: 'a', GIVENNAME: null } }, {}],
    ['a value followed by null, which removes it', { title: 'a', TITLE: null }, {}],
    ['an object and then null', { name: { givenName: 'a' }, NAME: null }, { name: { givenName: 'a' } }],
    [
      'displayName instead of display in a role',
      { roles: [{ displayName: 'Admin', value: 'A' }] },
      { roles: [{ display: 'Admin', value: 'A' }] },
    ],
    [
      'a string as "primary" of a role',
      { roles: [{ primary: 'True', value: 'A' }] },
      { roles: [{ primary: true, value: 'A' }] },
    ],
    [
      'a role as JSON in a string',
      { roles: [{ primary: false, value: '{"id":"06b0","value":"25","displayName":"Role1234"}' }] },
      { roles: [{ primary: false, value: '25', display: 'Role1234' }] },
    ],
    ['a role with braces that are not JSON', { roles: [{ value: '{nothing' }] }, { roles: [{ value: '{nothing' }] }],
    [
      'a type that is not a canonical value',
      { emails: [{ value: 'a', type: 'Unheard-of' }] },
      { emails: [{ value: 'a', type: 'Unheard-of' }] },
    ],
    [
      'base64 with and without padding',
      { x509Certificates: [{ value: 'YWI=' }, { value: 'YWI' }] },
      { x509Certificates: [{ value: 'YWI=' }, { value: 'YWI' }] },
    ],
    ['a reference', { profileUrl: 'https://x' }, { profileUrl: 'https://x' }],
    ['a password', { password: 'secret' }, { password: 'secret' }],
  ])('accepts %s', (_, body, expected) => {
    expect(ofUser(body)).toEqual({ document: expected, ignored: [] });
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['integer', { floor: 3 }, { floor: 3 }],
    ['integer as a string', { floor: '-3' }, { floor: -3 }],
    ['negative zero', { floor: -0 }, { floor: 0 }],
    ['decimal', { height: 1.5 }, { height: 1.5 }],
    ['decimal as a string', { height: '1.5e1' }, { height: 15 }],
    ['date', { hired: '2026-02-28T01:02:03+02:00' }, { hired: '2026-02-27T23:02:03.000Z' }],
    ['date with fraction', { hired: '2026-02-28T01:02:03.1234Z' }, { hired: '2026-02-28T01:02:03.123Z' }],
    ['date without zone', { hired: '2026-02-28t01:02:03' }, { hired: '2026-02-28T01:02:03.000Z' }],
    ['date without time', { hired: '2026-02-28' }, { hired: '2026-02-28T00:00:00.000Z' }],
    ['simple values', { tags: ['b', 'a', 'B'] }, { tags: ['b', 'a'] }],
    ['one simple value', { tags: 'b' }, { tags: ['b'] }],
    ['list in an object', { desk: { colors: ['red', 1] } }, { desk: { colors: ['red', '1'] } }],
  ])('accepts in a custom extension: %s', (_, body, expected) => {
    expect(normalizeResource(own, { [OWN]: body }, ignore).document).toEqual({ [OWN]: expected });
  });
});

describe('normalizeResource', () => {
  it('leaves out unknown and readOnly attributes and reports their full names', () => {
    const body = {
      id: 'x',
      userName: 'a',
      groups: [{ value: 'g' }],
      shoeSize: 43,
      'shoe.size': 1,
      'urn:unknown:2.0:User': { a: 1 },
      [E]: { faction: 'x' },
      emails: [
        { value: 'a', shade: 'red' },
        { value: 'b', shade: 'blue' },
      ],
      manager: { value: '1', $ref: null, office: 'x', extra: null },
    };
    expect(ofUser(body)).toEqual({
      document: { userName: 'a', emails: [{ value: 'a' }, { value: 'b' }], [E]: { manager: { value: '1' } } },
      ignored: [
        { path: 'groups', reason: 'readOnly' },
        { path: 'shoeSize', reason: 'unknown' },
        { path: 'shoe.size', reason: 'unknown' },
        { path: 'urn:unknown:2.0:User', reason: 'unknown' },
        { path: `${E}:faction`, reason: 'unknown' },
        { path: 'emails.shade', reason: 'unknown' },
        { path: `${E}:manager.office`, reason: 'unknown' },
      ],
    });
    const readOnly = normalizeResource(own, { [OWN]: { badge: 'x' } }, ignore);
    expect(readOnly.ignored).toEqual([{ path: `${OWN}:badge`, reason: 'readOnly' }]);
  });

  it('rejects unknown attributes with an error that lists all of them', () => {
    const reject = { unknownAttributes: 'reject' } as const;
    const error = errorOf(() => ofUser({ shoeSize: 1, emails: [{ value: 'a', shade: 1 }] }, reject));
    expect(error.code).toBe('unknownAttribute');
    expect(error.message).toContain('shoeSize, emails.shade');
    expect(ofUser({ userName: 'a', groups: [], nothing: null }, reject).document).toEqual({ userName: 'a' });
  });

  it('treats unsupported attributes as unknown', () => {
    const unsupported = new Set([`${E}:manager`, 'name.formatted']);
    const body = { manager: '1', 'name.formatted': 'x', title: 'y' };
    expect(ofUser(body, { unknownAttributes: 'ignore', unsupported })).toEqual({
      document: { title: 'y' },
      ignored: [
        { path: 'manager', reason: 'unknown' },
        { path: 'name.formatted', reason: 'unknown' },
      ],
    });
  });

  it('treats an unsupported sub-attribute inside an object as unknown', () => {
    const unsupported = new Set(['name.formatted']);
    expect(ofUser({ name: { formatted: 'x', givenName: 'y' } }, { unknownAttributes: 'ignore', unsupported })).toEqual({
      document: { name: { givenName: 'y' } },
      ignored: [{ path: 'name.formatted', reason: 'unknown' }],
    });
  });

  it('reports all unknown attributes, but lists at most IGNORED_MAX of them in an error', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, 1]));
    expect(ofUser(many(IGNORED_MAX)).ignored).toHaveLength(IGNORED_MAX);
    expect(ofUser(many(IGNORED_MAX + 1)).ignored).toHaveLength(IGNORED_MAX + 1);
    const integration = 'Okta of Contoso';
    const error = errorOf(() => ofUser(many(IGNORED_MAX + 1), { unknownAttributes: 'reject', integration }));
    expect(error.message).toContain('tanhua integration set "Okta of Contoso" unknownAttributes=ignore');
    expect(error.message).toContain('and 1 more');
    const atLimit = 'x'.repeat(IGNORED_PATH_LENGTH_MAX);
    const rejected = (name: string) => errorOf(() => ofUser({ [name]: 1 }, { unknownAttributes: 'reject' })).message;
    expect(rejected(atLimit)).toContain(` ${atLimit},`);
    expect(rejected(`${atLimit}x`)).toContain(` ${atLimit}…,`);
    expect(ofUser({ [`${atLimit}x`]: 1 }).ignored[0]?.path).toBe(`${atLimit}x`);
  });
});

describe('normalizeResource', () => {
  const long = (length: number) => 'x'.repeat(length);

  it.each<[string, JsonValue, string, RegExp]>([
    ['a list as the body', [], 'invalidBody', /an? .*list/],
    ['null as the body', null, 'invalidBody', /null/],
    ['a string as the body', 'x', 'invalidBody', /a string/],
    [
      'an object for a string',
      { title: { a: 1 } },
      'invalidType',
      /title must be a string, but an object was sent\. In Entra ID/,
    ],
    [
      'a list for a string',
      { name: { givenName: [1, 2] } },
      'invalidType',
      /name\.givenName must be a string, but a number list/,
    ],
    ['a mixed list for a string', { title: [1, 'a'] }, 'invalidType', /but a list was/],
    ['a list of objects for a string', { title: [{}] }, 'invalidType', /but an object list was/],
    ['a list of nulls for a string', { title: [null] }, 'invalidType', /but a null list was/],
    ['a list of lists for a string', { title: [[]] }, 'invalidType', /but a list list was/],
    ['a boolean for a string', { title: true }, 'invalidType', /the boolean true/],
    ['an infinite number for a string', { title: Infinity }, 'invalidType', /title/],
    ['a word for a boolean', { active: 'yes' }, 'invalidType', /active must be a boolean, but the string "yes"/],
    ['a number for a boolean', { active: 1 }, 'invalidType', /the number 1/],
    ['a string for the object "name"', { name: 'Anna' }, 'invalidType', /name must be an object/],
    ['a boolean as manager', { manager: true }, 'invalidType', /manager/],
    ['several managers', { manager: ['a', 'b'] }, 'invalidType', /one value only/],
    ['a string for an extension', { [E]: 'x' }, 'invalidType', /enterprise:2\.0:User must be an object/],
    ['a string with NUL', { title: 'a\0b' }, 'invalidValue', /NUL/],
    ['a string with a lone surrogate', { title: '\ud800' }, 'invalidValue', /surrogate/],
    [
      'a binary value that is not base64',
      { x509Certificates: ['?'] },
      'invalidValue',
      /x509Certificates\.value "\?" is not base64/,
    ],
    ['base64 of an impossible length', { x509Certificates: ['YWJjY'] }, 'invalidValue', /base64/],
    ['base64 with only padding', { x509Certificates: ['=='] }, 'invalidValue', /base64/],
    ['base64 that mixes both alphabets', { x509Certificates: ['a+_b'] }, 'invalidValue', /base64/],
    ['a boolean for a binary value', { x509Certificates: [true] }, 'invalidType', /x509Certificates/],
    [
      'a string that is too long',
      { title: long(STRING_LENGTH_MAX + 1) },
      'valueTooLong',
      /title has 1025 characters, but at most 1024.*Left/,
    ],
    ['an employeeNumber that is too long', { employeeNumber: long(257) }, 'valueTooLong', /at most 256/],
    ['a reference that is too long', { profileUrl: long(REFERENCE_LENGTH_MAX + 1) }, 'valueTooLong', /profileUrl/],
    [
      'a binary value that is too long',
      { x509Certificates: [long(BINARY_LENGTH_MAX + 1)] },
      'valueTooLong',
      /x509Certificates\.value/,
    ],
    [
      'too many values',
      { roles: Array.from({ length: VALUES_MAX + 1 }, (__, index) => index) },
      'tooManyValues',
      /1001 values/,
    ],
    ['constructor as a key', { constructor: 1 }, 'forbiddenKey', /constructor/],
    ['__proto__ as a key', JSON.parse('{"__proto__":{"a":1}}'), 'forbiddenKey', /__proto__/],
    ['__proto__ in an object', JSON.parse('{"name":{"__proto__":{"a":1}}}'), 'forbiddenKey', /__proto__/],
    ['__proto__ in an extension', { [E]: JSON.parse('{"__proto__":1}') }, 'forbiddenKey', /__proto__/],
    ['__proto__ after a dot', { 'name.__proto__': 1 }, 'forbiddenKey', /__proto__/],
    ['prototype after a colon', { [`${E}:prototype`]: 1 }, 'forbiddenKey', /prototype/],
    ['__proto__ in a role', { roles: [{ value: '{"__proto__":{"a":1}}' }] }, 'forbiddenKey', /__proto__/],
  ])('rejects %s', (_, body, code, message) => {
    const error = errorOf(() => ofUser(body));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it.each<[string, JsonValue, string]>([
    ['a fraction for an integer', { floor: 1.5 }, 'invalidType'],
    ['a word for an integer', { floor: 'x' }, 'invalidType'],
    ['an unsafe integer', { floor: 2 ** 53 }, 'invalidType'],
    ['a number as a string that is too long', { height: '1'.repeat(STRING_LENGTH_MAX + 1) }, 'invalidType'],
    ['an infinite number', { height: '1e999' }, 'invalidType'],
    ['a boolean for a number', { height: true }, 'invalidType'],
    ['a number for a date', { hired: 5 }, 'invalidType'],
    ['a word for a date', { hired: 'tomorrow' }, 'invalidValue'],
    ['a day that does not exist', { hired: '2026-02-30T00:00:00Z' }, 'invalidValue'],
    ['a month that does not exist', { hired: '2026-13-01' }, 'invalidValue'],
    ['an hour that does not exist', { hired: '2026-02-28T25:00:00Z' }, 'invalidValue'],
    ['a date before the year 0', { hired: '0000-01-01T00:00:00+01:00' }, 'invalidValue'],
  ])('rejects in a custom extension: %s', (_, body, code) => {
    expect(errorOf(() => normalizeResource(own, { [OWN]: body }, ignore)).code).toBe(code);
  });

  it('accepts values at each limit', () => {
    const body = {
      title: long(STRING_LENGTH_MAX),
      profileUrl: long(REFERENCE_LENGTH_MAX),
      [E]: { employeeNumber: long(256) },
      x509Certificates: [{ value: long(BINARY_LENGTH_MAX) }],
      roles: Array.from({ length: VALUES_MAX }, (_, index) => ({ value: String(index) })),
    };
    expect(documentOf(body)).toEqual(body);
  });

  it('never includes a password in an error', () => {
    for (const password of [['hunter2'], { a: 'hunter2' }, 'hunter2\0']) {
      const error = errorOf(() => ofUser({ password }));
      expect(JSON.stringify([error.message, error.value])).not.toContain('hunter2');
    }
  });

  it('does not modify Object.prototype', () => {
    errorOf(() => ofUser(JSON.parse('{"__proto__":{"polluted":1},"name":{"__proto__":{"polluted":1}}}')));
    expect('polluted' in {}).toBe(false);
  });
});

describe('normalizeResource for members', () => {
  const membersOf = (members: JsonValue) => normalizeResource(group, { members }, ignore).document['members'];

  it('keeps the first of repeated members, even if their other sub-attributes differ', () => {
    const members = [{ $ref: null, value: 'a' }, 'b', { value: 'a', type: 'User' }, { value: 'b', display: 'B' }];
    expect(membersOf(members)).toEqual([{ value: 'a' }, { value: 'b' }]);
  });

  it('accepts more than VALUES_MAX members', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({ $ref: null, value: `id-${index}` }));
    expect(membersOf([...many, ...many])).toHaveLength(100_000);
  });

  it('rejects a member without a value', () => {
    expect(errorOf(() => membersOf([{ type: 'User' }])).code).toBe('invalidValue');
    expect(errorOf(() => membersOf([{ display: 'x' }])).code).toBe('invalidValue');
  });
});
