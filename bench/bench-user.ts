import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';

/** Returns a user in the form that Entra ID sends. The load generators import only this module, and no code of the directory. */
export function benchUser(index: number) {
  return {
    userName: `person${index}@contoso.example`,
    externalId: `external-${index}`,
    displayName: `Person ${index}`,
    active: true,
    title: 'Engineer',
    name: { givenName: 'Person', familyName: `Family ${index}`, formatted: `Person Family ${index}` },
    emails: [{ type: 'work', primary: true, value: `person${index}@contoso.example` }],
    phoneNumbers: [{ type: 'work', value: '+1 555 0100' }],
    [ENTERPRISE_USER_SCHEMA]: { department: 'Research', employeeNumber: `E${index}` },
  };
}
