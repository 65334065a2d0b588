import { fold } from '#base/fold.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { VALUES_MAX } from '#scim/limits.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import { elementMatches } from '#scim/filter/evaluate.ts';
import { elementKey, MEMBERS } from '#scim/resource/element-key.ts';
import { tooManyValues } from '#scim/resource/value-errors.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute } from '#scim/schema/resource-schema.ts';

/** The values of one multi-valued attribute, in order, while operations are applied. */
export interface ElementList {
  readonly name: string;
  readonly definition: AttributeDefinition;
  /** Members by `value`, which identifies them; others by a number that only serves the order. */
  readonly byKey: Map<string, JsonValue>;
  /** The keys of elements that a path created or replaced: they must have a meaning when the request ends. */
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

/** Adds an element at the end; a member that is there already stays as it is. Returns its key. */
export function append(list: ElementList, element: JsonValue): string {
  const key = list.name === MEMBERS ? elementKey(MEMBERS, list.definition, element) : String(list.nextNumber);
  list.nextNumber += 1;
  if (!list.byKey.has(key)) list.byKey.set(key, element);
  return key;
}

/** The keys of the elements that a filter matches; all of them without a filter. */
export function matchingKeys(list: ElementList, filter: TypedElementFilter | undefined): readonly string[] {
  const member = list.name === MEMBERS ? memberWanted(filter) : undefined;
  if (member !== undefined) return list.byKey.has(member) ? [member] : [];
  const entries = [...list.byKey];
  return entries.flatMap(([key, element]) => (filter === undefined || elementMatches(filter, element) ? [key] : []));
}

/** How many comparisons it takes to find what an operation is about. Members are found by their key. */
export function comparisonsOf(list: ElementList, filter: TypedElementFilter | undefined): number {
  if (list.name === MEMBERS && (filter === undefined || memberWanted(filter) !== undefined)) return 1;
  return list.byKey.size * termsOf(filter);
}

function termsOf(filter: TypedElementFilter | undefined): number {
  if (filter?.kind === 'not') return termsOf(filter.operand);
  if (filter?.kind !== 'and' && filter?.kind !== 'or') return 1;
  return filter.operands.reduce((sum, operand) => sum + termsOf(operand), 0);
}

/** The one member that `members[value eq "id"]` means: found by its key, since a request may remove many of many. */
function memberWanted(filter: TypedElementFilter | undefined): string | undefined {
  if (filter?.kind !== 'comparison' || filter.operator !== 'eq') return undefined;
  const { target, value } = filter;
  return target.name === 'value' && target.caseExact && typeof value === 'string' ? value : undefined;
}

/** The keys of the elements with one of these in `value`, or, for simple elements, that are one of these. */
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

/** Throws tooManyValues; the members of a group are limited by the size of the body instead. */
export function requireRoom(list: ElementList): void {
  const count = list.byKey.size;
  if (count > VALUES_MAX && list.name !== MEMBERS) throw tooManyValues(list.name, count, VALUES_MAX);
}
