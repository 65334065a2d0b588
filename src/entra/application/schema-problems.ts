import { AppError, quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import type { Say, Refusals } from '../texts/refusals/stand-in-error.ts';
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

/** A problem in a schema: its path in the document, and what is wrong and how to correct it. */
export interface SchemaProblem {
  readonly path: string;
  readonly message: Say;
}

/** The lowercase names of source attributes that Entra ID does not allow in mappings (§3.5). */
const unusableSources: ReadonlySet<string> = new Set(['samaccountname', 'usertype']);

/** Returns all problems of a parsed schema; an empty list if it is valid. */
export function findSchemaProblems(schema: SynchronizationSchema): readonly SchemaProblem[] {
  const objects = mappedObjects(schema);
  if (objects.length === 0) {
    return [{ path: 'synchronizationRules', message: ({ mapping }) => mapping.noMapping }];
  }
  return objects.flatMap((object, index) => {
    const path = pathOf(object);
    const type = object.mapping.sourceObjectName;
    const isSecond = objects.findIndex(({ mapping }) => mapping.sourceObjectName === type) < index;
    if (isSecond) return [{ path, message: ({ mapping }) => mapping.mapsTwice(quote(type)) }];
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
    const name = quote(mapping.sourceObjectName);
    return [{ path: 'sourceObjectName', message: (texts) => texts.mapping.sourceType(name) }];
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
          : [{ path: 'targetObjectName', message: (texts) => texts.mapping.inList(fault(texts)) }];
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
  return { path, message: ({ mapping }) => mapping.missingObject(quote(name)) };
}

const actions: ReadonlySet<string> = new Set(['Add', 'Update', 'Delete', 'None']);

function problemsOfActions(flowTypes: string): readonly SchemaProblem[] {
  const unknown = flowTypes.split(',').find((action) => !actions.has(action.trim()));
  if (unknown === undefined) return [];
  return [
    {
      path: 'flowTypes',
      message: ({ mapping }) => mapping.action(quote(unknown.trim())),
    },
  ];
}

/** Finds attributes that are listed twice, and checks that exactly one attribute of the object is the anchor (§3.11). */
function problemsOfTargetList({ attributes }: ObjectDefinition): readonly SchemaProblem[] {
  const path = 'targetObjectName';
  const anchors = attributes.filter(({ anchor }) => anchor);
  const twice = attributes.find(({ name }, index) => attributes.findIndex((one) => one.name === name) < index);
  return [
    ...(anchors.length === 1 ? [] : [{ path, message: ({ mapping }: Refusals) => mapping.anchors(anchors.length) }]),
    ...(twice === undefined
      ? []
      : [{ path, message: ({ mapping }: Refusals) => mapping.attributeTwice(quote(twice.name)) }]),
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
      message: ({ mapping }) => mapping.readOnly(named),
    });
  }
  if (row.matchingPriority > 0 && (target?.multivalued === true || target?.type === 'Reference')) {
    const message: Say = ({ mapping }) => mapping.matching(row.matchingPriority, named);
    problems.push({ path: 'matchingPriority', message });
  }
  const problemOf = (path: string, find: () => Say | undefined) => {
    const fault = faultOf(find);
    if (fault !== undefined) problems.push({ path, message: (texts) => texts.mapping.ofTarget(named, fault(texts)) });
  };
  problemOf('defaultValue', () => checkFixedValue(row.defaultValue, target));
  problemOf('source', () => {
    const source = readMappingSource(row, sources.map(({ name }) => name).concat(reservedNames(row)));
    return faultOfSource(source, { sources, target, isMatching: row.matchingPriority > 0 });
  });
  return problems;
}

/** Returns what `find` returns, or the message of the AppError that it throws. */
function faultOf(find: () => Say | undefined): Say | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof AppError) return ({ ofError }) => ofError(error);
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

function unknownTarget({ targetAttributeName }: GraphAttributeMapping, targets: readonly AttributeDefinition[]): Say {
  const near = suggestion(
    targetAttributeName,
    targets.map(({ name }) => name),
  );
  const meant = near === undefined ? undefined : quote(near);
  return ({ mapping }) => mapping.unknownTarget(quote(targetAttributeName), meant);
}

interface SourceContext {
  readonly sources: readonly AttributeDefinition[];
  readonly target: AttributeDefinition | undefined;
  readonly isMatching: boolean;
}

function faultOfSource(source: MappingSource, { sources, target, isMatching }: SourceContext): Say | undefined {
  const reads = readsOf(source);
  const unusable = reads.find((name) => unusableSources.has(name.toLowerCase()));
  if (unusable !== undefined) return ({ mapping }) => mapping.unusableSource(quote(unusable));
  if (isMatching && reads.length === 0) return ({ mapping }) => mapping.matchesAll;
  const isReference = (name: string) => sources.some((one) => one.name === name && one.type === 'Reference');
  const reference = reads.find(isReference);
  if (source.kind === 'expression' && reference !== undefined) {
    return ({ mapping }) => mapping.referenceInExpression(quote(reference));
  }
  if (target === undefined || source.kind === 'none') return undefined;
  if (source.kind === 'constant') checkFixedValue(source.value, target);
  if (target.type === 'Reference' && reference === undefined) {
    const names = sources.filter(({ type }) => type === 'Reference').map(({ name }) => name);
    return ({ mapping }) => mapping.needsReference(names.join(', '));
  }
  if (target.type !== 'Reference' && reference !== undefined) {
    return ({ mapping }) => mapping.notReference(quote(reference), target.type);
  }
  if (source.kind === 'expression' && !target.multivalued && calls(source.parsed.root, 'AppRoleAssignmentsComplex')) {
    return ({ mapping }) => mapping.severalRoles;
  }
  return undefined;
}

function problemsOfSet(rows: readonly GraphAttributeMapping[]): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  for (const [index, row] of rows.entries()) {
    const earlier = rows.slice(0, index);
    const path = `attributeMappings[${index}]`;
    if (earlier.some((one) => one.targetAttributeName === row.targetAttributeName)) {
      const message: Say = ({ mapping }) => mapping.targetTwice(quote(row.targetAttributeName));
      problems.push({ path: `${path}.targetAttributeName`, message });
    }
    const same = earlier.find((one) => one.matchingPriority > 0 && one.matchingPriority === row.matchingPriority);
    if (same !== undefined) {
      const [one, other] = [same, row].map(({ targetAttributeName }) => quote(targetAttributeName));
      const message: Say = ({ mapping }) => mapping.priorityTwice(row.matchingPriority, one ?? '', other ?? '');
      problems.push({ path: `${path}.matchingPriority`, message });
    }
  }
  if (!rows.some(({ matchingPriority }) => matchingPriority > 0)) {
    const message: Say = ({ mapping }) => mapping.noMatching;
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
      message: ({ mapping: texts }: Refusals) => texts.otherFilters,
    })),
    ...scope.groups.flatMap(({ clauses }, index) => {
      const path = `scope.groups[${index}].clauses`;
      if (clauses.length === 0) return [{ path, message: (texts: Refusals) => texts.mapping.emptyFilter }];
      return clauses.flatMap((clause, place) => {
        const fault = faultOfClause(clause, source.attributes);
        return fault === undefined ? [] : [{ path: `${path}[${place}]`, message: fault }];
      });
    }),
  ];
}
