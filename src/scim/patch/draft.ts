import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import { distinctElements } from '#scim/resource/element-key.ts';
import { elementWithoutValue, hasMeaning } from '#scim/resource/element-meaning.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { withMember } from '#scim/resource/normalize.ts';
import { elementList, type ElementList } from './element-list.ts';

/**
 * The state of the document while the operations of a request are applied. Its objects are replaced, never modified. The list
 * of each multi-valued attribute is opened only once, so that many operations on a large group take linear time.
 */
export interface Draft {
  document: JsonObject;
  readonly lists: Map<string, { readonly target: ResolvedAttribute; readonly list: ElementList }>;
}

export function openDraft(document: JsonObject): Draft {
  return { document, lists: new Map() };
}

/**
 * Returns the document with all changes in canonical form: empty attributes are removed, and values that became equal are
 * merged. Throws `invalidValue` for an element that the operations left without a value, such as an email that has only the
 * `display` that an operation on `emails[type eq "work"].display` set.
 */
export function closeDraft(draft: Draft): JsonObject {
  for (const [name, { target, list }] of draft.lists) {
    if (!list.changed) continue;
    for (const key of list.written) requireMeaning(list, key);
    writeValue(draft, target, distinctElements(name, list.definition, [...list.byKey.values()]));
  }
  return draft.document;
}

function requireMeaning({ name, definition, byKey }: ElementList, key: string): void {
  const element = byKey.get(key);
  if (element === undefined || hasMeaning(name, definition, element)) return;
  throw elementWithoutValue(name, definition, undefined);
}

export function readValue({ document }: Draft, { extension, attribute }: ResolvedAttribute): JsonValue | undefined {
  const container = extension === undefined ? document : document[extension];
  return isObject(container) && Object.hasOwn(container, attribute.name) ? container[attribute.name] : undefined;
}

/**
 * Sets the value of an attribute. If the value is undefined or empty, removes the attribute, and also its extension if that is then
 * empty.
 */
export function writeValue(
  draft: Draft,
  { extension, attribute }: ResolvedAttribute,
  value: JsonValue | undefined,
): void {
  if (extension === undefined) {
    draft.document = withMember(draft.document, attribute.name, value);
    return;
  }
  const container = draft.document[extension];
  const changed = withMember(isObject(container) ? container : {}, attribute.name, value);
  draft.document = withMember(draft.document, extension, changed);
}

/** Returns the list of a multi-valued attribute, which all operations of the request share. */
export function openList(draft: Draft, target: ResolvedAttribute): ElementList {
  const name = nameOf({ ...target, sub: undefined });
  const opened = draft.lists.get(name);
  if (opened !== undefined) return opened.list;
  const value = readValue(draft, target);
  const list = elementList(name, target.attribute, isList(value) ? value : []);
  draft.lists.set(name, { target, list });
  return list;
}
