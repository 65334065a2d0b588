import { describe, expect, it } from 'vitest';
import { asBoolean, isCoreBoolean, isManagerName, parseTargetName, type TargetName } from './target-name.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const work = [{ name: 'type', value: 'work' }];

describe('the name of a target attribute', () => {
  it.each<[string, Partial<TargetName>]>([
    ['userName', { attribute: 'userName' }],
    ['name.givenName', { attribute: 'name', path: ['givenName'] }],
    ['a.b.c', { attribute: 'a', path: ['b', 'c'] }],
    ['emails[type eq "work"].value', { attribute: 'emails', element: work, path: ['value'] }],
    ['emails[type eq "work"]', { attribute: 'emails', element: work }],
    [
      'emails[type EQ "a].b"].value',
      { attribute: 'emails', element: [{ name: 'type', value: 'a].b' }], path: ['value'] },
    ],
    [
      'emails[type eq "a\\"b"].value',
      { attribute: 'emails', element: [{ name: 'type', value: 'a"b' }], path: ['value'] },
    ],
    [
      'emails[type eq "work" and primary eq true].value',
      { attribute: 'emails', element: [...work, { name: 'primary', value: true }], path: ['value'] },
    ],
    [
      'roles[primary eq "True"].value',
      { attribute: 'roles', element: [{ name: 'primary', value: true }], path: ['value'] },
    ],
    ['x[y eq 5].z', { attribute: 'x', element: [{ name: 'y', value: '5' }], path: ['z'] }],
    ['x[]', { attribute: 'x', element: [] }],
    [`${E}:department`, { schema: E, attribute: 'department' }],
    [`${E}:manager.value`, { schema: E, attribute: 'manager', path: ['value'] }],
    [
      'urn:x:2.0:User:tags[type eq "a:b"].value',
      { schema: 'urn:x:2.0:User', attribute: 'tags', element: [{ name: 'type', value: 'a:b' }], path: ['value'] },
    ],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName', { attribute: 'userName' }],
    ['URN:IETF:params:scim:schemas:core:2.0:Group:displayName', { attribute: 'displayName' }],
    ['', { attribute: '' }],
    ['a]b', { attribute: 'a]b' }],
  ])('written "%s" is parsed as %j', (text, expected) => {
    expect(parseTargetName(text)).toEqual({ schema: undefined, element: undefined, path: [], ...expected });
  });

  it('is recognized in any case if it is the name of a boolean core attribute', () => {
    const names = ['active', 'Active', 'emails[type eq "work"].primary', 'userName', 'emails.value', 'urn:x:active'];
    expect(names.filter((name) => isCoreBoolean(parseTargetName(name)))).toEqual(names.slice(0, 3));
  });

  it('is recognized in any case if it is the name of the manager attribute', () => {
    const names = [`${E}:manager`, 'manager', `${E.toLowerCase()}:Manager`, 'urn:x:manager', 'managers'];
    expect(names.filter((name) => isManagerName(parseTargetName(name)))).toEqual(names.slice(0, 3));
  });

  it('asBoolean() accepts booleans and the strings "true" and "false" in any case, and nothing else', () => {
    expect(['True', 'false', true, 'yes', 1, null].map(asBoolean)).toEqual([
      true,
      false,
      true,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
