import { quote } from '#base/errors.ts';
import type { ObjectType } from '../source/source-object.ts';
import { toDefinition, type AttributeRow } from './attribute-row.ts';
import type { AttributeDefinition, DirectoryDefinition } from './synchronization-schema.ts';

/** What Entra ID calls every SCIM application that is not in its gallery. */
export const TARGET_DIRECTORY = 'customappsso';

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** The names of the target's objects, by the type of the source's. */
export const targetObjects: Readonly<Record<ObjectType, string>> = {
  User: ENTERPRISE,
  Group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
};

const addressParts = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'];

function elements(list: string, types: readonly string[], parts: readonly string[]): readonly AttributeRow[] {
  return types.flatMap((type) => parts.map((part): AttributeRow => [`${list}[type eq "${type}"].${part}`]));
}

/** "Edit attribute list for customappsso", as it is before anybody edits it. */
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

/** Attributes of RFC 7643 §4.1 that the list does not have, with any type of element: emails[type eq "private"].value. */
const furtherElement =
  /^(?:emails|phoneNumbers|ims|photos|addresses|entitlements|roles|x509Certificates)(?:\[(?:type|primary|value) eq "[^"\\]{1,200}"\](?:\.[A-Za-z][\w]*)?)?$/;

/** The form that Entra ID asks for (§3.5), for groups alike. */
const customName = (type: ObjectType) =>
  new RegExp(`^urn:ietf:params:scim:schemas:extension:[A-Za-z][\\w.-]*:2\\.0:${type}:[A-Za-z][\\w.-]*$`);

/** Whether an attribute is one of the target's own, and none that an administrator has added. */
export function isStandardTarget(type: ObjectType, name: string): boolean {
  return standardNames[type].has(name) || (type === 'User' && furtherElement.test(name));
}

/** What is wrong with an attribute that was added to the target's list; undefined when nothing is. */
export function faultOfCustomAttribute(
  type: ObjectType,
  { name, type: valueType, multivalued }: AttributeDefinition,
): string | undefined {
  if (isStandardTarget(type, name)) return undefined;
  if (!customName(type).test(name)) {
    return `${quote(name)} is no attribute of SCIM, and attributes of your own are called urn:ietf:params:scim:schemas:extension:NAME:2.0:${type}:ATTRIBUTE`;
  }
  if (multivalued) return `${quote(name)} cannot have several values: Entra ID takes none of your own that do`;
  return valueType === 'Reference'
    ? `${quote(name)} cannot be a reference: Entra ID takes none of your own that are`
    : undefined;
}
