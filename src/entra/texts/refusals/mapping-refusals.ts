/** What is wrong with a synchronization schema, in English. `zh-mapping-refusals.ts` has it in Chinese. */
export const mappingRefusals = {
  /** `problems` are sentences; `more` is the number of those that are not shown. */
  invalid: (problems: readonly string[], more: number) =>
    `The synchronization schema is not valid: ${problems.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`,
  problem: (path: string, message: string) => `${path} ${message}`,
  document: (names: string) => `the document (${names})`,
  /** `reason` comes from the check of the document's shape, without a period. */
  shape: (reason: string) => `${reason}.`,
  tooLong: (length: number, max: number) =>
    `The synchronization schema has ${length} characters; ${max} is the limit. In directories, remove the objects that no mapping uses.`,
  fileTooLong: (length: number, max: number) => `The file has ${length} characters; ${max} is the limit.`,
  notJson: (reason: string) => `The synchronization schema is not JSON: ${reason}.`,
  noMapping: 'has no object mapping: nothing would be provisioned.',
  mapsTwice: (type: string) => `maps ${type}, which another mapping maps already: remove one of them.`,
  sourceType: (name: string) => `is ${name}; it must be "User" or "Group".`,
  missingObject: (name: string) => `is ${name}, which the rule's directory does not have: add it to directories.`,
  action: (name: string) => `contains ${name}; it must be "None", or a list of "Add", "Update" and "Delete".`,
  inList: (fault: string) => `has an invalid attribute in its list: ${fault}.`,
  anchors: (count: number) => `has ${count} attributes with anchor true in its list; it must have exactly one.`,
  attributeTwice: (name: string) => `has ${name} twice in its list; remove one of them.`,
  readOnly: (name: string) => `is ${name}, which the target sets itself: remove the mapping.`,
  matching: (priority: number, name: string) =>
    `is ${priority}, but ${name} has several values or is a reference: match on another attribute.`,
  ofTarget: (name: string, fault: string) => `of ${name}: ${fault}`,
  unknownTarget: (name: string, near: string | undefined) =>
    `is ${name}, which the target does not have: ${near === undefined ? 'add it to the attribute list of the target first' : `${near} was probably meant`}.`,
  unusableSource: (name: string) => `Entra ID does not allow ${name} as the source of a mapping.`,
  matchesAll:
    'The mapping of a matching attribute must read an attribute of the source: otherwise every object would match.',
  referenceInExpression: (name: string) =>
    `${name} refers to other objects; only a Direct mapping can read such attributes.`,
  needsReference: (names: string) => `The target is a reference, so the source must be one: ${names}.`,
  notReference: (name: string, type: string) =>
    `${name} refers to other objects, but the target is of the type ${type}.`,
  severalRoles:
    'AppRoleAssignmentsComplex returns several values, but the target has one: use SingleAppRoleAssignment, or map roles.',
  targetTwice: (name: string) => `is ${name}, which another mapping has as its target already: remove one of them.`,
  priorityTwice: (priority: number, one: string, other: string) =>
    `is ${priority} for ${one} and for ${other}: give each its own precedence.`,
  noMatching: 'have no matching attribute: set matchingPriority of one of them, such as userName, to 1.',
  otherFilters: 'is not supported, and ignoring it would bring too many objects into scope: use "groups" instead.',
  emptyFilter: 'is empty: remove the filter, or add a clause.',
  customAttributes: {
    name: (name: string, type: string) =>
      `${name} is not a SCIM attribute, and the name of a custom attribute must be urn:ietf:params:scim:schemas:extension:NAME:2.0:${type}:ATTRIBUTE`,
    severalValues: (name: string) =>
      `${name} cannot have several values: Entra ID does not support multivalued custom attributes`,
    reference: (name: string) =>
      `${name} cannot be a reference: Entra ID does not support references as custom attributes`,
  },
  mapsOther: (mapping: string, object: string) => `The mapping ${mapping} maps ${object}; it must map User or Group.`,
  value: (name: string, value: string, type: string, rule: string) =>
    `The mapping of ${name} yields ${value}, but the attribute is of the type ${type}: ${rule}. Correct the source, or convert it in the expression.`,
  flagRule: 'it must be "True" or "False"',
  integerRule: (max: number) => `it must be a whole number up to ${max}`,
} as const;
