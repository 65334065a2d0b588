import { fromGraph } from '#expressions/graph.ts';
import { mappedObjectOf, type MappedObject } from '#entra/application/mapped-objects.ts';
import { printMappingSource, readMappingSource, type MappingSource } from '#entra/application/mapping-source.ts';
import type { MappingChange } from '#entra/application/schema-edits.ts';
import type { GraphAttributeMapping, SynchronizationSchema } from '#entra/application/synchronization-schema.ts';

export type ObjectTypeName = 'User' | 'Group';
export type MappingType = MappingSource['kind'];

/** A row of the attribute mappings, as the portal shows it. */
export interface MappingRow {
  readonly target: string;
  readonly type: MappingType;
  /** The attribute, the constant or the expression. */
  readonly text: string;
  readonly mapping: GraphAttributeMapping;
}

/** Returns the rows of the mapping of users or groups. A source that cannot be read is shown as an expression, to be corrected. */
export function mappingRows({ mapping }: MappedObject): readonly MappingRow[] {
  return mapping.attributeMappings.map((row) => ({ target: row.targetAttributeName, mapping: row, ...sourceOf(row) }));
}

function sourceOf(row: GraphAttributeMapping): Pick<MappingRow, 'type' | 'text'> {
  try {
    const source = readMappingSource(row);
    const text = source.kind === 'constant' ? source.value : printMappingSource(source);
    return { type: source.kind, text };
  } catch {
    return { type: 'expression', text: row.source === null ? '' : (row.source.expression ?? textOf(row.source)) };
  }
}

function textOf(source: NonNullable<GraphAttributeMapping['source']>): string {
  try {
    return fromGraph(source).text;
  } catch {
    return '';
  }
}

/** What the dialog "Edit Attribute" has. */
export interface EditedMapping {
  readonly type: MappingType;
  readonly text: string;
  readonly defaultValue: string;
  readonly isMatching: boolean;
  readonly precedence: number;
  readonly isOnlyCreated: boolean;
}

/** Returns an edited mapping as the change of the schema. */
export function changeOf({
  type,
  text,
  defaultValue,
  isMatching,
  precedence,
  isOnlyCreated,
}: EditedMapping): MappingChange {
  const source = {
    direct: { attribute: text },
    constant: { constant: text },
    expression: { expression: text },
    none: null,
  }[type];
  return {
    source,
    matchingPriority: isMatching ? precedence : 0,
    defaultValue: defaultValue === '' ? null : defaultValue,
    flowType: isOnlyCreated ? 'ObjectAddOnly' : 'Always',
  };
}

/** Returns the target attributes that are not mapped yet, and the source attributes to choose from. */
export function attributesOf(schema: SynchronizationSchema, type: ObjectTypeName) {
  const object = mappedObjectOf(schema, type);
  const mapped = new Set(object?.mapping.attributeMappings.map(({ targetAttributeName }) => targetAttributeName));
  return {
    source: (object?.source?.attributes ?? []).map(({ name }) => name),
    unmapped: (object?.target?.attributes ?? []).map(({ name }) => name).filter((name) => !mapped.has(name)),
    target: object?.target?.attributes ?? [],
  };
}

/** Returns the next free matching precedence. */
export function nextPrecedence({ mapping }: MappedObject): number {
  return Math.max(0, ...mapping.attributeMappings.map(({ matchingPriority }) => matchingPriority)) + 1;
}
