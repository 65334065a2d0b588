import { z } from 'zod';
import { ATTRIBUTES_MAX, CLAUSES_MAX, DIRECTORIES_MAX, MAPPINGS_MAX, NAME_LENGTH_MAX, RULES_MAX } from './limits.ts';

/**
 * Parses microsoft.graph.synchronizationSchema (§3.11). Unknown members are stored and exported unchanged, so that schemas can be
 * exchanged with other systems.
 */

const name = z.string().min(1).max(NAME_LENGTH_MAX);
const text = z.string().max(NAME_LENGTH_MAX);
const metadata = z.array(z.unknown()).max(ATTRIBUTES_MAX).readonly();

export const attributeTypes = ['String', 'Boolean', 'Integer', 'DateTime', 'Reference', 'Binary'] as const;
export type AttributeType = (typeof attributeTypes)[number];

const attributeDefinition = z
  .looseObject({
    anchor: z.boolean().default(false),
    caseExact: z.boolean().default(false),
    defaultValue: text.nullable().default(null),
    metadata: metadata.default([]),
    multivalued: z.boolean().default(false),
    mutability: z.enum(['ReadWrite', 'ReadOnly', 'Immutable', 'WriteOnly']).default('ReadWrite'),
    name,
    required: z.boolean().default(false),
    referencedObjects: z
      .array(z.looseObject({ referencedObjectName: name }).readonly())
      .max(ATTRIBUTES_MAX)
      .readonly()
      .default([]),
    type: z.enum(attributeTypes).default('String'),
  })
  .readonly();

const objectDefinition = z
  .looseObject({
    name,
    attributes: z.array(attributeDefinition).max(ATTRIBUTES_MAX).readonly().default([]),
  })
  .readonly();

const directoryDefinition = z
  .looseObject({
    id: text.optional(),
    name,
    objects: z.array(objectDefinition).max(ATTRIBUTES_MAX).readonly().default([]),
  })
  .readonly();

/** `parameters` is not checked here: `fromGraph` parses it. */
const mappingSource = z
  .looseObject({
    expression: z.string().nullable().default(null),
    name: z.string().nullable().default(null),
    parameters: z.array(z.unknown()).readonly().default([]),
    type: z.enum(['Attribute', 'Constant', 'Function']).default('Attribute'),
  })
  .readonly();

const attributeMapping = z
  .looseObject({
    defaultValue: text.nullable().default(null),
    exportMissingReferences: z.boolean().default(false),
    flowBehavior: z.enum(['FlowWhenChanged', 'FlowAlways']).default('FlowWhenChanged'),
    flowType: z.enum(['Always', 'ObjectAddOnly', 'MultiValueAddOnly']).default('Always'),
    matchingPriority: z.int().min(0).max(MAPPINGS_MAX).default(0),
    /** null for a mapping of the type None: the target attribute has a row, but no value is written. */
    source: mappingSource.nullable().default(null),
    targetAttributeName: name,
  })
  .readonly();

const filterClause = z
  .looseObject({
    operatorName: name,
    sourceOperandName: name,
    targetOperand: z
      .looseObject({ values: z.array(text).max(CLAUSES_MAX).readonly().default([]) })
      .readonly()
      .nullish(),
  })
  .readonly();

const filterGroup = z
  .looseObject({
    name: text.nullable().default(null),
    clauses: z.array(filterClause).max(CLAUSES_MAX).readonly().default([]),
  })
  .readonly();

const scope = z.looseObject({ groups: z.array(filterGroup).max(CLAUSES_MAX).readonly().default([]) }).readonly();

const objectMapping = z
  .looseObject({
    attributeMappings: z.array(attributeMapping).max(MAPPINGS_MAX).readonly().default([]),
    enabled: z.boolean().default(true),
    /** A list of Add, Update and Delete, separated by commas, or "None". */
    flowTypes: text.default('Add, Update, Delete'),
    name,
    scope: scope.nullable().default(null),
    sourceObjectName: name,
    targetObjectName: name,
  })
  .readonly();

const synchronizationRule = z
  .looseObject({
    editable: z.boolean().default(true),
    id: name,
    name,
    objectMappings: z.array(objectMapping).max(RULES_MAX).readonly().default([]),
    priority: z.int().optional(),
    sourceDirectoryName: text.optional(),
    targetDirectoryName: text.optional(),
  })
  .readonly();

export const synchronizationSchema = z
  .looseObject({
    directories: z.array(directoryDefinition).max(DIRECTORIES_MAX).readonly(),
    synchronizationRules: z.array(synchronizationRule).max(RULES_MAX).readonly(),
  })
  .readonly();

export type SynchronizationSchema = z.output<typeof synchronizationSchema>;
export type SynchronizationRule = z.output<typeof synchronizationRule>;
export type GraphObjectMapping = z.output<typeof objectMapping>;
export type GraphAttributeMapping = z.output<typeof attributeMapping>;
export type DirectoryDefinition = z.output<typeof directoryDefinition>;
export type ObjectDefinition = z.output<typeof objectDefinition>;
export type AttributeDefinition = z.output<typeof attributeDefinition>;
export type FilterGroup = z.output<typeof filterGroup>;
export type FilterClause = z.output<typeof filterClause>;
