import type { AttributeDefinition, AttributeType } from './synchronization-schema.ts';

/** A trait of an attribute of a directory. Without traits it is an optional, single-valued, writable string. */
export type AttributeTrait = AttributeType | 'anchor' | 'required' | 'multivalued' | 'caseExact' | 'readOnly';

/** An attribute of a directory as a row of a table: its name and its traits. */
export type AttributeRow = readonly [name: string, ...traits: readonly AttributeTrait[]];

/** The names of the objects that each reference attribute of a directory can refer to. */
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
