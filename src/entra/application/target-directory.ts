import { quote } from '#base/errors.ts';
import type { ObjectType } from '../source/source-object.ts';
import type { Say } from '../texts/refusals/stand-in-error.ts';
import { toDefinition, type AttributeRow } from './attribute-row.ts';
import type { AttributeDefinition, DirectoryDefinition } from './synchronization-schema.ts';

/** The name that Entra ID gives the target directory of every SCIM application that is not in its gallery. */
export const TARGET_DIRECTORY = 'customappsso';

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** The names of the target objects, by the type of the source object. */
export const targetObjects: Readonly<Record<ObjectType, string>> = {
  User: ENTERPRISE,
  Group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
};

const addressParts = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'];

function elements(list: string, types: readonly string[], parts: readonly string[]): readonly AttributeRow[] {
  return types.flatMap((type) => parts.map((part): AttributeRow => [`${list}[type eq "${type}"].${part}`]));
}

/** The default attribute list of users, as on the portal's page "Edit attribute list for customappsso". */
const userAttributes: readonly AttributeRow[] = [
  ['id', 'anchor', 'required', 'caseExact', 'readOnly'],
  ['active', 'Boolean'],
  ['displayName'],
  ['title'],
  ...elements('emails', ['work', 'home', 'other'], ['value']),
  ['preferredLanguage'],
  ['name.givenName'],
  ['name.familyName'],
  ['name.middleName'],
  ['name.formatted'],
  ['name.honorificPrefix'],
  ['name.honorificSuffix'],
  ...elements('addresses', ['work', 'home', 'other'], addressParts),
  ...elements('phoneNumbers', ['work', 'mobile', 'fax', 'home', 'other', 'pager'], ['value']),
  ['externalId'],
  ['userName', 'required'],
  ['nickName'],
  ['profileUrl'],
  ['userType'],
  ['locale'],
  ['timezone'],
  ['roles', 'multivalued'],
  ['roles[primary eq "True"].display'],
  ['roles[primary eq "True"].type'],
  ['roles[primary eq "True"].value'],
  [`${ENTERPRISE}:employeeNumber`],
  [`${ENTERPRISE}:costCenter`],
  [`${ENTERPRISE}:organization`],
  [`${ENTERPRISE}:division`],
  [`${ENTERPRISE}:department`],
  [`${ENTERPRISE}:manager`, 'Reference'],
];

const groupAttributes: readonly AttributeRow[] = [
  ['id', 'anchor', 'required', 'caseExact', 'readOnly'],
  ['externalId'],
  ['displayName', 'required'],
  ['members', 'Reference', 'multivalued'],
];

export const targetDirectory: DirectoryDefinition = {
  id: '3d7c1f55-8b51-4f0b-a6b2-56c1d7e4b902',
  name: TARGET_DIRECTORY,
  objects: [
    {
      name: targetObjects.User,
      attributes: userAttributes.map((row) => toDefinition(row, { [`${ENTERPRISE}:manager`]: [ENTERPRISE] })),
    },
    {
      name: targetObjects.Group,
      attributes: groupAttributes.map((row) =>
        toDefinition(row, { members: [targetObjects.User, targetObjects.Group] }),
      ),
    },
  ],
};

const standardNames: Readonly<Record<ObjectType, ReadonlySet<string>>> = {
  User: new Set(userAttributes.map(([name]) => name)),
  Group: new Set(groupAttributes.map(([name]) => name)),
};

/** Matches elements of RFC 7643's multivalued attributes with any type, such as emails[type eq "private"].value (§4.1). */
const furtherElement =
  /^(?:emails|phoneNumbers|ims|photos|addresses|entitlements|roles|x509Certificates)(?:\[(?:type|primary|value) eq "[^"\\]{1,200}"\](?:\.[A-Za-z][\w]*)?)?$/;

/** Returns the pattern that Entra ID requires for the names of custom attributes of users or groups (§3.5). */
const customName = (type: ObjectType) =>
  new RegExp(`^urn:ietf:params:scim:schemas:extension:[A-Za-z][\\w.-]*:2\\.0:${type}:[A-Za-z][\\w.-]*$`);

/** True if an attribute is a standard attribute of the target; false for custom attributes, which an administrator added. */
export function isStandardTarget(type: ObjectType, name: string): boolean {
  return standardNames[type].has(name) || (type === 'User' && furtherElement.test(name));
}

/** Returns what is wrong with an attribute in the target's list, or undefined if it is a standard or a valid custom attribute. */
export function faultOfCustomAttribute(
  type: ObjectType,
  { name, type: valueType, multivalued }: AttributeDefinition,
): Say | undefined {
  if (isStandardTarget(type, name)) return undefined;
  if (!customName(type).test(name)) {
    return ({ mapping }) => mapping.customAttributes.name(quote(name), type);
  }
  if (multivalued) return ({ mapping }) => mapping.customAttributes.severalValues(quote(name));
  return valueType === 'Reference' ? ({ mapping }) => mapping.customAttributes.reference(quote(name)) : undefined;
}
