import { describe, expect, it } from 'vitest';
import type { FlatValue } from './flat-resource.ts';
import { inflate } from './inflate.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const OWN = 'urn:ietf:params:scim:schemas:extension:Own:2.0:User';
const ROLE = 'WindowsAzureActiveDirectoryRole';

function user(...entries: readonly (readonly [string, FlatValue])[]) {
  const { schemas, meta, roles, ...rest } = inflate('User', new Map(entries));
  expect(schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:User', E]);
  expect(meta).toEqual({ resourceType: 'User' });
  return { ...rest, ...(JSON.stringify(roles) !== '[]' && { roles }) };
}

describe('the body of a POST', () => {
  it('equals the documented body of a user, byte for byte', () => {
    const resource = new Map<string, FlatValue>([
      ['userName', 'Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee'],
      ['active', true],
      ['emails[type eq "work"].value', 'Test_User_11bb11bb-cc22-dd33-ee44-55ff55ff55ff@testuser.com'],
      ['name.givenName', 'givenName'],
      ['name.familyName', 'familyName'],
      ['name.formatted', 'givenName familyName'],
      ['externalId', '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef'],
    ]);
    expect(JSON.stringify(inflate('User', resource))).toBe(
      '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],' +
        '"externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","userName":"Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee","active":true,' +
        '"emails":[{"primary":true,"type":"work","value":"Test_User_11bb11bb-cc22-dd33-ee44-55ff55ff55ff@testuser.com"}],' +
        '"meta":{"resourceType":"User"},' +
        '"name":{"formatted":"givenName familyName","familyName":"familyName","givenName":"givenName"},"roles":[]}',
    );
  });

  it('equals the documented body of a group, byte for byte', () => {
    const resource = new Map([
      ['displayName', 'displayName'],
      ['externalId', '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159'],
    ]);
    expect(JSON.stringify(inflate('Group', resource))).toBe(
      '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],' +
        '"externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"displayName","meta":{"resourceType":"Group"}}',
    );
  });

  it.each<[string, readonly (readonly [string, FlatValue])[], object]>([
    ['no attributes if there are no values', [], {}],
    ['a boolean for a string from Switch()', [['active', 'False']], { active: false }],
    ['a string for active if it is not a boolean', [['active', 'perhaps']], { active: 'perhaps' }],
    ['a number', [['x', 5]], { x: 5 }],
    [
      'an element for each type, with the work element as primary',
      [
        ['phoneNumbers[type eq "work"].value', '1'],
        ['phoneNumbers[type eq "mobile"].value', '2'],
        ['phoneNumbers[type eq "fax"].value', '3'],
      ],
      {
        phoneNumbers: [
          { primary: true, type: 'work', value: '1' },
          { type: 'mobile', value: '2' },
          { type: 'fax', value: '3' },
        ],
      },
    ],
    [
      'one element for several attributes, in alphabetical order',
      [
        ['addresses[type eq "work"].streetAddress', 'Street 1'],
        ['Addresses[TYPE eq "work"].country', 'CH'],
      ],
      { addresses: [{ primary: true, type: 'work', country: 'CH', streetAddress: 'Street 1' }] },
    ],
    [
      'the value of primary from the mapping',
      [
        ['emails[type eq "work"].value', 'a'],
        ['emails[type eq "work"].primary', 'False'],
      ],
      { emails: [{ primary: false, type: 'work', value: 'a' }] },
    ],
    [
      'the primary role of SingleAppRoleAssignment',
      [
        ['roles[primary eq "True"].type', ROLE],
        ['roles[primary eq "True"].value', 'Admin'],
      ],
      { roles: [{ primary: true, type: ROLE, value: 'Admin' }] },
    ],
    [
      'the roles of AppRoleAssignmentsComplex',
      [['roles', [{ primary: false, type: ROLE, display: 'User', value: 'User' }]]],
      { roles: [{ primary: false, type: ROLE, display: 'User', value: 'User' }] },
    ],
    [
      'an element for a name that ends with the filter',
      [['emails[type eq "home"]', 'a']],
      { emails: [{ type: 'home', value: 'a' }] },
    ],
    [
      'an element for an object',
      [['emails[type eq "home"]', { value: 'a' }]],
      { emails: [{ type: 'home', value: 'a' }] },
    ],
    [
      'nested objects for longer names',
      [
        ['a.b.c', '1'],
        ['a.b.d', '2'],
      ],
      { a: { b: { c: '1', d: '2' } } },
    ],
    ['the manager as a string', [[`${E}:manager`, '123456']], { [E]: { manager: '123456' } }],
    [
      'a core attribute for a name with the URN of the core schema',
      [['urn:ietf:params:scim:schemas:core:2.0:User:title', 'x']],
      { title: 'x' },
    ],
    [
      'attributes with the names of inherited properties',
      [
        ['__proto__', 'x'],
        ['constructor.prototype', 'y'],
      ],
      Object.fromEntries([
        ['__proto__', 'x'],
        ['constructor', { prototype: 'y' }],
      ]),
    ],
  ])('has %s', (_, entries, expected) => {
    expect(JSON.stringify(user(...entries))).toBe(JSON.stringify(expected));
  });

  it('has its extensions last, and does not list a custom extension in schemas', () => {
    const body = user(
      [`${OWN}:b`, '1'],
      [`${E}:manager`, 'm'],
      [`${E}:employeeNumber`, 'n'],
      [`${OWN.toLowerCase()}:a`, '2'],
      [`${E}:department`, 'd'],
      ['zone', 'z'],
      ['title', 't'],
    );
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        title: 't',
        zone: 'z',
        [E]: { department: 'd', employeeNumber: 'n', manager: 'm' },
        [OWN]: { b: '1', a: '2' },
      }),
    );
  });
});
