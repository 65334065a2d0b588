/**
 * Decides whether an element of a multi-valued attribute represents a value (RFC 7643 §2.4). An element that does not is
 * rejected. If it were left out, a mistake in a list would remove values that the client did not name.
 */
import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute } from '#scim/schema/resource-schema.ts';
import { MEMBERS } from './element-key.ts';
import { describeKind, isList, isUnassigned } from './json-shape.ts';
import { readRole } from './role-value.ts';

/** Sub-attributes that say what a value is used for. */
const labels: ReadonlySet<string> = new Set(['type', 'primary']);
/** Sub-attributes that describe a `value` and have no meaning without one. */
const descriptions: ReadonlySet<string> = new Set(['display', '$ref']);

/** True for a sub-attribute that has no meaning without the other sub-attributes of its element. */
export function isLabel(definition: AttributeDefinition, name: string): boolean {
  return labels.has(name) || (descriptions.has(name) && subAttribute(definition, 'value') !== undefined);
}

/** True for a canonical element that has more than labels. Also true if its attribute defines only labels. */
export function hasMeaning(name: string, definition: AttributeDefinition, element: JsonValue): boolean {
  if (!isObject(element)) return true;
  if (name === MEMBERS) return typeof element['value'] === 'string';
  const names = Object.keys(element);
  if (names.some((sub) => !isLabel(definition, sub))) return true;
  return names.length > 0 && (definition.subAttributes ?? []).every((sub) => isLabel(definition, sub.name));
}

/**
 * True for an element with a label and an explicitly empty value: `{"type": "work", "value": ""}`. The templates of OneLogin and
 * PingFederate send it for a user without a telephone, and Entra ID sends it for an app role without a value. Always false for members,
 * since a member is identified only by its value.
 */
export function isEmptyTemplate(name: string, definition: AttributeDefinition, element: JsonValue): boolean {
  if (name === MEMBERS || !isObject(element)) return false;
  const sent = knownSubAttributes(definition, name === 'roles' ? readRole(element) : element);
  const content = sent.filter(([sub]) => !isLabel(definition, sub));
  const hasLabel = sent.some(([sub, value]) => isLabel(definition, sub) && !isUnassigned(value));
  const saysValue = subAttribute(definition, 'value') === undefined || content.some(([sub]) => sub === 'value');
  return hasLabel && saysValue && content.length > 0 && content.every(([, value]) => isUnassigned(value));
}

/**
 * True for a value that clears the element that a path names, such as `emails[type eq "work"]`: null, an empty string or list,
 * an empty template, or an object with only empty values.
 */
export function isClearedElement(name: string, definition: AttributeDefinition, value: JsonValue): boolean {
  if (value === null || (isList(value) && value.length === 0)) return true;
  if (name === MEMBERS) return false;
  // Entra ID's older jobs send a value as a list with one element.
  const element = isList(value) && value.length === 1 && isObject(value[0]) ? value[0] : value;
  if (isObject(element) && Object.keys(element).length > 0 && isUnassigned(element)) return true;
  return element === '' || isEmptyTemplate(name, definition, element);
}

function knownSubAttributes(
  definition: AttributeDefinition,
  element: JsonObject,
): readonly (readonly [string, JsonValue])[] {
  return Object.entries(element).flatMap(([key, value]) => {
    const sub = subAttribute(definition, key);
    return sub === undefined ? [] : [[sub.name, value] as const];
  });
}

/**
 * Creates the error for an element that does not represent a value. `sent` is the element as the client sent it, with its index
 * in the list; undefined for an element that several parts of the request built.
 */
export function elementWithoutValue(
  name: string,
  definition: AttributeDefinition,
  sent: { readonly element: JsonValue; readonly index?: number } | undefined,
): AppError {
  const element = sent?.index === undefined ? `An element of ${name}` : `Element ${sent.index + 1} of ${name}`;
  const content = contentOf(definition);
  const what = sent === undefined ? '' : ` (${describeSent(sent.element, content)} was sent)`;
  const isByValue = content === undefined || content === 'value';
  const wanted = isByValue ? 'its value' : `a sub-attribute with content, such as ${name}.${content}`;
  const remedy =
    name === MEMBERS
      ? 'Send the id of the member as its value. To remove all members, send an empty list'
      : `Send ${wanted}, or leave the element out. To remove all values of ${name}, send an empty list`;
  return new AppError(
    'invalidValue',
    `${element} has no ${isByValue ? 'value' : 'content'}${what}, so it is not clear which value is meant. ${remedy}.`,
    { attribute: content === 'value' ? `${name}.value` : name },
  );
}

/** Returns the name of the sub-attribute that an element must have: `value` or, if there is none, the first one that is not a label. */
function contentOf(definition: AttributeDefinition): string | undefined {
  const sub =
    subAttribute(definition, 'value') ??
    definition.subAttributes?.find(({ name, mutability }) => !isLabel(definition, name) && mutability !== 'readOnly');
  return sub?.name;
}

function describeSent(sent: JsonValue, content: string | undefined): string {
  if (isObject(sent)) {
    if (Object.keys(sent).length === 0) return 'an empty object';
    if (content !== 'value') return 'an object without content';
    const isSent = Object.keys(sent).some((key) => key.toLowerCase() === content);
    return isSent ? 'an object with an empty value' : 'an object without a value';
  }
  if (sent === '') return 'an empty string';
  return isList(sent) && sent.length === 0 ? 'an empty list' : describeKind(sent);
}
