import { describe, expect, it } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import type { JsonValue } from '#base/json.ts';
import { PATCH_OPERATIONS_MAX } from '#scim/limits.ts';
import { applyPatch } from '#scim/patch/apply-patch.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import { ENTERPRISE_USER_SCHEMA as E } from '#scim/schema/enterprise-user.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';

/**
 * Message shapes that clients send although RFC 7644 does not define them. The recorded conversations in tests/clients cover
 * them in complete requests.
 */

const user = compileResourceSchema('User');
const group = compileResourceSchema('Group');
const ignore = { unknownAttributes: 'ignore' } as const;

const stored = (body: JsonValue) => normalizeResource(user, { userName: 'a', ...(body as object) }, ignore);
const patched = (schema: typeof user, before: object, body: JsonValue) => {
  const { operations, ignored } = readPatchRequest(schema, body, ignore);
  expect(ignored).toEqual([]);
  return applyPatch(schema, before as Record<string, JsonValue>, operations);
};

describe('former schema URNs, as OneLogin sends them', () => {
  it.each([
    'urn:scim:schemas:extension:enterprise:2.0',
    'URN:SCIM:schemas:extension:enterprise:2.0:User',
    'urn:scim:schemas:extension:enterprise:1.0',
  ])('%s is accepted for the enterprise extension', (urn) => {
    const body = { schemas: ['urn:scim:schemas:core:2.0', urn], [urn]: { department: 'Sales' } };
    expect(stored(body)).toEqual({ document: { userName: 'a', [E]: { department: 'Sales' } }, ignored: [] });
    const operations = (operation: object) => ({ Operations: [operation as JsonValue] });
    const sales = { [E]: { department: 'Sales' } };
    expect(patched(user, {}, operations({ op: 'add', path: `${urn}:department`, value: 'Sales' }))).toEqual(sales);
    expect(patched(user, {}, operations({ op: 'add', path: urn, value: { department: 'Sales' } }))).toEqual(sales);
    expect(patched(user, {}, operations({ op: 'add', value: { [urn]: { department: 'Sales' } } }))).toEqual(sales);
    expect(patched(user, { title: 'x', ...sales }, operations({ op: 'remove', path: urn }))).toEqual({ title: 'x' });
  });

  it('are accepted for the core schema', () => {
    expect(stored({ 'urn:scim:schemas:core:2.0': { title: 'x' } }).document).toEqual({ userName: 'a', title: 'x' });
    const body = { Operations: [{ op: 'replace', path: 'urn:scim:schemas:core:1.0:displayName', value: 'B' }] };
    expect(patched(group, { displayName: 'A' }, body)).toEqual({ displayName: 'B' });
  });

  it('of another resource type, or of a version that never existed, are ignored as unknown', () => {
    for (const urn of ['urn:scim:schemas:core:2.0:Group', 'urn:scim:schemas:extension:enterprise:3.0']) {
      expect(stored({ [urn]: { title: 'x' } })).toEqual({
        document: { userName: 'a' },
        ignored: [{ path: urn, reason: 'unknown' }],
      });
    }
  });
});

describe('elements with an empty value, as client templates send them', () => {
  it.each<JsonValue>([
    [{ type: 'work', value: '' }],
    [{ type: 'work', value: null, primary: true }],
    { type: 'work', VALUE: '' },
    [{ type: 'work', value: [], display: '' }],
  ])('%j as phoneNumbers means no value', (phoneNumbers) => {
    expect(stored({ phoneNumbers })).toEqual({ document: { userName: 'a' }, ignored: [] });
    const before = { phoneNumbers: [{ type: 'work', value: '1' }] };
    const replace = { Operations: [{ op: 'replace', path: 'phoneNumbers', value: phoneNumbers }] };
    expect(patched(user, before, replace)).toEqual({});
    const add = { Operations: [{ op: 'add', path: 'phoneNumbers', value: phoneNumbers }] };
    expect(patched(user, before, add)).toEqual(before);
  });

  it('are left out of a list, and elements with a value are kept', () => {
    const phoneNumbers = [
      { type: 'work', value: '' },
      { type: 'home', value: '2' },
    ];
    expect(stored({ phoneNumbers }).document).toMatchObject({ phoneNumbers: [{ type: 'home', value: '2' }] });
  });

  it('remove the element that the filter of a replace path matches', () => {
    const before = {
      emails: [
        { type: 'work', value: 'a@x' },
        { type: 'home', value: 'b@x' },
      ],
    };
    const operation = { op: 'replace', path: 'emails[type eq "work"]', value: { type: 'work', value: '' } };
    expect(patched(user, before, { Operations: [operation] })).toEqual({ emails: [{ type: 'home', value: 'b@x' }] });
  });

  it('are rejected as members of a group', () => {
    const body = { Operations: [{ op: 'replace', path: 'members', value: [{ value: '', type: 'User' }] }] };
    expect(errorOf(() => readPatchRequest(group, body, ignore)).code).toBe('invalidValue');
  });
});

describe('a SCIM 1.1 PATCH with a partial resource', () => {
  const schemas = ['urn:scim:schemas:core:1.0'];
  const before = { displayName: 'A', members: [{ value: '1' }, { value: '2' }] };

  it.each<[JsonValue, object]>([
    [
      { schemas, members: [{ value: '3', display: 'x' }] },
      { members: [{ value: '1' }, { value: '2' }, { value: '3' }] },
    ],
    [{ schemas, members: [{ value: '1', operation: 'delete' }] }, { members: [{ value: '2' }] }],
    [
      { schemas, Members: [{ value: '3' }, { VALUE: '2', Operation: 'DELETE' }] },
      { members: [{ value: '1' }, { value: '3' }] },
    ],
    [{ schemas, id: 'x', displayName: 'B' }, { displayName: 'B' }],
    [{ schemas, meta: { attributes: ['members'] }, members: [{ value: '3' }] }, { members: [{ value: '3' }] }],
    [
      { schemas: ['urn:scim:schemas:core:2.0'], meta: { location: 'x' }, members: [], displayName: 'B' },
      { displayName: 'B' },
    ],
  ])('with the body %j changes the group', (body, changed) => {
    expect(patched(group, before, body)).toEqual({ ...before, ...changed });
  });

  it('changes only the attributes of a user that it contains', () => {
    const body = {
      schemas,
      active: false,
      name: { givenName: 'B' },
      'urn:scim:schemas:extension:enterprise:1.0': { department: 'Sales' },
    };
    expect(patched(user, { userName: 'a', name: { givenName: 'A', familyName: 'C' } }, body)).toEqual({
      userName: 'a',
      active: false,
      name: { givenName: 'B', familyName: 'C' },
      [E]: { department: 'Sales' },
    });
  });

  it.each<[JsonValue, RegExp]>([
    [{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'B' }, /none was sent/],
    [{ displayName: 'B' }, /none was sent/],
    [{ schemas, Operations: [] }, /empty/],
    [{ schemas }, /empty/],
    [{ schemas, meta: { attributes: [1] } }, /a number as its path/],
  ])('with the body %j is rejected with invalidBody', (body, reason) => {
    const error = errorOf(() => readPatchRequest(group, body, ignore));
    expect(error.code).toBe('invalidBody');
    expect(error.message).toMatch(reason);
  });

  it('may have at most PATCH_OPERATIONS_MAX changes', () => {
    const names = (count: number) => Array.from({ length: count }, () => 'externalId');
    const body = (count: number) => ({ schemas, meta: { attributes: names(count) } });
    expect(readPatchRequest(group, body(PATCH_OPERATIONS_MAX), ignore).operations).toHaveLength(PATCH_OPERATIONS_MAX);
    expect(errorOf(() => readPatchRequest(group, body(PATCH_OPERATIONS_MAX + 1), ignore)).code).toBe(
      'tooManyOperations',
    );
  });
});
