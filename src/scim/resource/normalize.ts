import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import { nameOf, splitAttributePath, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { elementWithoutValue, hasMeaning } from './element-meaning.ts';
import { ignoredAttributes, reportIgnored, type IgnoredReport, type UnknownAttributes } from './ignored-attributes.ts';
import { describeKind, isList } from './json-shape.ts';
import { normalizeValue } from './normalize-value.ts';
import { splitBody } from './split-body.ts';
import { isReadOnly, isServerOwned, resolveSupported, type Supported } from './supported.ts';

export interface NormalizeOptions extends UnknownAttributes {
  /** Canonical names, as by `nameOf`, of attributes that are treated as unknown. */
  readonly unsupported?: ReadonlySet<string> | undefined;
}

export interface NormalizedResource {
  /** Canonical names and values, extensions under their URN, nothing unassigned, nothing readOnly. */
  readonly document: JsonObject;
  readonly ignored: readonly IgnoredAttribute[];
}

/**
 * The body of a POST or PUT as the document that is stored (RFC 7644 §3.3, §3.5.1). `schemas` decides nothing: Entra ID
 * leaves out the URN of extensions that it sends, and adds one of its own. Throws invalidBody, forbiddenKey,
 * unknownAttribute, and what `normalizeValue` throws.
 */
export function normalizeResource(
  schema: ResourceSchema,
  body: JsonValue,
  options: NormalizeOptions,
): NormalizedResource {
  if (!isObject(body)) {
    throw new AppError(
      'invalidBody',
      `The body must be a JSON object with the attributes of a ${schema.name}, but ${describeKind(body)} was sent.`,
    );
  }
  const { unsupported } = options;
  const ignored: IgnoredReport = new Map();
  const document: Draft = {};
  const flat: ResolvedAttribute[] = [];
  for (const { name, value } of splitBody(schema, body)) {
    const target = readTarget({ schema, unsupported }, name, value, ignored);
    if (target === undefined) continue;
    assign(document, target, normalizeValue(target, value, { ignored, unsupported }));
    if (target.attribute.multiValued && target.sub !== undefined) flat.push(target);
  }
  for (const target of flat) requireMeaning(document, target);
  return { document, ignored: ignoredAttributes(ignored, options) };
}

function readTarget(
  supported: Supported,
  name: string,
  value: JsonValue,
  ignored: IgnoredReport,
): ResolvedAttribute | undefined {
  const target = resolveSupported(supported, splitAttributePath(name, 0));
  if (target === undefined) {
    // Entra's older bodies have null for each attribute without a value: no loss, and nothing to report.
    if (value !== null) reportIgnored(ignored, name, 'unknown');
    return undefined;
  }
  if (!isReadOnly(target)) return target;
  if (!isServerOwned(target)) reportIgnored(ignored, name, 'readOnly');
  return undefined;
}

/** A document in the making: it is nobody else's yet, and is not copied for each of its attributes. */
type Draft = Record<string, JsonValue>;

/** Gives the document one more attribute. Of two forms of the same the later wins; objects of sub-attributes merge. */
function assign(draft: Draft, target: ResolvedAttribute, value: JsonValue | undefined): void {
  const { extension, attribute } = target;
  if (extension === undefined) {
    setMember(draft, attribute.name, assignedValue(draft, target, value));
    return;
  }
  const inner: Draft = { ...objectAt(draft, extension) };
  setMember(inner, attribute.name, assignedValue(inner, target, value));
  setMember(draft, extension, inner);
}

/** `withMember` of a draft. */
function setMember(draft: Draft, name: string, value: JsonValue | undefined): void {
  if (value === undefined || isEmpty(value)) delete draft[name];
  else draft[name] = value;
}

function assignedValue(
  document: JsonObject,
  target: ResolvedAttribute,
  value: JsonValue | undefined,
): JsonValue | undefined {
  const { attribute, sub } = target;
  if (attribute.type !== 'complex') return value;
  if (sub !== undefined) return assignedSubAttribute(document, target, value);
  if (attribute.multiValued) return value;
  // A name of {givenName} beside a flat "name.familyName" is one name.
  return isObject(value) ? { ...objectAt(document, attribute.name), ...value } : objectAt(document, attribute.name);
}

/** Flat sub-attributes of a multi-valued attribute (`emails.value`) are those of its first element. */
function assignedSubAttribute(
  document: JsonObject,
  { attribute, sub }: ResolvedAttribute,
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (sub === undefined) return value;
  if (!attribute.multiValued) return withMember(objectAt(document, attribute.name), sub.name, value);
  const elements = document[attribute.name];
  const [first = {}, ...rest] = isList(elements) ? elements : [];
  const changed = withMember(isObject(first) ? first : {}, sub.name, value);
  return Object.keys(changed).length === 0 ? rest : [changed, ...rest];
}

/** Flat sub-attributes come in any order: what they make together is checked when all were read. */
function requireMeaning(document: JsonObject, { extension, attribute }: ResolvedAttribute): void {
  const owner = extension === undefined ? document : objectAt(document, extension);
  const elements = owner[attribute.name];
  const name = nameOf({ extension, attribute, sub: undefined });
  const [first] = isList(elements) ? elements : [];
  if (first === undefined || hasMeaning(name, attribute, first)) return;
  throw elementWithoutValue(name, attribute, undefined);
}

function objectAt(document: JsonObject, name: string): JsonObject {
  const value = document[name];
  return isObject(value) ? value : {};
}

/** The object with a member, without it when the value is unassigned. Names come from the schema, never from a body. */
export function withMember(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  if (value !== undefined && !isEmpty(value)) return { ...object, [name]: value };
  if (!Object.hasOwn(object, name)) return object;
  const { [name]: _, ...rest } = object;
  return rest;
}

function isEmpty(value: JsonValue): boolean {
  if (isList(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
