import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import { elementMatches } from '#scim/filter/evaluate.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { withMember } from '#scim/resource/normalize.ts';
import { elementKey, MEMBERS } from '#scim/resource/element-key.ts';
import { isLabel } from '#scim/resource/element-meaning.ts';
import { requireElementsKept, requireSubAttributesKept } from '#scim/resource/immutable.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { append, keysOfValues, matchingKeys, removeKeys, requireRoom, type ElementList } from './element-list.ts';
import { mergeObject } from './merge-object.ts';
import { noMatch } from './no-match.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';

type Assignment = Exclude<PatchOperation, { op: 'remove' }>;
type Removal = Extract<PatchOperation, { op: 'remove' }>;

/**
 * Applies an add or replace operation to a whole multi-valued attribute (RFC 7644 §3.5.2.1, §3.5.2.3). A value that the
 * attribute already has is not added again.
 */
export function addElements(list: ElementList, op: Assignment['op'], value: JsonValue): void {
  const elements = isList(value) ? value : [value];
  if (op === 'replace') {
    requireElementsKept(list.definition, list.name, [...list.byKey.values()], elements);
    list.byKey.clear();
  }
  const existing = list.name === MEMBERS ? undefined : keysByIdentity(list);
  const touched = elements.map((element) => {
    const key = existing?.get(elementKey(list.name, list.definition, element));
    const before = key === undefined ? undefined : list.byKey.get(key);
    if (key === undefined || before === undefined) return append(list, element);
    const after = withAddedSubAttributes(before, element);
    requireSubAttributesKept(list.definition, list.name, before, after);
    list.byKey.set(key, after);
    return key;
  });
  list.changed = true;
  requireRoom(list);
  keepOnePrimary(list, touched);
}

/** Keeps the spelling of a value that already exists (RFC 7644 §3.5.2.1), and adds the new sub-attributes to it. */
function withAddedSubAttributes(before: JsonValue, element: JsonValue): JsonValue {
  if (!isObject(before) || !isObject(element) || element['value'] === undefined) return before;
  const { value: _value, type: _type, ...added } = element;
  return { ...before, ...added };
}

function keysByIdentity({ name, definition, byKey }: ElementList): ReadonlyMap<string, string> {
  return new Map([...byKey].map(([key, element]) => [elementKey(name, definition, element), key]));
}

/**
 * Applies an add or replace operation to the elements that a filter matches, or to one of their sub-attributes. If no element
 * matches, adds the element that the filter describes. Throws `noTarget` if the filter does not describe one (§3.5.2.3).
 */
export function changeElements(list: ElementList, operation: Assignment): void {
  const { op, target, missingElement, value } = operation;
  const keys = matchingKeys(list, target.filter);
  list.changed = true;
  if (keys.length === 0) {
    const created =
      isObject(value) || target.sub !== undefined ? { ...missingElement, ...changesOf(target, value) } : value;
    const isDescribed = missingElement !== undefined || !isObject(created);
    if (!isDescribed || !mayCreate(op, created, target.filter)) throw noTarget(target);
    const key = append(list, created);
    list.written.add(key);
    keepOnePrimary(list, [key]);
    requireRoom(list);
    return;
  }
  for (const key of keys) list.byKey.set(key, changedElement(list, operation, key));
  keepOnePrimary(list, keys);
}

function changedElement(list: ElementList, { op, target, missingElement, value }: Assignment, key: string): JsonValue {
  // A simple value is replaced as a whole.
  if (target.attribute.type !== 'complex') return value;
  const before = list.byKey.get(key);
  const element = isObject(before) ? before : {};
  const changes = changesOf(target, value);
  const merged = mergeObject(element, changes);
  // A replaced element keeps the values that its filter names: `emails[type eq "work"]` stays the work email.
  const isReplaced = op === 'replace' && target.sub === undefined;
  const after = isReplaced ? { ...missingElement, ...changes } : merged;
  if (isReplaced) list.written.add(key);
  // The type and the $ref of a member follow from its value, so the client need not send them again.
  requireSubAttributesKept(list.definition, list.name, element, list.name === MEMBERS ? merged : after);
  return after;
}

function changesOf({ sub }: PatchTarget, value: JsonValue): JsonObject {
  if (sub !== undefined) return { [sub.name]: value };
  return isObject(value) ? value : {};
}

/**
 * True if an operation whose filter matches nothing may add the element. The element must match the filter. The filter of a
 * replace operation may name only labels (`type` and `primary`): `emails[type eq "work"]` is a slot to fill, but
 * `addresses[country eq "FR"]` refers to an address that must already exist.
 */
function mayCreate(op: Assignment['op'], element: JsonValue, filter: TypedElementFilter | undefined): boolean {
  if (filter === undefined) return true;
  return (op === 'add' || namesLabels(filter)) && elementMatches(filter, element);
}

/** The sub-attributes whose values can describe a slot to fill. `display` is not one of them. */
const labels: ReadonlySet<string> = new Set(['type', 'primary']);

function namesLabels(filter: TypedElementFilter): boolean {
  if (filter.kind === 'and') return filter.operands.every(namesLabels);
  return filter.kind === 'comparison' && labels.has(filter.target.name);
}

function noTarget({ text, attribute }: PatchTarget): AppError {
  const remedy =
    attribute.type === 'complex'
      ? `, and its filter does not describe a value to add. Use a filter of the form ${attribute.name}[type eq "work"], or add the value first`
      : `. Add the value first, with the path ${attribute.name} and no filter`;
  return new AppError('noTarget', `The path ${quote(text)} matches no value of ${attribute.name}${remedy}.`, {
    attribute: text,
  });
}

/** Makes the other values non-primary if a changed value is primary (§3.5.2). Members have no primary. */
function keepOnePrimary(list: ElementList, touched: readonly string[]): void {
  if (list.name === MEMBERS) return;
  const isPrimary = (element: JsonValue | undefined) => isObject(element) && element['primary'] === true;
  if (!touched.some((key) => isPrimary(list.byKey.get(key)))) return;
  const kept = new Set(touched);
  for (const [key, element] of list.byKey) {
    if (!kept.has(key) && isObject(element) && isPrimary(element)) list.byKey.set(key, { ...element, primary: false });
  }
}

/**
 * Applies a remove operation to a whole attribute, to selected elements, or to one of their sub-attributes. Ignores elements
 * that do not exist, since they may have been removed before. Throws `invalidValue` for a bare string that is not the value of
 * any element.
 */
export function removeElements(list: ElementList, { target, values, mustMatch }: Removal): void {
  const keys = values === undefined ? matchingKeys(list, target.filter) : keysOfValues(list, values);
  if (mustMatch === true && keys.length === 0) throw noMatch(list.name, values ?? []);
  if (target.sub === undefined) removeKeys(list, keys);
  else removeSubAttribute(list, target.sub, keys);
}

function removeSubAttribute(list: ElementList, sub: AttributeDefinition, keys: readonly string[]): void {
  for (const key of keys) {
    const element = list.byKey.get(key);
    if (!isObject(element)) continue;
    const rest = withMember(element, sub.name, undefined);
    requireSubAttributesKept(list.definition, list.name, element, rest);
    if (isOnlyLabels(list.definition, rest, sub)) list.byKey.delete(key);
    else list.byKey.set(key, rest);
  }
  list.changed ||= keys.length > 0;
}

/**
 * True if a removal would leave an element with nothing but labels. The element is then removed as well: Entra ID removes
 * `phoneNumbers[type eq "fax"].value` to remove the fax number. The removal of a label does not remove the other labels.
 */
function isOnlyLabels(definition: AttributeDefinition, element: JsonObject, removed: AttributeDefinition): boolean {
  const names = Object.keys(element);
  return names.length === 0 || (!isLabel(definition, removed.name) && names.every((name) => isLabel(definition, name)));
}
