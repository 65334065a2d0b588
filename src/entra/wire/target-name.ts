export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The name of a mapping's target attribute, in its parts. */
export interface TargetName {
  /** The URN of an extension; undefined for an attribute of the core schemas. */
  readonly schema: string | undefined;
  readonly attribute: string;
  /** What `[type eq "work"]` says of an element; undefined without brackets. */
  readonly element: readonly Equality[] | undefined;
  /** What follows: `givenName` of `name.givenName`. */
  readonly path: readonly string[];
}

export interface Equality {
  readonly name: string;
  readonly value: string | boolean;
}

const shape = /^(?:(?<schema>urn:[^[]*):)?(?<attribute>[^.[\]:]+)(?:\[(?<filter>.*)\])?(?:\.(?<path>[^[\]]+))?$/i;
const coreSchema = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group)$/i;

/** `name.givenName`, `emails[type eq "work"].value`, `urn:…:2.0:User:department`; any other text is one attribute. */
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

const equality = /([\w$-]+)\s+eq\s+(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/gi;

/** Entra ID writes `eq` and `and` only (§1.1). */
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

/** A boolean, also as Switch() writes it; undefined for anything else. */
export function asBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || !/^(true|false)$/i.test(value)) return undefined;
  return value.toLowerCase() === 'true';
}

/** Whether the core schemas have it as a boolean: `active`, and `primary` of an element. */
export function isCoreBoolean({ schema, attribute, path }: TargetName): boolean {
  if (schema !== undefined) return false;
  const last = path.at(-1);
  return last === undefined ? attribute.toLowerCase() === 'active' : isPrimary(last);
}

/** Whether it is the manager, whose value is the id of somebody else. */
export function isManagerName({ schema, attribute }: TargetName): boolean {
  const isEnterprise = schema === undefined || sameName(schema, ENTERPRISE_USER);
  return isEnterprise && attribute.toLowerCase() === 'manager';
}

/** RFC 7643 §2.1: the names of attributes, and URNs, are compared without their case. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
