import { quote } from '#base/errors.ts';
import { MistakeError } from '#base/mistake-error.ts';
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

/** Functions that edit the mappings of a schema. Each returns a new schema, which `saveSchema` checks and stores. */

/** The properties of a mapping to set. Undefined properties stay unchanged; in a new mapping, they get Entra ID's defaults. */
export interface MappingChange {
  /** null for a mapping of the type None. */
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

/**
 * Adds a mapping of a target attribute, or changes the existing mapping. Throws an AppError if the source cannot be parsed, and
 * `mappingInvalid` for a new mapping without a source.
 *
 * @example
 * setMapping(schema, 'User', 'title', { source: { expression: 'ToUpper([jobTitle])' } });
 */
export function setMapping(
  schema: SynchronizationSchema,
  type: ObjectType,
  target: string,
  change: MappingChange,
): SynchronizationSchema {
  return editMapping(schema, type, ({ mapping }) => {
    const existing = mapping.attributeMappings.find((row) => row.targetAttributeName === target);
    if (existing === undefined && change.source === undefined) {
      throw new MistakeError('mappingInvalid', ({ mappings }) => mappings.notMappedYet(quote(target)));
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

/** Removes the mapping of a target attribute. Throws `notFound` if the attribute is not mapped. */
export function removeMapping(schema: SynchronizationSchema, type: ObjectType, target: string): SynchronizationSchema {
  return editMapping(schema, type, ({ mapping }) => {
    const attributeMappings = mapping.attributeMappings.filter((row) => row.targetAttributeName !== target);
    if (attributeMappings.length < mapping.attributeMappings.length) return { attributeMappings };
    throw new MistakeError('notFound', ({ mappings }) => mappings.notMapped(quote(target)));
  });
}

/** Replaces the scoping filters of users or groups. If the list of filters is empty, all users or groups are in scope. */
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

/** Enables or disables the mapping of users or groups. Throws `mappingInvalid` if the mapping of users would be disabled (§3.4). */
export function enableMapping(
  schema: SynchronizationSchema,
  type: ObjectType,
  enabled: boolean,
): SynchronizationSchema {
  if (type === 'User' && !enabled) {
    throw new MistakeError('mappingInvalid', ({ mappings }) => mappings.usersStay);
  }
  return editMapping(schema, type, () => ({ enabled }));
}

/** Adds an attribute to the target's attribute list ("Edit attribute list" in the portal), or replaces the attribute of the same name. */
export function setTargetAttribute(
  schema: SynchronizationSchema,
  type: ObjectType,
  attribute: AttributeDefinition,
): SynchronizationSchema {
  return editTarget(schema, type, (attributes) => {
    const exists = attributes.some(({ name }) => name === attribute.name);
    return exists
      ? attributes.map((one) => (one.name === attribute.name ? attribute : one))
      : [...attributes, attribute];
  });
}

/** Removes an attribute from the target's attribute list. Throws `notFound` if the list does not contain it. */
export function removeTargetAttribute(
  schema: SynchronizationSchema,
  type: ObjectType,
  name: string,
): SynchronizationSchema {
  return editTarget(schema, type, (attributes) => {
    const rest = attributes.filter((one) => one.name !== name);
    if (rest.length < attributes.length) return rest;
    throw new MistakeError('notFound', ({ mappings }) => mappings.targetUnknown(quote(name)));
  });
}

/** Returns the mapping of users or of groups. Throws `notFound` if the schema has none. */
export function mappingOf(schema: SynchronizationSchema, type: ObjectType): MappedObject {
  const found = mappedObjectOf(schema, type);
  if (found !== undefined) return found;
  throw new MistakeError('notFound', ({ mappings }) => mappings.noMappingOf(type));
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
  if (target === undefined) throw new MistakeError('notFound', ({ mappings }) => mappings.noTargetObject);
  const attributes = edit(target.attributes);
  return {
    ...schema,
    directories: schema.directories.map((directory) => ({
      ...directory,
      objects: directory.objects.map((object) => (object === target ? { ...object, attributes } : object)),
    })),
  };
}
