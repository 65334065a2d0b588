/** The faults of custom schemas in English: ends of sentences whose subject is the place of the fault. `zh-schema-faults.ts` has them in Chinese. */
export const schemaFaults = {
  invalid: (place: string, fault: string) => `${place}: ${fault}. Use the format that /Schemas returns (RFC 7643 §7).`,
  wholeSchema: 'the schema',
  unreadable: 'cannot be read',
  /** A fault that `schema-messages.ts` words, such as "must be a list, not a text". */
  ofField: (fault: string) => fault,
  name: 'must be a letter followed by letters, digits, "-", and "_"',
  mutability: 'must be "readWrite", "immutable" or "writeOnly": a "readOnly" attribute would have no values',
  uniqueness: 'must be "none": only attributes of the standard schemas can be unique',
  subType: (types: string) => `must be one of ${types}: a sub-attribute cannot have sub-attributes`,
  urn: 'must be a URN, such as urn:contoso:scim:schemas:2.0:User',
  noAttribute: 'must have an attribute',
  isStandard: (id: string) => `is ${id}, which is a standard schema`,
  notComplex: (name: string, type: string) =>
    `are set for ${name}, but its type is ${type}: change the type to complex`,
  subAttributesMissing: (name: string) => `are missing: ${name} is complex`,
  twice: (name: string) => `has ${name} twice; letter case is ignored`,
  forbiddenName: (name: string) => `is ${name}, which cannot be the name of an attribute`,
  writeOnlyReturned: (returned: string) =>
    `is "${returned}", but a writeOnly attribute is never returned: change "returned" to "never"`,
  notReference: (name: string, type: string) =>
    `are set for ${name}, but its type is ${type}: change the type to reference, or omit referenceTypes`,
  referenceTypesMissing: (name: string, choice: string) =>
    `are missing: ${name} is a reference, so list the types that it may refer to (${choice})`,
  unknownReferenceType: (type: string, choice: string) =>
    `contain ${type}, which is not a known type: list only ${choice}`,
  complexCanonical: (name: string) => `are set for ${name}, which is complex: set them for one of its sub-attributes`,
  wrongCanonical: (value: string, type: string) => `contain ${value}, which is not a value of the type ${type}`,
  sharedType: (type: string, name: string, wanted: string) =>
    `is ${type}, but ${name} of a multi-valued attribute is ${wanted} (RFC 7643 §2.4)`,
  sharedMultiValued: (name: string) => `is true, but ${name} of a multi-valued attribute has one value (RFC 7643 §2.4)`,
} as const;
