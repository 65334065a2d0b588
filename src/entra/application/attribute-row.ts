import type { AttributeDefinition, AttributeType } from './synchronization-schema.ts';

/** A trait of a directory attribute. An attribute without traits is an optional, single-valued, writable string. */
export type AttributeTrait = AttributeType | 'anchor' | 'required' | 'multivalued' | 'caseExact' | 'readOnly';

/** A row of a table of directory attributes: the name, then the traits. */
export type AttributeRow = readonly [name: string, ...traits: readonly AttributeTrait[]];

/** Maps the name of each reference attribute to the names of the object types that it can refer to, such as User. */
export type Referenced = Readonly<Record<string, readonly string[]>>;

export function toDefinition([name, ...traits]: AttributeRow, referenced: Referenced = {}): AttributeDefinition {
  const type = (['Boolean', 'Integer', 'DateTime', 'Reference', 'Binary'] as const).find((one) => traits.includes(one));
  return {
    anchor: traits.includes('anchor'),
    caseExact: traits.includes('caseExact'),
    defaultValue: null,
    metadata: [],
    multivalued: traits.includes('multivalued'),
    mutability: traits.includes('readOnly') ? 'ReadOnly' : 'ReadWrite',
    name,
    required: traits.includes('required'),
    referencedObjects: (referenced[name] ?? []).map((referencedObjectName) => ({
      referencedObjectName,
      referencedProperty: null,
    })),
    type: type ?? 'String',
  };
}
