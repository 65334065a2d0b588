/** The types of source attributes, with the names from Graph's synchronization schema. */
export type SourceAttributeType = 'String' | 'Boolean' | 'DateTime' | 'Reference';

export interface SourceAttribute {
  /** The attribute's name in Entra ID's provisioning. Mappings, scoping filters and expressions use this name. */
  readonly name: string;
  readonly type: SourceAttributeType;
  readonly multivalued: boolean;
  /** True if a mapping may read the attribute; false for SamAccountName, userType and passwords, among others (§3.5). */
  readonly mappable: boolean;
  /** The name of the property in Microsoft Graph, or its path if it is nested; null if Graph has no such property. */
  readonly graphName: string | null;
  /**
   * Where the value is stored. `attributes`: in the object's `attributes`. `own`: in a separate property (objectId, accountEnabled,
   * manager, members, membershipRule). `computed`: nowhere.
   */
  readonly place: 'attributes' | 'own' | 'computed';
  /** Maximum length of a value, in characters; 0 for types other than String. */
  readonly lengthMax: number;
  /** True if values are compared case-sensitively. */
  readonly caseExact: boolean;
  /** True if the attribute identifies objects in the synchronization schema. */
  readonly anchor: boolean;
}

/** Maximum length of a value, in characters, if Microsoft does not document a limit. */
export const TEXT_LENGTH_MAX = 1_024;
/** Maximum length of a userPrincipalName, and of the part before its @, in characters. */
export const UPN_LENGTH_MAX = 113;
export const UPN_LOCAL_LENGTH_MAX = 64;
/** Maximum number of values of a multivalued attribute. */
export const VALUES_MAX = 250;
/** Maximum length of a membershipRule, in characters. */
export const RULE_LENGTH_MAX = 3_072;
const GUID_LENGTH = 36;

type More = Partial<Omit<SourceAttribute, 'name' | 'lengthMax'>>;

function text(name: string, lengthMax: number = TEXT_LENGTH_MAX, more: More = {}): SourceAttribute {
  return {
    name,
    type: 'String',
    multivalued: false,
    mappable: true,
    graphName: name,
    place: 'attributes',
    lengthMax,
    caseExact: false,
    anchor: false,
    ...more,
  };
}

const flag = (name: string, more: More = {}) => text(name, 0, { type: 'Boolean', ...more });

const extensionAttributes = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`).map((name) =>
  text(name, TEXT_LENGTH_MAX, { graphName: `onPremisesExtensionAttributes.${name}` }),
);

/** The attributes of users in the source, in the order in which Entra ID lists them for mappings (§3.5). */
export const sourceUserAttributes: readonly SourceAttribute[] = [
  text('objectId', GUID_LENGTH, { graphName: 'id', place: 'own', anchor: true }),
  text('userPrincipalName', UPN_LENGTH_MAX),
  // Mappings read a guest's userPrincipalName without #EXT#. This attribute has the unchanged userPrincipalName.
  text('originalUserPrincipalName', UPN_LENGTH_MAX, { graphName: null, place: 'computed' }),
  flag('accountEnabled', { place: 'own' }),
  flag('IsSoftDeleted', { graphName: null, place: 'computed' }),
  text('displayName', 256),
  text('givenName', 64),
  text('surname', 64),
  text('mail', 256),
  text('mailNickname', 64),
  text('otherMails', 250, { multivalued: true }),
  text('proxyAddresses', 256, { multivalued: true }),
  text('jobTitle', 128),
  text('department', 64),
  text('companyName', 64),
  text('employeeId', 16),
  text('employeeType', 64),
  text('employeeHireDate', 0, { type: 'DateTime' }),
  text('physicalDeliveryOfficeName', 128, { graphName: 'officeLocation' }),
  text('streetAddress', 1_024),
  text('city', 128),
  text('state', 128),
  text('postalCode', 40),
  text('country', 128),
  text('usageLocation', 2),
  text('preferredLanguage', 64),
  text('telephoneNumber', 64, { graphName: 'businessPhones' }),
  text('mobile', 64, { graphName: 'mobilePhone' }),
  text('facsimileTelephoneNumber', 64, { graphName: 'faxNumber' }),
  text('manager', GUID_LENGTH, { type: 'Reference', place: 'own' }),
  ...extensionAttributes,
  text('userType', 16, { mappable: false }),
  text('immutableId', 128, { graphName: 'onPremisesImmutableId', caseExact: true }),
  text('onPremisesSecurityIdentifier', 256),
  text('onPremisesDistinguishedName', TEXT_LENGTH_MAX),
  text('SamAccountName', 64, { graphName: 'onPremisesSamAccountName', mappable: false }),
  flag('dirSyncEnabled', { graphName: 'onPremisesSyncEnabled' }),
  text('appRoleAssignments', TEXT_LENGTH_MAX, { multivalued: true, graphName: null, place: 'computed' }),
  text('passwordProfile.password', 256, { mappable: false, place: 'computed' }),
];

/** The attributes of groups in the source. */
export const sourceGroupAttributes: readonly SourceAttribute[] = [
  text('objectId', GUID_LENGTH, { graphName: 'id', place: 'own', anchor: true }),
  text('displayName', 256),
  text('description', TEXT_LENGTH_MAX),
  text('mail', 256),
  text('mailNickname', 64),
  flag('mailEnabled'),
  flag('securityEnabled'),
  text('proxyAddresses', 256, { multivalued: true }),
  text('groupTypes', 64, { multivalued: true, mappable: false }),
  text('members', GUID_LENGTH, { type: 'Reference', multivalued: true, place: 'own' }),
  text('membershipRule', RULE_LENGTH_MAX, { mappable: false, place: 'own' }),
  text('onPremisesSecurityIdentifier', 256),
  flag('dirSyncEnabled', { graphName: 'onPremisesSyncEnabled' }),
  flag('IsSoftDeleted', { graphName: null, place: 'computed' }),
];

type ByName = ReadonlyMap<string, SourceAttribute>;

/** Maps the lowercase names in Entra ID and in Graph to attributes. The names in Entra ID take precedence. */
function byName(attributes: readonly SourceAttribute[]): ByName {
  const entries = (nameOf: (attribute: SourceAttribute) => string | null) =>
    attributes.flatMap((attribute): [string, SourceAttribute][] => {
      const name = nameOf(attribute);
      return name === null ? [] : [[name.toLowerCase(), attribute]];
    });
  return new Map([...entries(({ graphName }) => graphName), ...entries(({ name }) => name)]);
}

const users = byName(sourceUserAttributes);
const groups = byName(sourceGroupAttributes);

/** Finds an attribute by its name in Entra ID or in Graph, case-insensitively. */
export function sourceAttribute(type: 'User' | 'Group', name: string): SourceAttribute | undefined {
  return (type === 'User' ? users : groups).get(name.toLowerCase());
}
