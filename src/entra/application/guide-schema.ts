import { ACTIVE_UNLESS_SOFT_DELETED, groupRows } from './default-schema.ts';
import { schemaOf, type MappingRow } from './preset.ts';
import { ENTERPRISE } from './target-directory.ts';

/**
 * The integration guide's contract: mailNickname is the name of the account, userPrincipalName the work e-mail. Where its
 * table names no source, the source is what Entra ID has for it; for the cost center that is an attribute of one's own.
 */
const users: readonly MappingRow[] = [
  ['userName', '[mailNickname]', 1],
  ['active', ACTIVE_UNLESS_SOFT_DELETED],
  ['emails[type eq "work"].value', '[userPrincipalName]'],
  // Entra ID's default is mailNickname, which can change and be given to somebody else.
  ['externalId', '[objectId]'],
  ['displayName', '[displayName]'],
  ['name.givenName', '[givenName]'],
  ['name.familyName', '[surname]'],
  ['title', '[jobTitle]'],
  ['preferredLanguage', '[preferredLanguage]'],
  // The directory shows it as the location.
  ['locale', '[usageLocation]'],
  ['userType', '[employeeType]'],
  [`${ENTERPRISE}:department`, '[department]'],
  [`${ENTERPRISE}:employeeNumber`, '[employeeId]'],
  [`${ENTERPRISE}:costCenter`, '[extensionAttribute1]'],
  [`${ENTERPRISE}:organization`, '[companyName]'],
  [`${ENTERPRISE}:manager`, '[manager]'],
];

export const guideSchema = schemaOf({ User: users, Group: groupRows });
