import type { ObjectType } from '../source/source-object.ts';
import { isStandardTarget } from './target-directory.ts';
import type {
  GraphObjectMapping,
  ObjectDefinition,
  SynchronizationRule,
  SynchronizationSchema,
} from './synchronization-schema.ts';

/** An object mapping, its position in the schema, and the definitions of its source and target objects. */
export interface MappedObject {
  readonly rule: SynchronizationRule;
  readonly mapping: GraphObjectMapping;
  readonly ruleIndex: number;
  readonly mappingIndex: number;
  /** `source` and `target` are undefined if the directory does not define an object with the name in the mapping. */
  readonly source: ObjectDefinition | undefined;
  readonly target: ObjectDefinition | undefined;
}

/** Returns all object mappings of a schema, in the order of its rules. */
export function mappedObjects(schema: SynchronizationSchema): readonly MappedObject[] {
  return schema.synchronizationRules.flatMap((rule, ruleIndex) =>
    rule.objectMappings.map((mapping, mappingIndex) => ({
      rule,
      mapping,
      ruleIndex,
      mappingIndex,
      source: objectOf(schema, rule.sourceDirectoryName ?? schema.directories[0]?.name, mapping.sourceObjectName),
      target: objectOf(schema, rule.targetDirectoryName ?? schema.directories[1]?.name, mapping.targetObjectName),
    })),
  );
}

function objectOf(schema: SynchronizationSchema, directory: string | undefined, name: string) {
  return schema.directories.find((one) => one.name === directory)?.objects.find((object) => object.name === name);
}

/** Finds the mapping of users or of groups; undefined if the schema has none. */
export function mappedObjectOf(schema: SynchronizationSchema, type: ObjectType): MappedObject | undefined {
  return mappedObjects(schema).find(({ mapping }) => mapping.sourceObjectName === type);
}

export function toObjectType(name: string): ObjectType | undefined {
  return name === 'User' || name === 'Group' ? name : undefined;
}

/** Returns the attributes that an administrator has added to the target's attribute list. */
export function customAttributesOf({ mapping, target }: MappedObject) {
  const type = toObjectType(mapping.sourceObjectName);
  return type === undefined ? [] : (target?.attributes ?? []).filter(({ name }) => !isStandardTarget(type, name));
}
