import { AppError, quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import { calls, readMappingSource, readsOf, type MappingSource } from './mapping-source.ts';
import { mappedObjects, toObjectType, type MappedObject } from './mapped-objects.ts';
import { faultOfClause } from './scoping-filter.ts';
import { faultOfCustomAttribute } from './target-directory.ts';
import { toTargetValue } from './target-value.ts';
import type {
  AttributeDefinition,
  GraphAttributeMapping,
  ObjectDefinition,
  SynchronizationSchema,
} from './synchronization-schema.ts';

/** A problem in a schema: its path in the document, and a message that says what is wrong and how to correct it. */
export interface SchemaProblem {
  readonly path: string;
  readonly message: string;
}

/** The lowercase names of source attributes that Entra ID does not allow in mappings (§3.5). */
const unusableSources: ReadonlySet<string> = new Set(['samaccountname', 'usertype']);

/** Returns all problems of a parsed schema; an empty list if it is valid. */
export function findSchemaProblems(schema: SynchronizationSchema): readonly SchemaProblem[] {
  const objects = mappedObjects(schema);
  if (objects.length === 0) {
    return [{ path: 'synchronizationRules', message: 'has no object mapping: nothing would be provisioned.' }];
  }
  return objects.flatMap((object, index) => {
    const path = pathOf(object);
    const type = object.mapping.sourceObjectName;
    const isSecond = objects.findIndex(({ mapping }) => mapping.sourceObjectName === type) < index;
    if (isSecond)
      return [{ path, message: `maps ${quote(type)}, which another mapping maps already: remove one of them.` }];
    return problemsOfObject(object).map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
  });
}

export function pathOf({ ruleIndex, mappingIndex }: MappedObject): string {
  return `synchronizationRules[${ruleIndex}].objectMappings[${mappingIndex}]`;
}

function problemsOfObject(object: MappedObject): readonly SchemaProblem[] {
  const { mapping, source, target } = object;
  const type = toObjectType(mapping.sourceObjectName);
  if (type === undefined) {
    return [
      { path: 'sourceObjectName', message: `is ${quote(mapping.sourceObjectName)}; it must be "User" or "Group".` },
    ];
  }
  if (source === undefined) return [missingObject('sourceObjectName', mapping.sourceObjectName)];
  if (target === undefined) return [missingObject('targetObjectName', mapping.targetObjectName)];
  return [
    ...problemsOfActions(mapping.flowTypes),
    ...problemsOfTargetList(target).concat(
      target.attributes.flatMap((attribute) => {
        const fault = faultOfCustomAttribute(type, attribute);
        return fault === undefined
          ? []
          : [{ path: 'targetObjectName', message: `has an invalid attribute in its list: ${fault}.` }];
      }),
    ),
    ...mapping.attributeMappings.flatMap((row, index) =>
      problemsOfRow(row, source, target).map(({ path, message }) => ({
        path: `attributeMappings[${index}].${path}`,
        message,
      })),
    ),
    ...problemsOfSet(mapping.attributeMappings),
    ...problemsOfScope(object, source),
  ];
}

function missingObject(path: string, name: string): SchemaProblem {
  return { path, message: `is ${quote(name)}, which the rule's directory does not have: add it to directories.` };
}

const actions: ReadonlySet<string> = new Set(['Add', 'Update', 'Delete', 'None']);

function problemsOfActions(flowTypes: string): readonly SchemaProblem[] {
  const unknown = flowTypes.split(',').find((action) => !actions.has(action.trim()));
  if (unknown === undefined) return [];
  return [
    {
      path: 'flowTypes',
      message: `contains ${quote(unknown.trim())}; it must be "None", or a list of "Add", "Update" and "Delete".`,
    },
  ];
}

/** Finds attributes that are listed twice, and checks that exactly one attribute of the object is the anchor (§3.11). */
function problemsOfTargetList({ attributes }: ObjectDefinition): readonly SchemaProblem[] {
  const path = 'targetObjectName';
  const anchors = attributes.filter(({ anchor }) => anchor);
  const twice = attributes.find(({ name }, index) => attributes.findIndex((one) => one.name === name) < index);
  return [
    ...(anchors.length === 1
      ? []
      : [
          { path, message: `has ${anchors.length} attributes with anchor true in its list; it must have exactly one.` },
        ]),
    ...(twice === undefined
      ? []
      : [{ path, message: `has ${quote(twice.name)} twice in its list; remove one of them.` }]),
  ];
}

function problemsOfRow(
  row: GraphAttributeMapping,
  { attributes: sources }: ObjectDefinition,
  { attributes: targets }: ObjectDefinition,
): readonly SchemaProblem[] {
  const target = targets.find(({ name }) => name === row.targetAttributeName);
  const named = quote(row.targetAttributeName);
  const problems: SchemaProblem[] = [];
  if (target === undefined) problems.push({ path: 'targetAttributeName', message: unknownTarget(row, targets) });
  if (target?.mutability === 'ReadOnly') {
    problems.push({
      path: 'targetAttributeName',
      message: `is ${named}, which the target sets itself: remove the mapping.`,
    });
  }
  if (row.matchingPriority > 0 && (target?.multivalued === true || target?.type === 'Reference')) {
    const message = `is ${row.matchingPriority}, but ${named} has several values or is a reference: match on another attribute.`;
    problems.push({ path: 'matchingPriority', message });
  }
  const problemOf = (path: string, find: () => string | undefined) => {
    const message = messageOf(find);
    if (message !== undefined) problems.push({ path, message: `of ${named}: ${message}` });
  };
  problemOf('defaultValue', () => checkFixedValue(row.defaultValue, target));
  problemOf('source', () => {
    const source = readMappingSource(row, sources.map(({ name }) => name).concat(reservedNames(row)));
    return faultOfSource(source, { sources, target, isMatching: row.matchingPriority > 0 });
  });
  return problems;
}

/** Returns the message that `find` returns, or the message of the AppError that it throws. */
function messageOf(find: () => string | undefined): string | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/** Throws `mappingValue` if a constant or a default value cannot be converted to the type of the target attribute. */
function checkFixedValue(value: string | null, target: AttributeDefinition | undefined): undefined {
  if (target !== undefined && target.type !== 'Reference') toTargetValue(value, target);
}

/** Returns the unusable attributes that a source names, so that the error says that they are not allowed rather than unknown. */
function reservedNames({ source }: GraphAttributeMapping): readonly string[] {
  const text = `${source?.expression ?? ''} ${source?.name ?? ''}`;
  return [...text.matchAll(/\w+/g)].map(([name]) => name).filter((name) => unusableSources.has(name.toLowerCase()));
}

function unknownTarget(
  { targetAttributeName }: GraphAttributeMapping,
  targets: readonly AttributeDefinition[],
): string {
  const near = suggestion(
    targetAttributeName,
    targets.map(({ name }) => name),
  );
  const remedy =
    near === undefined ? 'add it to the attribute list of the target first' : `${quote(near)} was probably meant`;
  return `is ${quote(targetAttributeName)}, which the target does not have: ${remedy}.`;
}

interface SourceContext {
  readonly sources: readonly AttributeDefinition[];
  readonly target: AttributeDefinition | undefined;
  readonly isMatching: boolean;
}

function faultOfSource(source: MappingSource, { sources, target, isMatching }: SourceContext): string | undefined {
  const reads = readsOf(source);
  const unusable = reads.find((name) => unusableSources.has(name.toLowerCase()));
  if (unusable !== undefined) return `Entra ID does not allow ${quote(unusable)} as the source of a mapping.`;
  if (isMatching && reads.length === 0)
    return 'The mapping of a matching attribute must read an attribute of the source: otherwise every object would match.';
  const isReference = (name: string) => sources.some((one) => one.name === name && one.type === 'Reference');
  const reference = reads.find(isReference);
  if (source.kind === 'expression' && reference !== undefined) {
    return `${quote(reference)} refers to other objects; only a Direct mapping can read such attributes.`;
  }
  if (target === undefined || source.kind === 'none') return undefined;
  if (source.kind === 'constant') checkFixedValue(source.value, target);
  if (target.type === 'Reference' && reference === undefined) {
    return `The target is a reference, so the source must be one: ${sources
      .filter(({ type }) => type === 'Reference')
      .map(({ name }) => name)
      .join(', ')}.`;
  }
  if (target.type !== 'Reference' && reference !== undefined) {
    return `${quote(reference)} refers to other objects, but the target is of the type ${target.type}.`;
  }
  if (source.kind === 'expression' && !target.multivalued && calls(source.parsed.root, 'AppRoleAssignmentsComplex')) {
    return 'AppRoleAssignmentsComplex returns several values, but the target has one: use SingleAppRoleAssignment, or map roles.';
  }
  return undefined;
}

function problemsOfSet(rows: readonly GraphAttributeMapping[]): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  for (const [index, row] of rows.entries()) {
    const earlier = rows.slice(0, index);
    const path = `attributeMappings[${index}]`;
    if (earlier.some((one) => one.targetAttributeName === row.targetAttributeName)) {
      const message = `is ${quote(row.targetAttributeName)}, which another mapping has as its target already: remove one of them.`;
      problems.push({ path: `${path}.targetAttributeName`, message });
    }
    const same = earlier.find((one) => one.matchingPriority > 0 && one.matchingPriority === row.matchingPriority);
    if (same !== undefined) {
      const message = `is ${row.matchingPriority} for ${quote(same.targetAttributeName)} and for ${quote(row.targetAttributeName)}: give each its own precedence.`;
      problems.push({ path: `${path}.matchingPriority`, message });
    }
  }
  if (!rows.some(({ matchingPriority }) => matchingPriority > 0)) {
    const message = 'have no matching attribute: set matchingPriority of one of them, such as userName, to 1.';
    problems.push({ path: 'attributeMappings', message });
  }
  return problems;
}

function problemsOfScope({ mapping }: MappedObject, source: ObjectDefinition): readonly SchemaProblem[] {
  const { scope } = mapping;
  if (scope === null) return [];
  const others = ['inputFilterGroups', 'categoryFilterGroups'].filter((name) => {
    const groups = scope[name];
    return Array.isArray(groups) && groups.length > 0;
  });
  return [
    ...others.map((name) => ({
      path: `scope.${name}`,
      message: 'is not supported, and ignoring it would bring too many objects into scope: use "groups" instead.',
    })),
    ...scope.groups.flatMap(({ clauses }, index) => {
      const path = `scope.groups[${index}].clauses`;
      if (clauses.length === 0) return [{ path, message: 'is empty: remove the filter, or add a clause.' }];
      return clauses.flatMap((clause, place) => {
        const fault = faultOfClause(clause, source.attributes);
        return fault === undefined ? [] : [{ path: `${path}[${place}]`, message: fault }];
      });
    }),
  ];
}
