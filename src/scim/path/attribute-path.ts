import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { isStandardUrn, schemaUrn, subAttribute, type ResourceSchema } from '#scim/schema/resource-schema.ts';

/** An attribute path as written (RFC 7644 §3.10), before it is looked up in a schema. */
export interface AttributePath {
  /** The schema URN in front of the name, as written; undefined when there is none. */
  readonly urn: string | undefined;
  readonly name: string;
  readonly subName: string | undefined;
  /** Zero-based position in the text that it was parsed from. */
  readonly position: number;
}

/** An attribute found in a schema. */
export interface ResolvedAttribute {
  /** The canonical URN of the extension that it belongs to; undefined for the core schema and common attributes. */
  readonly extension: string | undefined;
  readonly attribute: AttributeDefinition;
  readonly sub: AttributeDefinition | undefined;
}

/**
 * Splits `urn:…:User:name.familyName` at its last colon, then the rest at its first dot. The dot of the URN's own
 * version (`2.0`) lies before the last colon. The grammar of names is checked by the caller's lexer.
 */
export function splitAttributePath(text: string, position: number): AttributePath {
  const colon = text.lastIndexOf(':');
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const dot = rest.indexOf('.');
  if (dot < 0) return { urn, name: rest, subName: undefined, position };
  return { urn, name: rest.slice(0, dot), subName: rest.slice(dot + 1), position };
}

/** The path as text, as it was written. */
export function printAttributePath(path: AttributePath): string {
  return `${path.urn === undefined ? '' : `${path.urn}:`}${path.name}${path.subName === undefined ? '' : `.${path.subName}`}`;
}

/** The canonical name of an attribute that was found, for messages and events. */
export function nameOf(resolved: ResolvedAttribute): string {
  const { extension, attribute, sub } = resolved;
  return `${extension === undefined ? '' : `${extension}:`}${attribute.name}${sub === undefined ? '' : `.${sub.name}`}`;
}

/**
 * Looks a path up, names and URNs in any case. A bare name that the core schema lacks and just one extension has means
 * that one, or else the standard one: Entra ID writes `manager`, and the guide's contract `costCenter` and `organization`, without their URN.
 */
export function resolveAttributePath(schema: ResourceSchema, path: AttributePath): ResolvedAttribute | undefined {
  const found = findAttribute(schema, path);
  if (found === undefined || path.subName === undefined) return found;
  const sub = subAttribute(found.attribute, path.subName);
  if (sub !== undefined) return { ...found, sub };
  return isValueOfSimple(found.attribute, path.subName) ? found : undefined;
}

/** RFC 7643 §2.4: simple values of a multi-valued attribute are the `value` of their elements, so that `tags.value` is `tags`. */
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
  // An organization's own attribute must not change what an identity provider means by `department`.
  return found.length === 1 ? found[0] : found.find(({ extension }) => isStandardUrn(extension));
}
