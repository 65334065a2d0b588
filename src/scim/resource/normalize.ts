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
  /** The canonical names, as returned by `nameOf`, of attributes that are treated as unknown. */
  readonly unsupported?: ReadonlySet<string> | undefined;
}

export interface NormalizedResource {
  /** The document with canonical names and values, and each extension under its URN. Has no unassigned or readOnly attributes. */
  readonly document: JsonObject;
  readonly ignored: readonly IgnoredAttribute[];
}

/**
 * Converts the body of a POST or PUT to the document to store (RFC 7644 §3.3, §3.5.1). Ignores `schemas`, since Entra ID omits
 * the URNs of extensions whose attributes it sends, and adds a proprietary URN. Throws `invalidBody`, `forbiddenKey`,
 * `unknownAttribute`, and the errors of `normalizeValue`.
 *
 * @example
 * normalizeResource(schema, { USERNAME: 'ann', active: 'True', shoeSize: 38 }, { unknownAttributes: 'ignore' });
 * // { document: { userName: 'ann', active: true }, ignored: [{ path: 'shoeSize', reason: 'unknown' }] }
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
    // Entra ID's older bodies contain null for each attribute without a value. No data is lost, so these are not reported.
    if (value !== null) reportIgnored(ignored, name, 'unknown');
    return undefined;
  }
  if (!isReadOnly(target)) return target;
  if (!isServerOwned(target)) reportIgnored(ignored, name, 'readOnly');
  return undefined;
}

/** A document that is being built. Only this module refers to it, so it is modified and not copied for each attribute. */
type Draft = Record<string, JsonValue>;

/** Sets an attribute of the draft. A later value of the same attribute replaces an earlier one; complex values are merged. */
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

/** Like `withMember`, but modifies the draft. */
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
  // The object `{givenName}` and a flat "name.familyName" are merged into one name.
  return isObject(value) ? { ...objectAt(document, attribute.name), ...value } : objectAt(document, attribute.name);
}

/** Sets a flat sub-attribute. For a multi-valued attribute (`emails.value`), it belongs to the first element. */
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

/**
 * Throws an error if the element that was built from flat sub-attributes has no value. These can arrive in any order, so the check runs
 * at the end.
 */
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

/**
 * Returns the object with a member; without the member if the value is undefined or empty. `name` must come from the schema,
 * never from a body.
 */
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
