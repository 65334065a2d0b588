import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import { elementMatches } from '#scim/filter/evaluate.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { withMember } from '#scim/resource/normalise.ts';
import { elementKey, MEMBERS } from '#scim/resource/element-key.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { append, keysOfValues, matchingKeys, removeKeys, requireRoom, type ElementList } from './element-list.ts';
import { mergeObject, requireMutable } from './merge-object.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';

type Assignment = Exclude<PatchOperation, { op: 'remove' }>;

/** Add or replace of a whole multi-valued attribute (RFC 7644 §3.5.2.1, §3.5.2.3): what is there already is not doubled. */
export function addElements(list: ElementList, op: Assignment['op'], value: JsonValue): void {
  if (op === 'replace') list.byKey.clear();
  const existing = list.name === MEMBERS ? undefined : keysByIdentity(list);
  const touched = (isList(value) ? value : [value]).map((element) => {
    const key = existing?.get(identity(element));
    const before = key === undefined ? undefined : list.byKey.get(key);
    if (key === undefined || before === undefined) return append(list, element);
    list.byKey.set(key, isObject(before) && isObject(element) ? { ...before, ...element } : element);
    return key;
  });
  list.changed = true;
  requireRoom(list);
  keepOnePrimary(list, touched);
}

/** RFC 7643 §2.4: no two values with the same `type` and `value`. Elements without a value are the same as a whole only. */
function identity(element: JsonValue): string {
  if (!isObject(element) || element['value'] === undefined) return elementKey('', element);
  return JSON.stringify([element['value'], element['type'] ?? null]);
}

function keysByIdentity(list: ElementList): ReadonlyMap<string, string> {
  return new Map([...list.byKey].map(([key, element]) => [identity(element), key]));
}

/**
 * Add or replace of elements that a filter chose, or of a sub-attribute. Where none matches, the element that the filter
 * describes by its labels is added; otherwise throws noTarget (§3.5.2.3).
 */
export function changeElements(list: ElementList, operation: Assignment, changes: JsonObject): void {
  const { op, target, missingElement } = operation;
  const keys = matchingKeys(list, target.filter);
  list.changed = true;
  if (keys.length === 0) {
    const created = { ...missingElement, ...changes };
    if (missingElement === undefined || !mayCreate(op, created, target.filter)) throw noTarget(target);
    keepOnePrimary(list, [append(list, created)]);
    requireRoom(list);
    return;
  }
  for (const key of keys) {
    const before = list.byKey.get(key);
    const element = isObject(before) ? before : {};
    const merged = mergeObject(target.attribute, list.name, element, changes);
    // A replaced element keeps what its filter is about: `emails[type eq "work"]` stays the work e-mail.
    const isReplaced = op === 'replace' && target.sub === undefined;
    list.byKey.set(key, isReplaced ? { ...missingElement, ...changes } : merged);
  }
  keepOnePrimary(list, keys);
}

/**
 * Whether a new element is what the path asked for. For a replace its filter may name labels alone:
 * `emails[type eq "work"]` is a place to fill, but `addresses[country eq "FR"]` means an address that is there already.
 */
function mayCreate(op: Assignment['op'], element: JsonObject, filter: TypedElementFilter | undefined): boolean {
  if (filter === undefined) return true;
  return (op === 'add' || namesLabels(filter)) && elementMatches(filter, element);
}

function namesLabels(filter: TypedElementFilter): boolean {
  if (filter.kind === 'and') return filter.operands.every(namesLabels);
  return filter.kind === 'comparison' && labels.has(filter.target.name);
}

function noTarget(target: PatchTarget): AppError {
  return new AppError(
    'noTarget',
    `The path ${quote(target.text)} matches no value of ${target.attribute.name}, and its filter does not say what a new one would be. Use a filter of the form ${target.attribute.name}[type eq "work"], or add the value first.`,
    { attribute: target.text },
  );
}

/** §3.5.2: when a value becomes the primary one, the one before is no longer. Members have no primary. */
function keepOnePrimary(list: ElementList, touched: readonly string[]): void {
  if (list.name === MEMBERS) return;
  const isPrimary = (element: JsonValue | undefined) => isObject(element) && element['primary'] === true;
  if (!touched.some((key) => isPrimary(list.byKey.get(key)))) return;
  const kept = new Set(touched);
  for (const [key, element] of list.byKey) {
    if (!kept.has(key) && isObject(element) && isPrimary(element)) list.byKey.set(key, { ...element, primary: false });
  }
}

/** Remove of a whole attribute, of chosen elements, or of their sub-attribute; what is not there was removed before. */
export function removeElements(list: ElementList, target: PatchTarget, values: readonly string[] | undefined): void {
  const keys = values === undefined ? matchingKeys(list, target.filter) : keysOfValues(list, values);
  if (target.sub === undefined) removeKeys(list, keys);
  else removeSubAttribute(list, target.sub, keys);
}

function removeSubAttribute(list: ElementList, sub: AttributeDefinition, keys: readonly string[]): void {
  for (const key of keys) {
    const element = list.byKey.get(key);
    if (!isObject(element)) continue;
    requireMutable(sub, `${list.name}.${sub.name}`, element[sub.name], undefined);
    const rest = withMember(element, sub.name, undefined);
    if (isOnlyLabels(rest, sub)) list.byKey.delete(key);
    else list.byKey.set(key, rest);
  }
  list.changed ||= keys.length > 0;
}

const labels: ReadonlySet<string> = new Set(['type', 'primary']);

/** Without its value an element is only a label for nothing: Entra ID removes `phoneNumbers[type eq "fax"].value`. */
function isOnlyLabels(element: JsonObject, removed: AttributeDefinition): boolean {
  const names = Object.keys(element);
  return names.length === 0 || (!labels.has(removed.name) && names.every((name) => labels.has(name)));
}
