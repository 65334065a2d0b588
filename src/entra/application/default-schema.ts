import { schemaOf, type MappingRow } from './preset.ts';
import { ENTERPRISE } from './target-directory.ts';

/** Entra ID's default expression for `active` (§3.4). */
export const ACTIVE_UNLESS_SOFT_DELETED = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';

/** Entra ID's default mapping of users for a new SCIM application, in Entra ID's order (§3.5). */
const users: readonly MappingRow[] = [
  ['userName', '[userPrincipalName]', 1],
  ['active', ACTIVE_UNLESS_SOFT_DELETED],
  ['displayName', '[displayName]'],
  ['title', '[jobTitle]'],
  ['emails[type eq "work"].value', '[mail]'],
  ['preferredLanguage', '[preferredLanguage]'],
  ['name.givenName', '[givenName]'],
  ['name.familyName', '[surname]'],
  ['name.formatted', 'Join(" ", [givenName], [surname])'],
  ['addresses[type eq "work"].formatted', '[physicalDeliveryOfficeName]'],
  ['addresses[type eq "work"].streetAddress', '[streetAddress]'],
  ['addresses[type eq "work"].locality', '[city]'],
  ['addresses[type eq "work"].region', '[state]'],
  ['addresses[type eq "work"].postalCode', '[postalCode]'],
  ['addresses[type eq "work"].country', '[country]'],
  ['phoneNumbers[type eq "work"].value', '[telephoneNumber]'],
  ['phoneNumbers[type eq "mobile"].value', '[mobile]'],
  ['phoneNumbers[type eq "fax"].value', '[facsimileTelephoneNumber]'],
  ['externalId', '[mailNickname]'],
  [`${ENTERPRISE}:employeeNumber`, '[employeeId]'],
  [`${ENTERPRISE}:department`, '[department]'],
  [`${ENTERPRISE}:manager`, '[manager]'],
];

/** The mapping of groups in both presets. */
export const groupRows: readonly MappingRow[] = [
  ['displayName', '[displayName]', 1],
  ['externalId', '[objectId]'],
  ['members', '[members]'],
];

export const defaultSchema = schemaOf({ User: users, Group: groupRows });
