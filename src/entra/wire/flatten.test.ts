import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { flatten } from './flatten.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const body: JsonObject = {
  id: 'a',
  USERNAME: 'ann',
  active: false,
  title: null,
  name: { givenName: 'Ann', familyName: null },
  nickName: '',
  emails: [
    { value: 'home@a.example', type: 'home' },
    { value: 'ann@a.example', type: 'Work', primary: true },
  ],
  roles: [{ primary: false, value: 'User' }, { primary: true, value: 'Admin' }, null],
  [E.toLowerCase()]: { Department: 'Sales', manager: { value: 'm1', displayName: 'M', $ref: '../Users/m1' } },
  entitlements: [],
  desk: { room: '7' },
};

describe('the flattened value of', () => {
  it.each<[string, unknown]>([
    ['id', 'a'],
    ['userName', 'ann'],
    ['active', false],
    ['title', undefined],
    ['absent', undefined],
    ['name.givenName', 'Ann'],
    ['Name.GIVENNAME', 'Ann'],
    ['name.familyName', undefined],
    ['name.formatted', undefined],
    ['title.x', undefined],
    ['nickName', ''],
    ['emails[type eq "work"].value', 'ann@a.example'],
    ['emails[type eq "work"]', 'ann@a.example'],
    ['emails[type eq "other"].value', undefined],
    ['emails[primary eq "True"].value', 'ann@a.example'],
    ['emails.value', 'home@a.example'],
    ['roles[primary eq "True"].value', 'Admin'],
    ['roles[primary eq false].value', 'User'],
    [
      'roles',
      [
        { primary: false, value: 'User' },
        { primary: true, value: 'Admin' },
      ],
    ],
    ['entitlements', []],
    ['name[type eq "work"].value', undefined],
    [`${E}:department`, 'Sales'],
    [`${E}:manager`, 'm1'],
    [`${E}:costCenter`, undefined],
    ['urn:x:2.0:User:a', undefined],
    ['desk', { room: '7' }],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('%s is %j', (name, value) => {
    expect([...flatten(body, [name])]).toEqual(value === undefined ? [] : [[name, value]]);
  });
});
