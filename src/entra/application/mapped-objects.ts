import type { ObjectType } from '../source/source-object.ts';
import { isStandardTarget } from './target-directory.ts';
import type {
  GraphObjectMapping,
  ObjectDefinition,
  SynchronizationRule,
  SynchronizationSchema,
} from './synchronization-schema.ts';

/** An object mapping with its place in the schema, and with the objects of the directories that it is about. */
export interface MappedObject {
  readonly rule: SynchronizationRule;
  readonly mapping: GraphObjectMapping;
  readonly ruleIndex: number;
  readonly mappingIndex: number;
  /** undefined where the directories have no object of that name. */
  readonly source: ObjectDefinition | undefined;
  readonly target: ObjectDefinition | undefined;
}

/** All object mappings of a schema, in the order of the rules. */
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

/** The mapping of a type of objects; undefined when the schema has none. */
export function mappedObjectOf(schema: SynchronizationSchema, type: ObjectType): MappedObject | undefined {
  return mappedObjects(schema).find(({ mapping }) => mapping.sourceObjectName === type);
}

export function toObjectType(name: string): ObjectType | undefined {
  return name === 'User' || name === 'Group' ? name : undefined;
}

/** The attributes that an administrator has added to the target's list. */
export function customAttributesOf({ mapping, target }: MappedObject) {
  const type = toObjectType(mapping.sourceObjectName);
  return type === undefined ? [] : (target?.attributes ?? []).filter(({ name }) => !isStandardTarget(type, name));
}
