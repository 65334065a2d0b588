import { ACTIVE_UNLESS_SOFT_DELETED, groupRows } from './default-schema.ts';
import { schemaOf, type MappingRow } from './preset.ts';
import { ENTERPRISE } from './target-directory.ts';

/**
 * The mapping that the integration guide specifies: mailNickname is the username, and userPrincipalName is the work email. For attributes
 * without a source in the guide's table, Entra ID's usual source is used; for the cost center, an extension attribute.
 */
const users: readonly MappingRow[] = [
  ['userName', '[mailNickname]', 1],
  ['active', ACTIVE_UNLESS_SOFT_DELETED],
  ['emails[type eq "work"].value', '[userPrincipalName]'],
  // Entra ID's default is mailNickname, which can change or be reassigned to another user.
  ['externalId', '[objectId]'],
  ['displayName', '[displayName]'],
  ['name.givenName', '[givenName]'],
  ['name.familyName', '[surname]'],
  ['title', '[jobTitle]'],
  ['preferredLanguage', '[preferredLanguage]'],
  // `locale` gets the usage location, because the directory that this guide is for shows the locale as the user's location.
  ['locale', '[usageLocation]'],
  ['userType', '[employeeType]'],
  [`${ENTERPRISE}:department`, '[department]'],
  [`${ENTERPRISE}:employeeNumber`, '[employeeId]'],
  [`${ENTERPRISE}:costCenter`, '[extensionAttribute1]'],
  [`${ENTERPRISE}:organization`, '[companyName]'],
  [`${ENTERPRISE}:manager`, '[manager]'],
];

export const guideSchema = schemaOf({ User: users, Group: groupRows });
