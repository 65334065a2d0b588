import { fold } from '#base/fold.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { VALUES_MAX } from '#scim/limits.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import { elementMatches } from '#scim/filter/evaluate.ts';
import { elementKey, MEMBERS } from '#scim/resource/element-key.ts';
import { tooManyValues } from '#scim/resource/value-errors.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute } from '#scim/schema/resource-schema.ts';

/** The values of one multi-valued attribute, in order, while the operations of a request are applied. */
export interface ElementList {
  readonly name: string;
  readonly definition: AttributeDefinition;
  /** The elements by key. The key of a member is its `value`, which identifies it; the key of any other element is an arbitrary number. */
  readonly byKey: Map<string, JsonValue>;
  /** The keys of the elements that an operation with a path created or replaced. They must have a value after the last operation. */
  readonly written: Set<string>;
  nextNumber: number;
  changed: boolean;
}

export function elementList(
  name: string,
  definition: AttributeDefinition,
  elements: readonly JsonValue[],
): ElementList {
  const list: ElementList = { name, definition, byKey: new Map(), written: new Set(), nextNumber: 0, changed: false };
  for (const element of elements) append(list, element);
  return list;
}

/** Adds an element at the end, and returns its key. Does not change a member that is already in the list. */
export function append(list: ElementList, element: JsonValue): string {
  const key = list.name === MEMBERS ? elementKey(MEMBERS, list.definition, element) : String(list.nextNumber);
  list.nextNumber += 1;
  if (!list.byKey.has(key)) list.byKey.set(key, element);
  return key;
}

/** Returns the keys of the elements that match the filter; all keys if there is no filter. */
export function matchingKeys(list: ElementList, filter: TypedElementFilter | undefined): readonly string[] {
  const member = list.name === MEMBERS ? memberIdIn(filter) : undefined;
  if (member !== undefined) return list.byKey.has(member) ? [member] : [];
  const entries = [...list.byKey];
  return entries.flatMap(([key, element]) => (filter === undefined || elementMatches(filter, element) ? [key] : []));
}

/** Returns the number of comparisons needed to find the elements of an operation. Members with a given id are found by key. */
export function comparisonsOf(list: ElementList, filter: TypedElementFilter | undefined): number {
  if (list.name === MEMBERS && (filter === undefined || memberIdIn(filter) !== undefined)) return 1;
  return list.byKey.size * termsOf(filter);
}

function termsOf(filter: TypedElementFilter | undefined): number {
  if (filter?.kind === 'not') return termsOf(filter.operand);
  if (filter?.kind !== 'and' && filter?.kind !== 'or') return 1;
  return filter.operands.reduce((sum, operand) => sum + termsOf(operand), 0);
}

/**
 * Returns the id in a filter of the form `members[value eq "id"]`; undefined for any other filter. The id is the member's key,
 * so that a request can remove many members of a large group quickly.
 */
function memberIdIn(filter: TypedElementFilter | undefined): string | undefined {
  if (filter?.kind !== 'comparison' || filter.operator !== 'eq') return undefined;
  const { target, value } = filter;
  return target.name === 'value' && target.caseExact && typeof value === 'string' ? value : undefined;
}

/** Returns the keys of the elements whose `value` is one of `values`. An element that is a simple value is itself compared. */
export function keysOfValues(list: ElementList, values: readonly string[]): readonly string[] {
  if (list.name === MEMBERS) return values.filter((value) => list.byKey.has(value));
  const caseExact = (subAttribute(list.definition, 'value') ?? list.definition).caseExact;
  const key = (text: string) => (caseExact ? text : fold(text));
  const wanted = new Set(values.map(key));
  return [...list.byKey].flatMap(([number, element]) => {
    const value = isObject(element) ? element['value'] : element;
    return (typeof value === 'string' || typeof value === 'number') && wanted.has(key(String(value))) ? [number] : [];
  });
}

export function removeKeys(list: ElementList, keys: readonly string[]): void {
  for (const key of keys) list.byKey.delete(key);
  list.changed ||= keys.length > 0;
}

/**
 * Throws `tooManyValues` if there are more than VALUES_MAX elements. Members of a group are not counted: only the size of the body
 * limits them.
 */
export function requireRoom(list: ElementList): void {
  const count = list.byKey.size;
  if (count > VALUES_MAX && list.name !== MEMBERS) throw tooManyValues(list.name, count, VALUES_MAX);
}
