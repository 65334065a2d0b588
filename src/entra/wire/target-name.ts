export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The parsed name of a target attribute in a mapping. */
export interface TargetName {
  /** The URN of an extension; undefined for an attribute of the core schemas. */
  readonly schema: string | undefined;
  readonly attribute: string;
  /** The conditions of a filter that selects an element, such as `[type eq "work"]`; undefined if the name has no filter. */
  readonly element: readonly Equality[] | undefined;
  /** The names after the attribute, such as `givenName` in `name.givenName`; empty if there is no sub-attribute. */
  readonly path: readonly string[];
}

export interface Equality {
  readonly name: string;
  readonly value: string | boolean;
}

const shape = /^(?:(?<schema>urn:[^[]*):)?(?<attribute>[^.[\]:]+)(?:\[(?<filter>.*)\])?(?:\.(?<path>[^[\]]+))?$/i;
const coreSchema = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group)$/i;

/**
 * Parses a name such as `name.givenName`, `emails[type eq "work"].value` or `urn:…:2.0:User:department`. Text in any other format becomes
 * the attribute.
 *
 * @example
 * parseTargetName('emails[type eq "work"].value');
 * // { schema: undefined, attribute: 'emails', element: [{ name: 'type', value: 'work' }], path: ['value'] }
 */
export function parseTargetName(text: string): TargetName {
  const groups = shape.exec(text)?.groups;
  const attribute = groups?.['attribute'];
  if (attribute === undefined) return { schema: undefined, attribute: text, element: undefined, path: [] };
  const schema = groups?.['schema'];
  const filter = groups?.['filter'];
  return {
    schema: schema === undefined || coreSchema.test(schema) ? undefined : schema,
    attribute,
    element: filter === undefined ? undefined : equalitiesOf(filter),
    path: groups?.['path']?.split('.') ?? [],
  };
}

const equality = /(?<![\w$-])([\w$-]+)\s+eq\s+(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/gi;

/** Parses a filter. Filters in target names use only `eq` and `and` (§1.1). */
function equalitiesOf(filter: string): readonly Equality[] {
  return [...filter.matchAll(equality)].map(([, name = '', quoted, bare = '']) => {
    const text = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
    // `roles[primary eq "True"]` compares a boolean with a string (§1.6).
    const isBoolean = quoted === undefined || isPrimary(name);
    return { name, value: isBoolean ? (asBoolean(text) ?? text) : text };
  });
}

function isPrimary(name: string): boolean {
  return name.toLowerCase() === 'primary';
}

/** Converts a boolean, or the string `"True"` or `"False"` in any case, as Switch() writes it, to a boolean; undefined for other values. */
export function asBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || !/^(true|false)$/i.test(value)) return undefined;
  return value.toLowerCase() === 'true';
}

/** True for the name of a boolean attribute of the core schemas: `active`, or `primary` of an element. */
export function isCoreBoolean({ schema, attribute, path }: TargetName): boolean {
  if (schema !== undefined) return false;
  const last = path.at(-1);
  return last === undefined ? attribute.toLowerCase() === 'active' : isPrimary(last);
}

/** True for the name of the manager attribute, a reference that has the id of another user as its value. */
export function isManagerName({ schema, attribute }: TargetName): boolean {
  const isEnterprise = schema === undefined || sameName(schema, ENTERPRISE_USER);
  return isEnterprise && attribute.toLowerCase() === 'manager';
}

/** True if two names of attributes or two URNs are equal, ignoring case (RFC 7643 §2.1). */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
