import { hash } from 'node:crypto';
import { assert, quote } from '#base/errors.ts';
import { MistakeError } from '#base/mistake-error.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { evaluatorOf } from './evaluate-mapping.ts';
import { readMappingSource, readsOf, type MappingSource } from './mapping-source.ts';
import { mappedObjects, toObjectType, type MappedObject } from './mapped-objects.ts';
import type { AttributeMapping, ObjectMapping } from './object-mapping.ts';
import { compileScopingFilters } from './scoping-filter.ts';
import { actionsOf } from './schema-actions.ts';
import { IS_SOFT_DELETED } from './source-directory.ts';
import type { GraphAttributeMapping, SynchronizationSchema } from './synchronization-schema.ts';

/** Maximum number of compiled schemas in the cache. Each application has one schema, and few are in use at the same time. */
const COMPILED_MAX = 100;

const compiledByText = new Map<string, readonly ObjectMapping[]>();
const compiledByObject = new WeakMap<SynchronizationSchema, readonly ObjectMapping[]>();

/**
 * Compiles the mappings of a schema. Equal schemas are compiled once, and the result is cached. Throws an AppError for a schema that
 * `readSchema` or `checkSchema` would refuse.
 *
 * @example
 * const [users] = compileSchema(job.schema);
 * users?.attributes.map(({ target }) => target); // ['userName', 'active', …]
 */
export function compileSchema(schema: SynchronizationSchema): readonly ObjectMapping[] {
  const known = compiledByObject.get(schema);
  if (known !== undefined) return known;
  const key = hash('sha256', JSON.stringify(schema));
  const compiled = compiledByText.get(key) ?? mappedObjects(schema).map(compileObject);
  // Moves the schema to the end, so that the first key belongs to the least recently used schema, which is removed if the cache is full.
  compiledByText.delete(key);
  compiledByText.set(key, compiled);
  const [oldest] = compiledByText.keys();
  if (compiledByText.size > COMPILED_MAX && oldest !== undefined) compiledByText.delete(oldest);
  compiledByObject.set(schema, compiled);
  return compiled;
}

function compileObject(object: MappedObject): ObjectMapping {
  const { mapping, rule } = object;
  const sourceType = toObjectType(mapping.sourceObjectName);
  if (sourceType === undefined) {
    const [name, source] = [quote(mapping.name), quote(mapping.sourceObjectName)];
    throw new StandInError('mappingInvalid', (texts) => texts.mapping.mapsOther(name, source));
  }
  const attributes = mapping.attributeMappings.map((row) => compileRow(row, object));
  return {
    name: mapping.name,
    ruleId: rule.id,
    sourceType,
    targetObject: mapping.targetObjectName,
    enabled: mapping.enabled,
    actions: actionsOf(mapping.flowTypes),
    attributes,
    matching: attributes
      .filter(({ matchingPriority }) => matchingPriority > 0)
      .sort((left, right) => left.matchingPriority - right.matchingPriority),
    softDeletes: attributes.some(({ target, reads }) => target === 'active' && reads.includes(IS_SOFT_DELETED)),
    evaluateScope: compileScopingFilters(mapping.scope?.groups ?? []),
  };
}

function compileRow(row: GraphAttributeMapping, object: MappedObject): AttributeMapping {
  const target = object.target?.attributes.find(({ name }) => name === row.targetAttributeName);
  if (target === undefined) {
    throw new MistakeError('mappingInvalid', ({ mappings }) => mappings.targetUnknown(quote(row.targetAttributeName)));
  }
  const source = readMappingSource(row);
  const defaultValue = row.defaultValue ?? target.defaultValue;
  return {
    target: target.name,
    type: target.type,
    multivalued: target.multivalued,
    caseExact: target.caseExact,
    required: target.required,
    flowType: addsOnly(source) ? 'MultiValueAddOnly' : row.flowType,
    matchingPriority: row.matchingPriority,
    defaultValue: defaultValue === '' ? null : defaultValue,
    reads: readsOf(source),
    evaluate: evaluatorOf(source, target),
  };
}

/** True for AppRoleAssignmentsComplex, which adds roles but never removes them, unlike AssertiveAppRoleAssignmentsComplex (§1.6). */
function addsOnly(source: MappingSource): boolean {
  if (source.kind !== 'expression') return false;
  const { root } = source.parsed;
  assert(root.kind === 'call', 'an expression is a call');
  return root.name === 'AppRoleAssignmentsComplex';
}
