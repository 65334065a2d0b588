import { describe, expect, test } from 'vitest';
import type { EntraTenant, SourceUser } from '../source/source-object.ts';
import { someGroup, someUser } from '../source/source.fixture.ts';
import type { JsonObject } from '#base/json.ts';
import { compileSchema } from './compile-schema.ts';
import { presets, type Preset } from './applications.ts';
import { readSchema } from './read-schema.ts';
import { sourceValuesOf } from './source-values.ts';
import type { SynchronizationSchema } from './synchronization-schema.ts';

const tenant: EntraTenant = {
  id: '7a1b0c5e-0000-4000-8000-000000000001',
  organizationId: 'o',
  name: 'Contoso',
  domain: 'contoso.example',
  changeNumber: 0,
  createdAt: new Date(0),
};
const context = { now: new Date(Date.UTC(2026, 0, 5)), changed: undefined };

/** Returns the values that a preset maps for an object, by target attribute. A reference is returned as `{ refersTo: ids }`. */
function mapped(preset: Preset, object: SourceUser | ReturnType<typeof someGroup>, isSoftDeleted = false) {
  const mapping = compileSchema(presets[preset]).find(({ sourceType }) => sourceType === object.type);
  const values = sourceValuesOf(object, { isSoftDeleted, appRoleAssignments: ['User'], members: ['m1', 'm2'] });
  const entries = (mapping?.attributes ?? []).flatMap((attribute): [string, unknown][] => {
    const result = attribute.evaluate(values, context);
    if (result.kind === 'none') return [];
    return [[attribute.target, result.kind === 'reference' ? { refersTo: result.sourceIds } : result.value]];
  });
  return Object.fromEntries(entries);
}

const person = (attributes: JsonObject, more: Partial<SourceUser> = {}) => someUser(tenant, attributes, more);
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('presets:', () => {
  test('all presets are valid schemas that stay the same after an export and import', () => {
    for (const schema of Object.values(presets)) {
      const exported: unknown = JSON.parse(JSON.stringify(schema));
      expect(readSchema(exported)).toEqual(exported);
    }
  });

  test('the entra preset maps the user in the documented example to the body of the documented request (§1.4)', () => {
    const user = person({
      userPrincipalName: 'Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee',
      mailNickname: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      mail: 'Test_User_11bb11bb-cc22-dd33-ee44-55ff55ff55ff@testuser.com',
      givenName: 'givenName',
      surname: 'familyName',
      displayName: '',
    });
    expect(mapped('entra', user)).toEqual({
      userName: 'Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee',
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      active: true,
      'emails[type eq "work"].value': 'Test_User_11bb11bb-cc22-dd33-ee44-55ff55ff55ff@testuser.com',
      'name.formatted': 'givenName familyName',
      'name.familyName': 'familyName',
      'name.givenName': 'givenName',
    });
  });

  test('the entra preset maps all default attributes of a user, in the order of the portal', () => {
    const names = [
      'displayName',
      'jobTitle',
      'mail',
      'preferredLanguage',
      'givenName',
      'surname',
      'streetAddress',
      'city',
    ];
    const more = ['state', 'postalCode', 'country', 'telephoneNumber', 'mobile', 'facsimileTelephoneNumber'];
    const rest = ['physicalDeliveryOfficeName', 'mailNickname', 'employeeId', 'department'];
    const user = person(Object.fromEntries([...names, ...more, ...rest].map((name) => [name, `<${name}>`])), {
      managerId: 'boss',
    });
    const result = mapped(
      'entra',
      { ...user, attributes: { ...user.attributes, userPrincipalName: 'a@b.example' } },
      true,
    );
    expect(Object.entries(result)).toEqual([
      ['userName', 'a@b.example'],
      ['active', false],
      ['displayName', '<displayName>'],
      ['title', '<jobTitle>'],
      ['emails[type eq "work"].value', '<mail>'],
      ['preferredLanguage', '<preferredLanguage>'],
      ['name.givenName', '<givenName>'],
      ['name.familyName', '<surname>'],
      ['name.formatted', '<givenName> <surname>'],
      ['addresses[type eq "work"].formatted', '<physicalDeliveryOfficeName>'],
      ['addresses[type eq "work"].streetAddress', '<streetAddress>'],
      ['addresses[type eq "work"].locality', '<city>'],
      ['addresses[type eq "work"].region', '<state>'],
      ['addresses[type eq "work"].postalCode', '<postalCode>'],
      ['addresses[type eq "work"].country', '<country>'],
      ['phoneNumbers[type eq "work"].value', '<telephoneNumber>'],
      ['phoneNumbers[type eq "mobile"].value', '<mobile>'],
      ['phoneNumbers[type eq "fax"].value', '<facsimileTelephoneNumber>'],
      ['externalId', '<mailNickname>'],
      [`${ENTERPRISE}:employeeNumber`, '<employeeId>'],
      [`${ENTERPRISE}:department`, '<department>'],
      [`${ENTERPRISE}:manager`, { refersTo: ['boss'] }],
    ]);
  });

  test('the guide preset maps a user as the integration guide specifies', () => {
    const user = person(
      {
        userPrincipalName: 'ada@contoso.example',
        mailNickname: 'ada',
        displayName: 'Ada L',
        givenName: 'Ada',
        surname: 'L',
        jobTitle: 'Engineer',
        department: 'R&D',
        employeeId: '7',
        companyName: 'Contoso',
        employeeType: 'Employee',
        usageLocation: 'SE',
        extensionAttribute1: '4711',
        mail: 'somewhere.else@contoso.example',
      },
      { managerId: 'boss' },
    );
    expect(mapped('guide', user)).toEqual({
      userName: 'ada',
      active: true,
      'emails[type eq "work"].value': 'ada@contoso.example',
      externalId: user.id,
      displayName: 'Ada L',
      'name.givenName': 'Ada',
      'name.familyName': 'L',
      title: 'Engineer',
      locale: 'SE',
      userType: 'Employee',
      [`${ENTERPRISE}:department`]: 'R&D',
      [`${ENTERPRISE}:employeeNumber`]: '7',
      [`${ENTERPRISE}:costCenter`]: '4711',
      [`${ENTERPRISE}:organization`]: 'Contoso',
      [`${ENTERPRISE}:manager`]: { refersTo: ['boss'] },
    });
  });

  test('the entra and guide presets map groups in the same way, with the objectId as the externalId', () => {
    const group = someGroup(tenant, { displayName: 'Team' });
    for (const preset of ['entra', 'guide'] as const) {
      expect(mapped(preset, group)).toEqual({
        displayName: 'Team',
        externalId: group.id,
        members: { refersTo: ['m1', 'm2'] },
      });
    }
  });

  test('the guide preset compiles to mappings with names, actions and matching attributes, and equal schemas compile only once', () => {
    const [users, groups] = compileSchema(presets.guide);
    expect(users).toMatchObject({
      name: 'Provision Microsoft Entra ID Users',
      sourceType: 'User',
      targetObject: ENTERPRISE,
      enabled: true,
      actions: { add: true, update: true, delete: true },
      softDeletes: true,
    });
    expect(users?.matching.map(({ target, reads }) => [target, reads])).toEqual([['userName', ['mailNickname']]]);
    expect(groups).toMatchObject({ sourceType: 'Group', softDeletes: false });
    expect(users?.attributes.find(({ target }) => target === 'active')?.reads).toEqual(['IsSoftDeleted']);
    // Equal schemas are compiled only once, even if they are different objects.
    expect(compileSchema(presets.guide)).toBe(compileSchema(presets.guide));
    const copy = (): SynchronizationSchema => JSON.parse(JSON.stringify(presets.guide));
    expect(compileSchema(copy())).toBe(compileSchema(copy()));
  });

  test('the entra preset maps the userPrincipalName of a guest to the address that was invited', () => {
    const guest = person({ userPrincipalName: 'ada_l_fabrikam.example#EXT#@contoso.example' });
    expect(mapped('entra', guest)['userName']).toBe('ada_l@fabrikam.example');
    const values = sourceValuesOf(guest, { isSoftDeleted: false, appRoleAssignments: [] });
    expect(values.get('originalUserPrincipalName')).toBe('ada_l_fabrikam.example#EXT#@contoso.example');
  });
});
