import { parseExpression } from '#expressions/parse.ts';
import { toGraph } from '#expressions/graph.ts';
import type { ObjectType } from '../source/source-object.ts';
import { SOURCE_DIRECTORY, sourceDirectory } from './source-directory.ts';
import { TARGET_DIRECTORY, targetDirectory, targetObjects } from './target-directory.ts';
import type {
  GraphAttributeMapping,
  GraphObjectMapping,
  SynchronizationRule,
  SynchronizationSchema,
} from './synchronization-schema.ts';

/** A row of a preset. `source` is [attribute], "constant" or an expression. `matchingPriority` is set only for matching attributes. */
export type MappingRow = readonly [target: string, source: string, matchingPriority?: number];

/** Converts [attribute], "constant" or an expression to the source of a mapping as in Graph. Throws an ExpressionError. */
export function sourceOf(text: string): NonNullable<GraphAttributeMapping['source']> {
  const { expression, name, parameters, type } = toGraph(parseExpression(text, { kind: 'any' }));
  return { expression, name, parameters, type };
}

function toMapping([targetAttributeName, source, matchingPriority = 0]: MappingRow): GraphAttributeMapping {
  return {
    defaultValue: null,
    exportMissingReferences: false,
    flowBehavior: 'FlowWhenChanged',
    flowType: 'Always',
    matchingPriority,
    source: sourceOf(source),
    targetAttributeName,
  };
}

/** For each object type, the name of its mapping in the portal, and the name and id of its synchronization rule. */
const objects: Readonly<Record<ObjectType, { readonly rule: string; readonly ruleId: string; readonly name: string }>> =
  {
    User: {
      rule: 'USER_OUTBOUND_USER',
      ruleId: '03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8',
      name: 'Provision Microsoft Entra ID Users',
    },
    Group: {
      rule: 'GROUP_OUTBOUND_GROUP',
      ruleId: '51d2a9c4-0c5e-4f9b-8f0d-6f1f1f3c2b77',
      name: 'Provision Microsoft Entra ID Groups',
    },
  };

function toObjectMapping(type: ObjectType, rows: readonly MappingRow[]): GraphObjectMapping {
  return {
    attributeMappings: rows.map(toMapping),
    enabled: true,
    flowTypes: 'Add, Update, Delete',
    name: objects[type].name,
    scope: null,
    sourceObjectName: type,
    targetObjectName: targetObjects[type],
  };
}

function toRule(mappings: readonly GraphObjectMapping[], type: ObjectType, priority: number): SynchronizationRule {
  return {
    editable: true,
    id: objects[type].ruleId,
    name: objects[type].rule,
    objectMappings: mappings,
    priority,
    sourceDirectoryName: SOURCE_DIRECTORY,
    targetDirectoryName: TARGET_DIRECTORY,
  };
}

/** Builds a synchronization schema from the rows of the user mapping and the group mapping. */
export function schemaOf(rows: Readonly<Record<ObjectType, readonly MappingRow[]>>): SynchronizationSchema {
  return {
    directories: [sourceDirectory, targetDirectory],
    synchronizationRules: [
      toRule([toObjectMapping('User', rows.User)], 'User', 1),
      toRule([toObjectMapping('Group', rows.Group)], 'Group', 2),
    ],
  };
}
