import { describe, expect, it } from 'vitest';
import type { FlatChange, FlatValue } from './flat-resource.ts';
import { membersBody, patchBody } from './patch-body.ts';

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ROLE = 'WindowsAzureActiveDirectoryRole';
const replace = (target: string, value: FlatValue): FlatChange => ({ target, op: 'replace', value });
const add = (target: string, value: FlatValue): FlatChange => ({ target, op: 'add', value });
const envelope = (operations: string) =>
  `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":${operations}}`;
const roles = (...values: readonly string[]) =>
  values.map((value) => ({ primary: false, type: ROLE, display: value, value }));

/** The tests compare every body byte for byte, because the order of members matters. */
describe('a PATCH', () => {
  it.each<[string, readonly FlatChange[], string, string]>([
    [
      'disables a user',
      [replace('active', false)],
      '[{"op":"Replace","path":"active","value":"False"}]',
      '[{"op":"replace","path":"active","value":false}]',
    ],
    [
      'enables a user with a string from Switch()',
      [replace('active', 'True')],
      '[{"op":"Replace","path":"active","value":"True"}]',
      '[{"op":"replace","path":"active","value":true}]',
    ],
    [
      'adds a string',
      [add('nickName', 'Babs')],
      '[{"op":"Add","path":"nickName","value":"Babs"}]',
      '[{"op":"add","path":"nickName","value":"Babs"}]',
    ],
    [
      'replaces one value',
      [replace('userName', '5b50642d@testuser.com')],
      '[{"op":"Replace","path":"userName","value":"5b50642d@testuser.com"}]',
      '[{"op":"replace","path":"userName","value":"5b50642d@testuser.com"}]',
    ],
    [
      'replaces several values as in the documentation of the flag',
      [
        replace('displayName', 'Pvlo'),
        replace('emails[type eq "work"].value', 'TestBcwqnm@test.microsoft.com'),
        replace('name.givenName', 'Gtfd'),
        replace('name.familyName', 'Pkqf'),
        replace('externalId', 'Eqpj'),
        replace(`${E}:employeeNumber`, 'Eqpj'),
      ],
      `[{"op":"Replace","path":"displayName","value":"Pvlo"},{"op":"Replace","path":"emails[type eq \\"work\\"].value","value":"TestBcwqnm@test.microsoft.com"},{"op":"Replace","path":"name.givenName","value":"Gtfd"},{"op":"Replace","path":"name.familyName","value":"Pkqf"},{"op":"Replace","path":"externalId","value":"Eqpj"},{"op":"Replace","path":"${E}:employeeNumber","value":"Eqpj"}]`,
      `[{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"TestBcwqnm@test.microsoft.com"},{"op":"replace","value":{"displayName":"Pvlo","name.givenName":"Gtfd","name.familyName":"Pkqf","externalId":"Eqpj","${E}:employeeNumber":"Eqpj"}}]`,
    ],
    [
      'replaces elements and several values as in the documentation of 2020',
      [
        replace('active', false),
        replace('emails[type eq "work"].value', 'someone@contoso.com'),
        replace('emails[type eq "work"].primary', true),
        replace('userName', 'someone'),
      ],
      '[{"op":"Replace","path":"active","value":"False"},{"op":"Replace","path":"emails[type eq \\"work\\"].value","value":"someone@contoso.com"},{"op":"Replace","path":"emails[type eq \\"work\\"].primary","value":"True"},{"op":"Replace","path":"userName","value":"someone"}]',
      '[{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"someone@contoso.com"},{"op":"replace","path":"emails[type eq \\"work\\"].primary","value":true},{"op":"replace","value":{"active":false,"userName":"someone"}}]',
    ],
    [
      'mixes operations as in the captured request',
      [
        replace('emails[type eq "work"].value', 'AdeleV2@contoso.example'),
        replace('addresses[type eq "work"].formatted', '18/2111'),
        add(`${E}:department`, 'Retail'),
      ],
      `[{"op":"Replace","path":"emails[type eq \\"work\\"].value","value":"AdeleV2@contoso.example"},{"op":"Replace","path":"addresses[type eq \\"work\\"].formatted","value":"18/2111"},{"op":"Add","path":"${E}:department","value":"Retail"}]`,
      `[{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"AdeleV2@contoso.example"},{"op":"replace","path":"addresses[type eq \\"work\\"].formatted","value":"18/2111"},{"op":"add","path":"${E}:department","value":"Retail"}]`,
    ],
    [
      'adds and replaces values in mixed order',
      [
        replace('title', 'Head'),
        add('nickName', 'Babs'),
        replace('displayName', 'B'),
        add('phoneNumbers[type eq "fax"].value', '1'),
      ],
      '[{"op":"Replace","path":"title","value":"Head"},{"op":"Add","path":"nickName","value":"Babs"},{"op":"Replace","path":"displayName","value":"B"},{"op":"Add","path":"phoneNumbers[type eq \\"fax\\"].value","value":"1"}]',
      '[{"op":"add","path":"phoneNumbers[type eq \\"fax\\"].value","value":"1"},{"op":"add","path":"nickName","value":"Babs"},{"op":"replace","value":{"title":"Head","displayName":"B"}}]',
    ],
    [
      'adds the manager as a plain string',
      [add(`${E}:manager`, '2c2f6fb8-254f-492e-b7fe-c09c5a61c8a2')],
      `[{"op":"Add","path":"${E}:manager","value":"2c2f6fb8-254f-492e-b7fe-c09c5a61c8a2"}]`,
      `[{"op":"add","path":"${E}:manager","value":"2c2f6fb8-254f-492e-b7fe-c09c5a61c8a2"}]`,
    ],
    [
      'replaces the manager in a separate operation with a path',
      [replace(`${E}:manager`, 'm'), replace('title', 'a'), replace('displayName', 'b')],
      `[{"op":"Replace","path":"${E}:manager","value":"m"},{"op":"Replace","path":"title","value":"a"},{"op":"Replace","path":"displayName","value":"b"}]`,
      `[{"op":"replace","path":"${E}:manager","value":"m"},{"op":"replace","value":{"title":"a","displayName":"b"}}]`,
    ],
    [
      'removes an attribute',
      [{ target: `${E}:manager`, op: 'remove', value: undefined }],
      `[{"op":"Remove","path":"${E}:manager"}]`,
      `[{"op":"remove","path":"${E}:manager"}]`,
    ],
    [
      'replaces the roles (AssertiveAppRoleAssignmentsComplex)',
      [replace('roles', roles('User', 'Test'))],
      `[{"op":"Replace","path":"roles","value":[{"primary":false,"type":"${ROLE}","display":"User","value":"User"},{"primary":false,"type":"${ROLE}","display":"Test","value":"Test"}]}]`,
      `[{"op":"replace","path":"roles","value":[{"primary":false,"type":"${ROLE}","display":"User","value":"User"},{"primary":false,"type":"${ROLE}","display":"Test","value":"Test"}]}]`,
    ],
    [
      'adds roles',
      [add('roles', [{ id: '06b07648-ecfe-589f-9d2f-6325724a46ee', value: '25', displayName: 'Role1234' }])],
      '[{"op":"Add","path":"roles","value":[{"value":"{\\"id\\":\\"06b07648-ecfe-589f-9d2f-6325724a46ee\\",\\"value\\":\\"25\\",\\"displayName\\":\\"Role1234\\"}"}]}]',
      '[{"op":"add","path":"roles","value":[{"value":"25","displayName":"Role1234"}]}]',
    ],
    [
      'adds the single role of SingleAppRoleAssignment',
      [
        replace('roles[primary eq "True"].display', 'Role1234'),
        replace('title', 'x'),
        add('roles[primary eq "True"].value', '25'),
      ],
      '[{"op":"Add","path":"roles","value":[{"value":"{\\"value\\":\\"25\\",\\"displayName\\":\\"Role1234\\"}"}]},{"op":"Replace","path":"title","value":"x"}]',
      '[{"op":"replace","path":"roles[primary eq \\"True\\"].display","value":"Role1234"},{"op":"add","path":"roles[primary eq \\"True\\"].value","value":"25"},{"op":"replace","path":"title","value":"x"}]',
    ],
    [
      'sets parts of a role that has no value',
      [replace('roles[primary eq "True"].display', 'x'), add('roles[primary eq "True"].type', 'y')],
      '[{"op":"Replace","path":"roles[primary eq \\"True\\"].display","value":"x"},{"op":"Add","path":"roles[primary eq \\"True\\"].type","value":"y"}]',
      '[{"op":"replace","path":"roles[primary eq \\"True\\"].display","value":"x"},{"op":"add","path":"roles[primary eq \\"True\\"].type","value":"y"}]',
    ],
    [
      'replaces numbers and lists',
      [replace('a', 5), replace('b', 6), replace('c', ['x'])],
      '[{"op":"Replace","path":"a","value":5},{"op":"Replace","path":"b","value":6},{"op":"Replace","path":"c","value":["x"]}]',
      '[{"op":"replace","path":"c","value":["x"]},{"op":"replace","value":{"a":5,"b":6}}]',
    ],
  ])('that %s has the expected body with and without the flag', (_, changes, noFlag, flag) => {
    expect(JSON.stringify(patchBody(changes, 'noFlag'))).toBe(envelope(noFlag));
    expect(JSON.stringify(patchBody(changes, 'flag'))).toBe(envelope(flag));
  });

  it.each<[string, 'add' | 'remove', readonly string[], string, string]>([
    [
      'adds a member',
      'add',
      ['f648f8d5ea4e4cd38e9c'],
      '[{"op":"Add","path":"members","value":[{"$ref":null,"value":"f648f8d5ea4e4cd38e9c"}]}]',
      '[{"op":"add","path":"members","value":[{"value":"f648f8d5ea4e4cd38e9c"}]}]',
    ],
    [
      'removes a member',
      'remove',
      ['7f4bc1a3-285e-48ae-8202-5accb43efb0e'],
      '[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"7f4bc1a3-285e-48ae-8202-5accb43efb0e"}]}]',
      '[{"op":"remove","path":"members[value eq \\"7f4bc1a3-285e-48ae-8202-5accb43efb0e\\"]"}]',
    ],
    [
      'removes several members',
      'remove',
      ['a', 'b'],
      '[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"a"},{"$ref":null,"value":"b"}]}]',
      '[{"op":"remove","path":"members[value eq \\"a\\"]"},{"op":"remove","path":"members[value eq \\"b\\"]"}]',
    ],
  ])('that %s has the expected body with and without the flag', (_, op, memberIds, noFlag, flag) => {
    expect(JSON.stringify(membersBody({ op, memberIds }, 'noFlag'))).toBe(envelope(noFlag));
    expect(JSON.stringify(membersBody({ op, memberIds }, 'flag'))).toBe(envelope(flag));
  });
});
