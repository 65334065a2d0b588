import { AppError, quote } from '#base/errors.ts';
import type { ObjectType } from '../source/source-object.ts';
import { mappedObjectOf, type MappedObject } from './mapped-objects.ts';
import { sourceOf } from './preset.ts';
import { flowTypesOf, type Actions } from './schema-actions.ts';
import type {
  AttributeDefinition,
  FilterGroup,
  GraphAttributeMapping,
  GraphObjectMapping,
  SynchronizationSchema,
} from './synchronization-schema.ts';

/** Changes of a schema's mappings. Each answers a new schema, which `saveSchema` checks and stores. */

/** A mapping as the faces set it: what is not named stays, or has Entra ID's default where the mapping is new. */
export interface MappingChange {
  /** undefined: as it was. A mapping of the type None has no source. */
  readonly source?:
    | { readonly attribute: string }
    | { readonly expression: string }
    | { readonly constant: string }
    | null
    | undefined;
  readonly matchingPriority?: number | undefined;
  readonly defaultValue?: string | null | undefined;
  readonly flowType?: GraphAttributeMapping['flowType'] | undefined;
}

/** Adds a mapping, or changes the one that the target attribute has. Throws an AppError where the source cannot be read. */
export function setMapping(
  schema: SynchronizationSchema,
  type: ObjectType,
  target: string,
  change: MappingChange,
): SynchronizationSchema {
  return editMapping(schema, type, ({ mapping }) => {
    const existing = mapping.attributeMappings.find((row) => row.targetAttributeName === target);
    if (existing === undefined && change.source === undefined) {
      throw new AppError(
        'mappingInvalid',
        `${quote(target)} is not mapped yet: say from which attribute, expression or constant it comes.`,
      );
    }
    const row: GraphAttributeMapping = {
      ...(existing ?? newRow(target)),
      ...(change.source !== undefined && { source: graphSourceOf(change.source) }),
      ...(change.matchingPriority !== undefined && { matchingPriority: change.matchingPriority }),
      ...(change.defaultValue !== undefined && { defaultValue: change.defaultValue }),
      ...(change.flowType !== undefined && { flowType: change.flowType }),
    };
    return {
      attributeMappings:
        existing === undefined
          ? [...mapping.attributeMappings, row]
          : mapping.attributeMappings.map((one) => (one === existing ? row : one)),
    };
  });
}

function newRow(targetAttributeName: string): GraphAttributeMapping {
  return {
    defaultValue: null,
    exportMissingReferences: false,
    flowBehavior: 'FlowWhenChanged',
    flowType: 'Always',
    matchingPriority: 0,
    source: null,
    targetAttributeName,
  };
}

function graphSourceOf(source: NonNullable<MappingChange['source']> | null): GraphAttributeMapping['source'] {
  if (source === null) return null;
  if ('attribute' in source) return sourceOf(`[${source.attribute}]`);
  if ('expression' in source) return sourceOf(source.expression);
  const { constant } = source;
  return { expression: JSON.stringify(constant), name: constant, parameters: [], type: 'Constant' };
}

/** Throws notFound where the target attribute is not mapped. */
export function removeMapping(schema: SynchronizationSchema, type: ObjectType, target: string): SynchronizationSchema {
  return editMapping(schema, type, ({ mapping }) => {
    const attributeMappings = mapping.attributeMappings.filter((row) => row.targetAttributeName !== target);
    if (attributeMappings.length < mapping.attributeMappings.length) return { attributeMappings };
    throw new AppError('notFound', `${quote(target)} is not mapped.`);
  });
}

/** Replaces the scoping filters; an empty list lets everything through. */
export function setScope(
  schema: SynchronizationSchema,
  type: ObjectType,
  groups: readonly FilterGroup[],
): SynchronizationSchema {
  return editMapping(schema, type, ({ mapping }) => ({
    scope: groups.length === 0 ? null : { ...mapping.scope, groups },
  }));
}

export function setActions(schema: SynchronizationSchema, type: ObjectType, actions: Actions): SynchronizationSchema {
  return editMapping(schema, type, () => ({ flowTypes: flowTypesOf(actions) }));
}

/** Throws mappingInvalid for users: their mapping cannot be disabled (§3.4). */
export function enableMapping(
  schema: SynchronizationSchema,
  type: ObjectType,
  enabled: boolean,
): SynchronizationSchema {
  if (type === 'User' && !enabled) {
    throw new AppError('mappingInvalid', 'The mapping of users cannot be disabled; switch its actions off instead.');
  }
  return editMapping(schema, type, () => ({ enabled }));
}

/** "Edit attribute list": adds an attribute to the target, or replaces the one of the same name. */
export function setTargetAttribute(
  schema: SynchronizationSchema,
  type: ObjectType,
  attribute: AttributeDefinition,
): SynchronizationSchema {
  return editTarget(schema, type, (attributes) => {
    const isThere = attributes.some(({ name }) => name === attribute.name);
    return isThere
      ? attributes.map((one) => (one.name === attribute.name ? attribute : one))
      : [...attributes, attribute];
  });
}

/** Throws notFound where the target's list has no such attribute. */
export function removeTargetAttribute(
  schema: SynchronizationSchema,
  type: ObjectType,
  name: string,
): SynchronizationSchema {
  return editTarget(schema, type, (attributes) => {
    const rest = attributes.filter((one) => one.name !== name);
    if (rest.length < attributes.length) return rest;
    throw new AppError('notFound', `The target has no attribute ${quote(name)}.`);
  });
}

/** Throws notFound where the schema does not map objects of the type. */
export function mappingOf(schema: SynchronizationSchema, type: ObjectType): MappedObject {
  const found = mappedObjectOf(schema, type);
  if (found !== undefined) return found;
  throw new AppError('notFound', `The synchronization schema has no mapping of ${type}.`);
}

function editMapping(
  schema: SynchronizationSchema,
  type: ObjectType,
  edit: (object: MappedObject) => Partial<GraphObjectMapping>,
): SynchronizationSchema {
  const object = mappingOf(schema, type);
  const change = edit(object);
  return {
    ...schema,
    synchronizationRules: schema.synchronizationRules.map((rule) =>
      rule === object.rule
        ? {
            ...rule,
            objectMappings: rule.objectMappings.map((mapping) =>
              mapping === object.mapping ? { ...mapping, ...change } : mapping,
            ),
          }
        : rule,
    ),
  };
}

function editTarget(
  schema: SynchronizationSchema,
  type: ObjectType,
  edit: (attributes: readonly AttributeDefinition[]) => readonly AttributeDefinition[],
): SynchronizationSchema {
  const { target } = mappingOf(schema, type);
  if (target === undefined)
    throw new AppError('notFound', 'The mapping names an object that the target does not have.');
  const attributes = edit(target.attributes);
  return {
    ...schema,
    directories: schema.directories.map((directory) => ({
      ...directory,
      objects: directory.objects.map((object) => (object === target ? { ...object, attributes } : object)),
    })),
  };
}
