/** RFC 7643 §2.3: the data types of attributes. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex';

/** RFC 7643 §7: one attribute with all its characteristics. A new attribute is one row of this shape. */
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
  /** Our limit in UTF-16 units; not part of RFC 7643. Without it the limit of the type holds. */
  readonly maxLength?: number;
  /**
   * Ours, for what people and identity providers match by: two values must not look the same. `refused` is all that takes
   * no room; `scripts` leaves the joiners and direction marks that Persian, Hebrew and Indic names are written with.
   */
  readonly invisible?: 'refused' | 'scripts';
  /** Ours, for names and identifiers: a value of blanks alone is refused, as it is for every required string. */
  readonly blank?: 'refused';
}

export interface SchemaDefinition {
  /** The URN. */
  readonly id: string;
  /** URNs of SCIM 1.1 and of drafts, which clients still write in its place. They are read, and never answered. */
  readonly formerIds?: readonly string[];
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDefinition[];
}

/** Whether values are compared without regard to case: by their folded key. */
export function isFolded({ caseExact, type }: AttributeDefinition): boolean {
  return !caseExact && (type === 'string' || type === 'reference');
}

type Characteristics = Partial<Omit<AttributeDefinition, 'name' | 'type' | 'description' | 'subAttributes'>>;

/** RFC 7643 §2.2: what holds where a definition says nothing. */
const defaults = {
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
} as const;

export function attribute(
  type: Exclude<AttributeType, 'complex'>,
  name: string,
  description: string,
  characteristics: Characteristics = {},
): AttributeDefinition {
  return { ...defaults, name, type, description, ...characteristics };
}

export function complex(
  name: string,
  description: string,
  subAttributes: readonly AttributeDefinition[],
  characteristics: Characteristics = {},
): AttributeDefinition {
  return { ...defaults, name, type: 'complex', description, ...characteristics, subAttributes };
}

/** RFC 7643 §2.4: the sub-attributes that multi-valued attributes share. */
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
      attribute('string', 'display', 'A name for people to read.', {}),
      attribute('string', 'type', 'A label for what the value is used for.', {
        ...(types.length > 0 && { canonicalValues: types }),
      }),
      attribute('boolean', 'primary', 'Whether this is the preferred value; true at most once.', {}),
    ],
    { multiValued: true },
  );
}
