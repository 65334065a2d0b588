import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { isStandardUrn, schemaUrn, subAttribute, type ResourceSchema } from '#scim/schema/resource-schema.ts';

/** An attribute path as written (RFC 7644 §3.10), before it is looked up in a schema. */
export interface AttributePath {
  /** The schema URN before the name, as written; undefined if there is none. */
  readonly urn: string | undefined;
  readonly name: string;
  readonly subName: string | undefined;
  /** The zero-based position in the text that the path was parsed from. */
  readonly position: number;
}

/** An attribute found in a schema. */
export interface ResolvedAttribute {
  /** The canonical URN of the attribute's extension; undefined for the core schema and common attributes. */
  readonly extension: string | undefined;
  readonly attribute: AttributeDefinition;
  readonly sub: AttributeDefinition | undefined;
}

/**
 * Splits `urn:…:User:name.familyName` at its last colon, and the rest at its first dot. The dot in the version of the URN
 * (`2.0`) comes before the last colon. Does not check the grammar of names; the caller's lexer does.
 *
 * @example
 * splitAttributePath('name.familyName', 0); // { urn: undefined, name: 'name', subName: 'familyName', position: 0 }
 */
export function splitAttributePath(text: string, position: number): AttributePath {
  const colon = text.lastIndexOf(':');
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const dot = rest.indexOf('.');
  if (dot < 0) return { urn, name: rest, subName: undefined, position };
  return { urn, name: rest.slice(0, dot), subName: rest.slice(dot + 1), position };
}

/** Returns the path as the text that it was parsed from. */
export function printAttributePath(path: AttributePath): string {
  return `${path.urn === undefined ? '' : `${path.urn}:`}${path.name}${path.subName === undefined ? '' : `.${path.subName}`}`;
}

/** Returns the canonical name of a resolved attribute for messages and events, such as `name.familyName`. */
export function nameOf(resolved: ResolvedAttribute): string {
  const { extension, attribute, sub } = resolved;
  return `${extension === undefined ? '' : `${extension}:`}${attribute.name}${sub === undefined ? '' : `.${sub.name}`}`;
}

/**
 * Looks up a path in a schema; names and URNs may have any case. Returns undefined for an unknown attribute.
 *
 * A name without a URN that is not in the core schema resolves to the only extension that has it, or, if several have it, to
 * the standard one. Entra ID sends `manager` without a URN, and the contract in the integration guide has `costCenter` and
 * `organization` without one.
 *
 * @example
 * const found = resolveAttributePath(compileResourceSchema('User'), splitAttributePath('NAME.givenname', 0));
 * nameOf(found); // 'name.givenName'
 */
export function resolveAttributePath(schema: ResourceSchema, path: AttributePath): ResolvedAttribute | undefined {
  const found = findAttribute(schema, path);
  if (found === undefined || path.subName === undefined) return found;
  const sub = subAttribute(found.attribute, path.subName);
  if (sub !== undefined) return { ...found, sub };
  return isValueOfSimple(found.attribute, path.subName) ? found : undefined;
}

/**
 * True for the name `value` of a multi-valued attribute with simple values: `tags.value` means `tags`, since each value counts
 * as the `value` of its element (RFC 7643 §2.4).
 */
export function isValueOfSimple({ multiValued, type }: AttributeDefinition, subName: string): boolean {
  return multiValued && type !== 'complex' && subName.toLowerCase() === 'value';
}

function findAttribute(schema: ResourceSchema, path: AttributePath): ResolvedAttribute | undefined {
  const name = path.name.toLowerCase();
  const urn = path.urn === undefined ? undefined : (schemaUrn(schema, path.urn) ?? '');
  if (urn !== undefined && urn !== schema.core.id.toLowerCase()) {
    const extension = schema.extensions.get(urn);
    const attribute = extension?.attributes.get(name);
    return attribute && extension && { extension: extension.urn, attribute, sub: undefined };
  }
  const attribute = schema.attributes.get(name);
  if (attribute !== undefined) return { extension: undefined, attribute, sub: undefined };
  return urn === undefined ? findInOneExtension(schema, name) : undefined;
}

function findInOneExtension(schema: ResourceSchema, name: string): ResolvedAttribute | undefined {
  const found = [...schema.extensions.values()].flatMap(({ urn, attributes }) => {
    const attribute = attributes.get(name);
    return attribute === undefined ? [] : [{ extension: urn, attribute, sub: undefined }];
  });
  // An identity provider means the standard attribute by `department`, even if a custom extension also has an attribute of this name.
  return found.length === 1 ? found[0] : found.find(({ extension }) => isStandardUrn(extension));
}
