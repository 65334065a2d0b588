/** The data types of attributes (RFC 7643 §2.3). */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex';

/** One attribute with all its characteristics (RFC 7643 §7). To add an attribute to a schema, add one such definition. */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly canonicalValues?: readonly string[];
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly AttributeDefinition[];
  /** The maximum length in UTF-16 code units; the limit of the type if undefined. Not part of RFC 7643. */
  readonly maxLength?: number;
  /**
   * Which invisible characters are rejected. Used for values that people and identity providers match by, so that no two
   * different values look the same. `refused` rejects every character without width. `scripts` allows the joiners and
   * direction marks that Persian, Hebrew and Indic names need. Not part of RFC 7643.
   */
  readonly invisible?: 'refused' | 'scripts';
  /**
   * Rejects a value of only blanks. Used for names and identifiers. Required strings reject such a value even without this. Not part of
   * RFC 7643.
   */
  readonly blank?: 'refused';
}

export interface SchemaDefinition {
  /** The URN. */
  readonly id: string;
  /** URNs of SCIM 1.1 and of drafts that clients still send. They are accepted in requests, but never returned. */
  readonly formerIds?: readonly string[];
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** True if the values are compared case-insensitively, that is, by their folded forms. */
export function isFolded({ caseExact, type }: AttributeDefinition): boolean {
  return !caseExact && (type === 'string' || type === 'reference');
}

type Characteristics = Partial<Omit<AttributeDefinition, 'name' | 'type' | 'description' | 'subAttributes'>>;

/** The default characteristics of an attribute (RFC 7643 §2.2). */
const defaults = {
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
} as const;

/**
 * Defines a simple attribute. Characteristics that are not given have the defaults of RFC 7643 §2.2.
 *
 * @example
 * attribute('string', 'userName', 'The sign-in name.', { required: true, uniqueness: 'server' });
 */
export function attribute(
  type: Exclude<AttributeType, 'complex'>,
  name: string,
  description: string,
  characteristics: Characteristics = {},
): AttributeDefinition {
  return { ...defaults, name, type, description, ...characteristics };
}

/**
 * Defines a complex attribute with the given sub-attributes.
 *
 * @example
 * complex('name', 'The parts of the name.', [attribute('string', 'familyName', 'The last name.')]);
 */
export function complex(
  name: string,
  description: string,
  subAttributes: readonly AttributeDefinition[],
  characteristics: Characteristics = {},
): AttributeDefinition {
  return { ...defaults, name, type: 'complex', description, ...characteristics, subAttributes };
}

/**
 * Defines a multi-valued attribute with the sub-attributes of RFC 7643 §2.4: `value`, `display`, `type` and `primary`. `types`
 * are the canonical values of `type`.
 */
export function multiValued(
  name: string,
  description: string,
  value: AttributeDefinition,
  types: readonly string[],
): AttributeDefinition {
  return complex(
    name,
    description,
    [
      value,
      attribute('string', 'display', 'A human-readable name.', {}),
      attribute('string', 'type', 'A label for what the value is used for.', {
        ...(types.length > 0 && { canonicalValues: types }),
      }),
      attribute('boolean', 'primary', 'Whether this is the preferred value; true for at most one value.', {}),
    ],
    { multiValued: true },
  );
}
