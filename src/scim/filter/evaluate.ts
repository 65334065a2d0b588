import { compareCodePoints, fold } from '#base/fold.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { ResolvedAttribute } from '../path/attribute-path.ts';
import { isFolded, type AttributeDefinition } from '../schema/attribute.ts';
import type { ComparisonOperator, FilterValue, TypedElementFilter, TypedFilter } from './ast.ts';

/**
 * True if a resource matches a filter, by the rules that `TypedFilter` describes. The resource is a canonical document.
 *
 * @example
 * matches(typeFilter(schema, parseFilter('userName eq "ANN"')), { userName: 'ann' }); // true
 */
export function matches(filter: TypedFilter, resource: JsonObject): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((operand) => matches(operand, resource));
    case 'or':
      return filter.operands.some((operand) => matches(operand, resource));
    case 'not':
      return !matches(filter.operand, resource);
    case 'constant':
      return filter.value;
    case 'present':
      return valuesOf(filter.target, resource).some(isPresent);
    case 'comparison': {
      const definition = filter.target.sub ?? filter.target.attribute;
      return valuesOf(filter.target, resource).some((value) =>
        compare(definition, value, filter.operator, filter.value),
      );
    }
    case 'valuePath':
      return elementsOf(filter.target, resource).some((element) => elementMatches(filter.filter, element));
  }
}

/** True if one element of a multi-valued attribute matches the filter of a value path. */
export function elementMatches(filter: TypedElementFilter, element: JsonValue): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((operand) => elementMatches(operand, element));
    case 'or':
      return filter.operands.some((operand) => elementMatches(operand, element));
    case 'not':
      return !elementMatches(filter.operand, element);
    case 'present':
      return isPresent(subValue(element, filter.target));
    case 'comparison':
      return compare(filter.target, subValue(element, filter.target), filter.operator, filter.value);
  }
}

/** Returns a sub-attribute of an element, or null. A simple value has only the sub-attribute `value`, which is the value itself. */
function subValue(element: JsonValue, target: AttributeDefinition): JsonValue {
  if (!isObject(element)) return target.name === 'value' ? element : null;
  return read(element, target.name);
}

/** Returns the elements of an attribute; an empty list if it has no value. */
function elementsOf({ extension, attribute }: ResolvedAttribute, resource: JsonObject): readonly JsonValue[] {
  const owner = extension === undefined ? resource : read(resource, extension);
  const value = isObject(owner) ? read(owner, attribute.name) : null;
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Returns all values to compare. If there are none, returns the single value null. */
function valuesOf(target: ResolvedAttribute, resource: JsonObject): readonly JsonValue[] {
  const { sub } = target;
  const elements = elementsOf(target, resource);
  if (elements.length === 0) return [null];
  return sub === undefined ? elements : elements.map((element) => subValue(element, sub));
}

function read(object: JsonObject, name: string): JsonValue {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null;
}

/** True for a non-empty simple value or list, and for an object that contains one (`pr` in RFC 7644 §3.4.2.2). */
function isPresent(value: JsonValue): boolean {
  if (value === null || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.values(value).some(isPresent) : true;
}

function compare(
  definition: AttributeDefinition,
  value: JsonValue,
  operator: ComparisonOperator,
  wanted: FilterValue,
): boolean {
  const actual = typeof value === 'string' && isFolded(definition) ? fold(value) : value;
  if (operator === 'eq') return actual === wanted;
  if (operator === 'ne') return actual !== wanted;
  if (typeof actual === 'string' && typeof wanted === 'string') return compareText(actual, operator, wanted);
  if (typeof actual === 'number' && typeof wanted === 'number') return inOrder(actual - wanted, operator);
  return false;
}

function compareText(actual: string, operator: ComparisonOperator, wanted: string): boolean {
  switch (operator) {
    case 'co':
      return actual.includes(wanted);
    case 'sw':
      return actual.startsWith(wanted);
    case 'ew':
      return actual.endsWith(wanted);
    default:
      return inOrder(compareCodePoints(actual, wanted), operator);
  }
}

function inOrder(difference: number, operator: ComparisonOperator): boolean {
  switch (operator) {
    case 'gt':
      return difference > 0;
    case 'ge':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    case 'le':
      return difference <= 0;
    default:
      return false;
  }
}
