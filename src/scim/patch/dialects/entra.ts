/**
 * How Entra ID deviates from RFC 7644 §3.5.2, and what is made of it. Sources: "Develop and plan provisioning for a SCIM
 * endpoint" and "SCIM 2.0 compliance of the Microsoft Entra provisioning service", and conversations recorded by others
 * (docs/decisions). The case of `op` and of keys is read in `read-operation.ts`, values are in `normalize-value.ts`.
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
  /** Whether the client wrote the path; false for a key of an object, where readOnly attributes are left out. */
  readonly explicit: boolean;
}

/**
 * One operation an attribute. With the flag aadOptscim062020, Entra ID puts all single-valued changes into one operation
 * without a path, whose keys are paths: `name.givenName`, `urn:…:User:department`. RFC 7644 knows only nested objects
 * there; both are taken, and so is the URN of an extension as the path.
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
    `${place} of the PATCH request has no path, so that its value must be an object of attributes, but it is ${describeKind(value)} (RFC 7644 §3.5.2).`,
    { attribute: place },
  );
}

/** Entra ID's jobs of before 2020 add a simple value as a list of one object: `[{"$ref": null, "value": "Babs"}]`. */
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
 * The values that a remove is limited to: without the flag, Entra ID removes a member by `path: "members"` and a `value`
 * of `[{"value": "id"}]`, which RFC 7644 §3.5.2.2 would read as "remove all members". undefined where nothing was sent.
 * Throws invalidValue for a list or an element that does not say which values to remove.
 */
export function removalValues(target: ResolvedAttribute, value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined || value === null || !target.attribute.multiValued) return undefined;
  const name = nameOf(target);
  const given = isList(value) ? value : [value];
  if (given.length === 0) {
    throw unclearRemoval(name, `The value of the remove of ${name} is an empty list, which names no value to remove.`);
  }
  return given.map((element) => {
    const wanted = isObject(element) ? memberNamed(element, 'value') : element;
    if (typeof wanted === 'string' && wanted !== '' && !blankPattern.test(wanted)) return wanted;
    if (typeof wanted === 'number') return String(wanted);
    throw unclearRemoval(
      name,
      `An element to be removed from ${name} has no value, so that it is not known which is meant.`,
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
 * The element that a path such as `emails[type eq "work"].value` asks for: `{type: "work"}`. Entra ID adds and replaces
 * with such a path when there is no work e-mail yet; RFC 7644 says noTarget, but the value would never arrive (errata
 * 8097). undefined if the filter is not a conjunction of `eq`, or no element can satisfy it.
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
    // The literal as written, since that of the typed filter is folded: `Work` stays `Work`.
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
