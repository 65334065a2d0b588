import { toDefinition, type AttributeRow } from './attribute-row.ts';
import type { DirectoryDefinition } from './synchronization-schema.ts';

/** The source directory, by the name that its logs and schemas still have. */
export const SOURCE_DIRECTORY = 'Azure Active Directory';

/** What Entra ID computes, and the one who decides who is active (§3.4). */
export const IS_SOFT_DELETED = 'IsSoftDeleted';
export const APP_ROLE_ASSIGNMENTS = 'appRoleAssignments';

const extensionAttributes = Array.from({ length: 15 }, (_, index): AttributeRow => [`extensionAttribute${index + 1}`]);

/** Attributes of users that mappings can read (§3.5). */
const userAttributes: readonly AttributeRow[] = [
  ['objectId', 'anchor', 'required'],
  ['accountEnabled', 'Boolean'],
  [APP_ROLE_ASSIGNMENTS, 'multivalued'],
  ['city'],
  ['companyName'],
  ['country'],
  ['department'],
  ['displayName'],
  ['employeeHireDate', 'DateTime'],
  ['employeeId'],
  ['employeeType'],
  ...extensionAttributes,
  ['facsimileTelephoneNumber'],
  ['givenName'],
  ['immutableId'],
  [IS_SOFT_DELETED, 'Boolean'],
  ['jobTitle'],
  ['mail'],
  ['mailNickname'],
  ['manager', 'Reference'],
  ['mobile'],
  ['onPremisesSecurityIdentifier'],
  ['originalUserPrincipalName'],
  ['otherMails', 'multivalued'],
  ['physicalDeliveryOfficeName'],
  ['postalCode'],
  ['preferredLanguage'],
  ['proxyAddresses', 'multivalued'],
  ['state'],
  ['streetAddress'],
  ['surname'],
  ['telephoneNumber'],
  ['usageLocation'],
  ['userPrincipalName'],
];

const groupAttributes: readonly AttributeRow[] = [
  ['objectId', 'anchor', 'required'],
  ['description'],
  ['displayName'],
  [IS_SOFT_DELETED, 'Boolean'],
  ['mail'],
  ['mailEnabled', 'Boolean'],
  ['mailNickname'],
  ['members', 'Reference', 'multivalued'],
  ['onPremisesSecurityIdentifier'],
  ['proxyAddresses', 'multivalued'],
  ['securityEnabled', 'Boolean'],
];

/** Which metadata tells that a directory knows of those who are deleted (§3.4). */
const userMetadata = [
  { key: 'PropertyNameAccountEnabled', value: 'accountEnabled' },
  { key: 'PropertyNameSoftDeleted', value: IS_SOFT_DELETED },
  { key: 'IsSoftDeletionSupported', value: 'true' },
  { key: 'IsSynchronizeAllSupported', value: 'true' },
];

export const sourceDirectory: DirectoryDefinition = {
  id: '8c5f3f4b-6f0c-4d0e-9d8b-1d2f9d3f7a01',
  name: SOURCE_DIRECTORY,
  objects: [
    {
      name: 'User',
      metadata: userMetadata,
      attributes: userAttributes.map((row) => toDefinition(row, { manager: ['User'] })),
    },
    {
      name: 'Group',
      metadata: [{ key: 'IsSynchronizeAllSupported', value: 'true' }],
      attributes: groupAttributes.map((row) => toDefinition(row, { members: ['User', 'Group'] })),
    },
  ],
};
