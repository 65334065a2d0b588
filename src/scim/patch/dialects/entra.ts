/**
 * Converts Entra ID's deviations from RFC 7644 §3.5.2. Sources: "Develop and plan provisioning for a SCIM endpoint", "SCIM 2.0
 * compliance of the Microsoft Entra provisioning service", and conversations that others recorded (docs/decisions).
 * `read-operation.ts` handles the letter case of `op` and of keys, and `normalize-value.ts` handles values.
 */
import { AppError } from '#base/errors.ts';
import { blankPattern } from '#base/invisible.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Filter, TypedElementFilter } from '#scim/filter/ast.ts';
import { elementMatches } from '#scim/filter/evaluate.ts';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { describeKind, isList, memberNamed } from '#scim/resource/json-shape.ts';
import { normalizeScalar } from '#scim/resource/normalize-scalar.ts';
import { isSchemaUrn, schemaAttributeNames, splitBody, splitSchemaObject } from '#scim/resource/split-body.ts';
import type { RequestedOperation } from '../read-operation.ts';

/** An operation with a path. */
export interface TargetedOperation extends RequestedOperation {
  readonly path: string;
  /** True if the client sent the path itself. False if the path is a key of an object: readOnly attributes in an object are left out. */
  readonly explicit: boolean;
}

/**
 * Splits an operation into one operation per attribute. With the flag aadOptscim062020, Entra ID sends all single-valued
 * changes as one operation without a path. The keys of its value are paths, such as `name.givenName` or
 * `urn:…:User:department`, where RFC 7644 has nested objects. Accepts both forms, and also the URN of an extension as the path.
 *
 * @example
 * splitOperation(schema, { op: 'replace', path: undefined, value: { title: 'x', active: true }, place: 'Operations[0]' });
 * // [{ op: 'replace', path: 'title', value: 'x', … }, { op: 'replace', path: 'active', value: true, … }]
 */
export function splitOperation(schema: ResourceSchema, operation: RequestedOperation): readonly TargetedOperation[] {
  const { op, path, value = null, place } = operation;
  const whole = path === undefined || isSchemaUrn(schema, path);
  if (!whole) return [{ ...operation, path, explicit: true }];
  if (op === 'remove') {
    const names = path === undefined ? [] : schemaAttributeNames(schema, path);
    return names.map((name) => ({
      ...operation,
      path: `${path}:${name}`,
      value: undefined,
      explicit: false,
    }));
  }
  return splitValue(schema, path, value, place).map((attribute) => ({
    op,
    path: attribute.name,
    value: attribute.value,
    place,
    explicit: false,
  }));
}

function splitValue(schema: ResourceSchema, path: string | undefined, value: JsonValue, place: string) {
  if (path !== undefined) return splitSchemaObject(schema, path, value);
  if (isObject(value)) return splitBody(schema, value);
  throw new AppError(
    'invalidBody',
    `${place} of the PATCH request has no path, so its value must be an object of attributes, but it is ${describeKind(value)} (RFC 7644 §3.5.2).`,
    { attribute: place },
  );
}

/**
 * Returns a simple value without the object, or the list of one object, in which older clients send it: Entra ID's jobs from
 * before 2020 add a simple value as `[{"$ref": null, "value": "Babs"}]`. Returns any other value unchanged.
 */
export function unwrapSimpleValue(definition: AttributeDefinition, value: JsonValue): JsonValue {
  if (definition.type === 'complex') return value;
  if (definition.multiValued)
    return isList(value) ? value.map(unwrapElement) : isObject(value) ? [unwrapElement(value)] : value;
  const [only = null] = isList(value) && value.length === 1 ? value : [value];
  const inner = unwrapElement(only);
  return inner === only ? value : inner;
}

function unwrapElement(element: JsonValue): JsonValue {
  if (!isObject(element)) return element;
  const { value: inner, $ref: reference, ...others } = element;
  return inner !== undefined && (reference ?? null) === null && Object.keys(others).length === 0 ? inner : element;
}

/**
 * Returns the values that a remove operation is limited to; undefined if the client sent none. Without the flag, Entra ID
 * removes a member by `path: "members"` and a `value` of `[{"value": "id"}]`, which means "remove all members" in RFC 7644
 * §3.5.2.2. Throws `invalidValue` for an empty list and for an element without a value.
 */
export function removalValues(target: ResolvedAttribute, value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined || value === null || !target.attribute.multiValued) return undefined;
  const name = nameOf(target);
  const given = isList(value) ? value : [value];
  if (given.length === 0) {
    throw unclearRemoval(
      name,
      `The value of the remove operation on ${name} is an empty list, which names no value to remove.`,
    );
  }
  return given.map((element) => {
    const wanted = isObject(element) ? memberNamed(element, 'value') : element;
    if (typeof wanted === 'string' && wanted !== '' && !blankPattern.test(wanted)) return wanted;
    if (typeof wanted === 'number') return String(wanted);
    throw unclearRemoval(
      name,
      `An element to remove from ${name} has no value, so it is not clear which element is meant.`,
    );
  });
}

function unclearRemoval(name: string, reason: string): AppError {
  return new AppError(
    'invalidValue',
    `${reason} Send a list such as [{"value": "…"}], or the path ${name}[value eq "…"]; to remove all values of ${name}, send the path without a value.`,
    { attribute: name },
  );
}

/**
 * Returns the element that the filter of a path describes: `{type: "work"}` for `emails[type eq "work"].value`. Returns undefined if the
 * filter is not a conjunction of `eq`, or if no element can match it. Entra ID sends an add or replace operation with this path even if
 * there is no work email yet. RFC 7644 requires the error `noTarget`, but then the value would never be stored (erratum 8097).
 */
export function elementOf(
  target: ResolvedAttribute,
  written: Filter,
  typed: TypedElementFilter,
): JsonObject | undefined {
  const terms = equalities(written);
  if (terms === undefined) return undefined;
  const members = terms.flatMap(({ path, value }) => {
    const sub = subAttribute(target.attribute, path.subName ?? path.name);
    // Use the value as written, since the value of the typed filter is folded: `Work` stays `Work`.
    const canonical = sub && normalizeScalar(sub, `${nameOf({ ...target, sub })}`, value);
    return sub === undefined || canonical === undefined ? [] : [[sub.name, canonical] as const];
  });
  const element = Object.fromEntries(members);
  return elementMatches(typed, element) ? element : undefined;
}

type Comparison = Extract<Filter, { kind: 'comparison' }>;

function equalities(filter: Filter): readonly Comparison[] | undefined {
  if (filter.kind === 'comparison') return filter.operator === 'eq' ? [filter] : undefined;
  if (filter.kind !== 'and') return undefined;
  const operands = filter.operands.map(equalities);
  return operands.some((terms) => terms === undefined) ? undefined : operands.flatMap((terms) => terms ?? []);
}
