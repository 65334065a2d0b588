import { describe, expect, test } from 'vitest';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.ts';
import { attribute } from '#scim/schema/attribute.ts';
import { compileResourceSchema } from '../schema/resource-schema.ts';
import { nameOf, printAttributePath, resolveAttributePath, splitAttributePath } from './attribute-path.ts';
import { parsePatchPath } from './parse-patch-path.ts';

const schema = compileResourceSchema('User');
const resolve = (text: string) => resolveAttributePath(schema, splitAttributePath(text, 0));

describe('the path of a PATCH operation (RFC 7644 §3.5.2)', () => {
  test.for<[string, object]>([
    ['members', { path: { name: 'members' } }],
    ['name.familyName', { path: { name: 'name', subName: 'familyName' } }],
    ['addresses[type eq "work"]', { path: { name: 'addresses' }, filter: { kind: 'comparison', value: 'work' } }],
    [
      'members[value eq "2819c223"].displayName',
      { path: { name: 'members', subName: 'displayName' }, filter: { value: '2819c223' } },
    ],
    [`${ENTERPRISE_USER_SCHEMA}:manager`, { path: { urn: ENTERPRISE_USER_SCHEMA, name: 'manager' } }],
    ['urn:a:b:c[type eq "x"].value', { path: { urn: 'urn:a:b', name: 'c', subName: 'value' } }],
    [ENTERPRISE_USER_SCHEMA, { path: { urn: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0', name: 'User' } }],
    ['urn:example:own', { path: { urn: 'urn:example', name: 'own' }, filter: undefined }],
    ['roles[primary eq "True"].value', { path: { subName: 'value' }, filter: { value: 'True' } }],
    [' emails [ type eq "work" ] .value', { path: { name: 'emails', subName: 'value' } }],
  ])('%j is parsed', ([text, expected]) => {
    expect(parsePatchPath(text)).toMatchObject(expected);
  });

  test.for<[string, number]>([
    ['', 0],
    ['emails[type eq', 14],
    ['emails[type eq "work"', 21],
    ['emails[type eq "work"].value.x', 22],
    ['emails[type eq "work"]value', 22],
    ['emails[a[b pr]]', 8],
    ['name familyName', 5],
    ['1name', 0],
    ['__proto__.x', 0],
    ['a.constructor', 0],
    ['urn::x', 0],
    // The sub-attribute after the brackets must not replace the one before them.
    ['name.familyName[type eq "work"].value', 0],
    ['emails.value[type eq "work"]', 0],
  ])('%j is rejected with invalidPath at position %i', ([text, position]) => {
    expect(() => parsePatchPath(text)).toThrow(expect.objectContaining({ code: 'invalidPath', position }));
  });

  test('has the same limits of length and depth as a filter', () => {
    expect(() => parsePatchPath(`a${'x'.repeat(8_192)}`)).toThrow(expect.objectContaining({ code: 'invalidPath' }));
    expect(() => parsePatchPath(`a[${'('.repeat(40)}`)).toThrow(expect.objectContaining({ code: 'invalidPath' }));
  });
});

describe('resolveAttributePath', () => {
  test.for<[string, string | undefined]>([
    ['USERNAME', 'userName'],
    ['name.GIVENNAME', 'name.givenName'],
    ['urn:ietf:params:scim:schemas:core:2.0:user:USERNAME', 'userName'],
    [`${ENTERPRISE_USER_SCHEMA.toLowerCase()}:Department`, `${ENTERPRISE_USER_SCHEMA}:department`],
    ['costCenter', `${ENTERPRISE_USER_SCHEMA}:costCenter`],
    ['manager.value', `${ENTERPRISE_USER_SCHEMA}:manager.value`],
    ['id', 'id'],
    ['name.nothing', undefined],
    ['nothing', undefined],
    ['urn:unknown:userName', undefined],
    [`${ENTERPRISE_USER_SCHEMA}:userName`, undefined],
    ['urn:ietf:params:scim:schemas:core:2.0:User:department', undefined],
  ])('resolves %s to %s', ([text, name]) => {
    const found = resolve(text);
    expect(found && nameOf(found)).toBe(name);
  });

  test('resolves a name that several extensions have to the standard extension, or to undefined', () => {
    const own = (id: string, ...names: readonly string[]) => ({
      id,
      name: '',
      description: '',
      attributes: names.map((name) => attribute('string', name, '')),
    });
    const both = compileResourceSchema('User', [
      own('urn:example:one', 'department', 'room'),
      own('urn:example:two', 'room'),
    ]);
    const find = (text: string) => resolveAttributePath(both, splitAttributePath(text, 0))?.extension;
    expect(find('department')).toBe(ENTERPRISE_USER_SCHEMA);
    expect(find('urn:example:one:department')).toBe('urn:example:one');
    expect(resolveAttributePath(both, splitAttributePath('room', 0))).toBeUndefined();
  });

  test('printAttributePath returns the text that splitAttributePath was given', () => {
    for (const text of ['a', 'a.b', 'urn:x:y:a.b']) expect(printAttributePath(splitAttributePath(text, 3))).toBe(text);
  });
});
