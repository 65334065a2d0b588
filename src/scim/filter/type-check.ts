import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import {
  isValueOfSimple,
  printAttributePath,
  resolveAttributePath,
  type AttributePath,
  type ResolvedAttribute,
} from '../path/attribute-path.ts';
import { isFolded, type AttributeDefinition } from '../schema/attribute.ts';
import { subAttribute, type ResourceSchema } from '../schema/resource-schema.ts';
import type { ComparisonOperator, Filter, FilterValue, TypedElementFilter, TypedFilter } from './ast.ts';
import { parseDateTime } from '../schema/date-time.ts';
import { suggestion } from '#base/suggestion.ts';
import { isSecret } from '#scim/schema/secret-attributes.ts';

/**
 * Checks a filter against a schema, and converts every value to the type of its attribute. Throws `filterUnknownAttribute` and
 * `filterOperator` (`invalidFilter` in RFC 7644 §3.12).
 *
 * If several resource types are searched at once, `others` are the schemas of the other types. An attribute that only they
 * have counts as an attribute without a value (RFC 7644 §3.4.2.1).
 *
 * @example
 * typeFilter(compileResourceSchema('User'), parseFilter('active eq "True"'));
 * // { kind: 'comparison', operator: 'eq', value: true, target: { attribute: { name: 'active', … }, … } }
 */
export function typeFilter(
  schema: ResourceSchema,
  filter: Filter,
  others: readonly ResourceSchema[] = [],
): TypedFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, operands: filter.operands.map((operand) => typeFilter(schema, operand, others)) };
    case 'not':
      return { kind: 'not', operand: typeFilter(schema, filter.operand, others) };
    case 'present': {
      const target = resolve(schema, filter.path, others);
      return target === undefined ? { kind: 'constant', value: false } : { kind: 'present', target };
    }
    case 'comparison': {
      const found = resolve(schema, filter.path, others);
      if (found === undefined) return { kind: 'constant', value: matchesNull(filter.operator, filter.value) };
      const target = withDefaultSub(found);
      const definition = target.sub ?? target.attribute;
      const value = typeValue(definition, filter.operator, filter.value, filter.path);
      return { kind: 'comparison', target, operator: filter.operator, value };
    }
    case 'valuePath': {
      const target = resolve(schema, filter.path, others);
      if (target === undefined) return { kind: 'constant', value: false };
      const hasElements = target.attribute.type === 'complex' || target.attribute.multiValued;
      if (filter.path.subName !== undefined || !hasElements) {
        throw operatorError(filter.path, 'has no sub-attributes, so a filter in brackets cannot follow it');
      }
      return { kind: 'valuePath', target, filter: typeElementFilter(target.attribute, filter.filter) };
    }
  }
}

/** Like `typeFilter`, but for the filter of a value path: its names are the sub-attributes of `parent`. */
export function typeElementFilter(parent: AttributeDefinition, filter: Filter): TypedElementFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, operands: filter.operands.map((operand) => typeElementFilter(parent, operand)) };
    case 'not':
      return { kind: 'not', operand: typeElementFilter(parent, filter.operand) };
    case 'present':
      return { kind: 'present', target: resolveSub(parent, filter.path) };
    case 'comparison': {
      const target = resolveSub(parent, filter.path);
      const value = typeValue(target, filter.operator, filter.value, filter.path);
      return { kind: 'comparison', target, operator: filter.operator, value };
    }
    case 'valuePath':
      throw operatorError(
        filter.path,
        `is a sub-attribute of ${quote(parent.name)}, and a sub-attribute cannot have a filter in brackets`,
      );
  }
}

/** Returns the result of a comparison with an attribute that has no value, by the rules of `TypedFilter`. */
function matchesNull(operator: ComparisonOperator, value: FilterValue): boolean {
  return value === null ? operator === 'eq' : operator === 'ne';
}

function resolve(
  schema: ResourceSchema,
  path: AttributePath,
  others: readonly ResourceSchema[],
): ResolvedAttribute | undefined {
  const found = resolveAttributePath(schema, path);
  if (found === undefined) {
    if (others.some((other) => resolveAttributePath(other, path) !== undefined)) return undefined;
    throw unknownAttribute(path, `a ${schema.name}`, namesOf(schema, path));
  }
  if (!isSearchable(found.attribute)) throw neverReturned(path);
  if (found.sub !== undefined && !isSearchable(found.sub)) throw neverReturned(path);
  return found;
}

function resolveSub(parent: AttributeDefinition, path: AttributePath): AttributeDefinition {
  const simple = path.urn === undefined && path.subName === undefined;
  // A multi-valued attribute with simple values has only the sub-attribute `value`.
  if (simple && isValueOfSimple(parent, path.name)) return { ...parent, name: 'value', multiValued: false };
  const found = simple ? subAttribute(parent, path.name) : undefined;
  if (found !== undefined && !isSearchable(found)) throw neverReturned(path);
  if (found !== undefined) return found;
  const names = (parent.subAttributes ?? []).filter(isSearchable).map((sub) => sub.name);
  throw unknownAttribute(path, quote(parent.name), names);
}

/** False for a secret attribute: with filters on it, a client could guess its value letter by letter (see `returned` in RFC 7643 §7). */
function isSearchable(definition: AttributeDefinition): boolean {
  return !isSecret(definition);
}

function namesOf(schema: ResourceSchema, path: AttributePath): readonly string[] {
  if (path.subName === undefined) {
    const extensions = Array.from(schema.extensions.values(), (extension) => [...extension.attributes.values()]);
    return [...schema.attributes.values(), ...extensions.flat()]
      .filter(isSearchable)
      .map((definition) => definition.name);
  }
  const parent = resolveAttributePath(schema, { ...path, subName: undefined });
  if (parent === undefined) return namesOf(schema, { ...path, subName: undefined });
  return (parent.attribute.subAttributes ?? [])
    .filter(isSearchable)
    .map((sub) => `${parent.attribute.name}.${sub.name}`);
}

/** Resolves a complex attribute to its sub-attribute `value`, as in `emails eq "x"` and Entra ID's `manager eq "id"`. */
function withDefaultSub(target: ResolvedAttribute): ResolvedAttribute {
  if (target.attribute.type !== 'complex' || target.sub !== undefined) return target;
  const sub = subAttribute(target.attribute, 'value');
  if (sub !== undefined) return { ...target, sub };
  const names = (target.attribute.subAttributes ?? []).map((candidate) => candidate.name).join(', ');
  throw new AppError(
    'filterOperator',
    `"${target.attribute.name}" cannot be compared as a whole: use one of its sub-attributes, ${names}.`,
    { attribute: target.attribute.name },
  );
}

function typeValue(
  definition: AttributeDefinition,
  operator: ComparisonOperator,
  value: FilterValue,
  path: AttributePath,
): FilterValue {
  if (value === null) {
    if (operator === 'eq' || operator === 'ne') return null;
    throw operatorError(path, `can be compared with null only by eq and ne, not by ${operator}`);
  }
  const equality = operator === 'eq' || operator === 'ne';
  switch (definition.type) {
    case 'boolean':
      if (!equality) throw operatorError(path, `is a boolean, which only eq and ne can compare, not ${operator}`);
      return booleanValue(value, path);
    case 'integer':
    case 'decimal':
      if (isTextOperator(operator)) throw operatorError(path, `is a number, which ${operator} cannot compare`);
      return numberValue(value, path);
    case 'dateTime':
      if (isTextOperator(operator)) throw operatorError(path, `is a date, which ${operator} cannot compare`);
      return dateValue(value, path);
    case 'binary':
      if (!equality) throw operatorError(path, `is binary, which only eq and ne can compare, not ${operator}`);
      return textValue(definition, value, path);
    case 'string':
    case 'reference':
    case 'complex':
      return textValue(definition, value, path);
  }
}

function isTextOperator(operator: ComparisonOperator): boolean {
  return operator === 'co' || operator === 'sw' || operator === 'ew';
}

/** Accepts strings too, since Entra ID compares booleans with strings: roles[primary eq "True"]. */
function booleanValue(value: FilterValue, path: AttributePath): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text === 'true' || text === 'false') return text === 'true';
  throw operatorError(path, `is a boolean: compare it with true or false, not with ${quote(value)}`);
}

/** Matches the decimal forms of RFC 7643 §2.3.3. `Number` alone would also accept "0x10". */
const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function numberValue(value: FilterValue, path: AttributePath): number {
  const number = typeof value === 'string' && numberPattern.test(value) ? Number(value) : value;
  // Documents contain no negative zero.
  if (typeof number === 'number' && Number.isFinite(number)) return number === 0 ? 0 : number;
  throw operatorError(path, `is a number, not ${quote(value)}`);
}

/** Returns a date (RFC 7643 §2.3.5) in the canonical form in which documents store it. */
function dateValue(value: FilterValue, path: AttributePath): string {
  const date = typeof value === 'string' ? parseDateTime(value) : undefined;
  if (date !== undefined) return date;
  throw operatorError(path, `is a date such as "2026-01-31T08:00:00Z", not ${quote(value)}`);
}

function textValue(definition: AttributeDefinition, value: FilterValue, path: AttributePath): string {
  if (typeof value === 'boolean') throw operatorError(path, `is a string: put ${String(value)} in double quotes`);
  const text = String(value);
  return isFolded(definition) ? fold(text) : text;
}

function neverReturned(path: AttributePath): AppError {
  const name = printAttributePath(path);
  return new AppError(
    'filterUnknownAttribute',
    `The filter names "${name}" at position ${path.position}, which is never returned and cannot be used in a filter.`,
    { attribute: name, position: path.position },
  );
}

function unknownAttribute(path: AttributePath, where: string, known: readonly string[]): AppError {
  const name = printAttributePath(path);
  const suggested = suggestion(path.subName === undefined ? path.name : `${path.name}.${path.subName}`, known);
  const hint = suggested === undefined ? '' : ` Did you mean "${suggested}"?`;
  return new AppError(
    'filterUnknownAttribute',
    `The filter names "${name}" at position ${path.position}, which is not an attribute of ${where}.${hint}`,
    {
      attribute: name,
      position: path.position,
    },
  );
}

function operatorError(path: AttributePath, reason: string): AppError {
  const name = printAttributePath(path);
  return new AppError('filterOperator', `The filter is not valid at position ${path.position}: "${name}" ${reason}.`, {
    attribute: name,
    position: path.position,
  });
}
