import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { isList, isUnassigned } from '#scim/resource/json-shape.ts';
import { isClearedElement } from '#scim/resource/element-meaning.ts';
import { normalizeElement, normalizeValue, readComplex } from '#scim/resource/normalize-value.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute } from '#scim/schema/resource-schema.ts';
import { holdsSecret, isSecret } from '#scim/schema/secret-attributes.ts';
import { nameOf } from '#scim/path/attribute-path.ts';
import { elementOf, removalValues, unwrapSimpleValue, type TargetedOperation } from './dialects/entra.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';
import { resolveTarget, type PatchContext, type FoundTarget } from './resolve-target.ts';

/**
 * Resolves an operation to operations on attributes of the schema, with values in canonical form. Returns an empty list for an
 * attribute that is left out, and for an add operation with an empty value. Throws `invalidPath`, `mutability`, and the errors
 * of `normalizeValue`.
 */
export function resolveOperation(context: PatchContext, operation: TargetedOperation): readonly PatchOperation[] {
  const found = resolveTarget(context, operation);
  if (found === undefined) return [];
  const { target } = found;
  if (operation.op === 'remove') return [removal(target, operation.value)];
  const isElement = target.filter !== undefined && target.sub === undefined;
  const definition = target.sub ?? target.attribute;
  const written = isElement ? { ...definition, multiValued: false } : definition;
  const value = unwrapSimpleValue(written, operation.value ?? null);
  const isWholeObject =
    target.attribute.type === 'complex' && !target.attribute.multiValued && target.sub === undefined;
  return isWholeObject
    ? resolveObject(context, operation.op, found, value)
    : resolveValue(context, operation.op, found, value);
}

function removal(target: PatchTarget, value: JsonValue | undefined): PatchOperation {
  // If the path has a filter or a sub-attribute, the value is ignored: the path already says what to remove.
  const isWhole = target.filter === undefined && target.sub === undefined;
  const values = isWhole ? removalValues(target, value) : undefined;
  if (values !== undefined && hasSecretValues(target.attribute)) throw secretRemoval(nameOf(target));
  const isBare = values !== undefined && !isList(value) && !isObject(value);
  return { op: 'remove', target, values, ...(isBare && !holdsSecret(target.attribute) && { mustMatch: true }) };
}

function hasSecretValues(attribute: AttributeDefinition): boolean {
  const value = subAttribute(attribute, 'value');
  return isSecret(attribute) || (value !== undefined && isSecret(value));
}

/** Creates the error for the removal of a secret by its value: a successful removal would confirm that the client guessed the secret. */
function secretRemoval(name: string): AppError {
  return new AppError(
    'invalidValue',
    `The values of ${name} are never returned, so they cannot be removed by value. To remove all of them, send the path without a value; to set other values, replace the attribute.`,
    { attribute: name },
  );
}

type Assignment = 'add' | 'replace';

function resolveValue(
  context: PatchContext,
  op: Assignment,
  found: FoundTarget,
  value: JsonValue,
): readonly PatchOperation[] {
  const { target } = found;
  const isElement = target.filter !== undefined && target.sub === undefined;
  const canonical = isElement ? normalizeElement(target, value, context) : normalizeValue(target, value, context);
  if (canonical !== undefined) return [{ op, target, value: canonical, missingElement: missingElement(found) }];
  // An element with only unknown sub-attributes has no canonical form, and must not remove the existing element.
  const isCleared = !isElement || isClearedElement(nameOf(target), target.attribute, value);
  return op === 'replace' && isCleared ? [{ op: 'remove', target, values: undefined }] : [];
}

/**
 * Returns the element to add if no element matches the target. A path without a filter, such as `emails.value`, refers to every
 * email, and adds one if there is none.
 */
function missingElement({ target, filter }: FoundTarget): JsonObject | undefined {
  if (filter !== undefined && target.filter !== undefined) return elementOf(target, filter, target.filter);
  return target.attribute.multiValued && target.sub !== undefined ? {} : undefined;
}

/**
 * Resolves an operation on a whole single-valued complex attribute. Sub-attributes that are not specified stay unchanged (RFC
 * 7644 §3.5.2.3). For each sub-attribute that is null or "", a replace operation adds a separate remove operation. A manager of
 * `{"value": ""}` removes the whole manager.
 */
function resolveObject(
  context: PatchContext,
  op: Assignment,
  { target }: FoundTarget,
  value: JsonValue,
): readonly PatchOperation[] {
  const canonical = normalizeValue(target, value, context);
  const assignments: PatchOperation[] =
    canonical === undefined ? [] : [{ op, target, value: canonical, missingElement: undefined }];
  if (op === 'add') return assignments;
  const object = readComplex(target.attribute, nameOf(target), value);
  if (object === undefined) return [{ op: 'remove', target, values: undefined }];
  const unassigned = unassignedSubAttributes(target.attribute, object, canonical);
  if (canonical === undefined && unassigned.some((sub) => sub.name === 'value')) {
    return [{ op: 'remove', target, values: undefined }];
  }
  return [...assignments, ...unassigned.map((sub) => removeSubAttribute(target, sub))];
}

function unassignedSubAttributes(
  definition: AttributeDefinition,
  object: JsonObject,
  canonical: JsonValue | undefined,
): readonly AttributeDefinition[] {
  const kept = isObject(canonical) ? canonical : {};
  const named = Object.entries(object).flatMap(([key, value]) => {
    const sub = isUnassigned(value) ? subAttribute(definition, key) : undefined;
    return sub === undefined || sub.mutability === 'readOnly' || Object.hasOwn(kept, sub.name) ? [] : [sub];
  });
  return [...new Set(named)];
}

function removeSubAttribute(target: PatchTarget, sub: AttributeDefinition): PatchOperation {
  return {
    op: 'remove',
    target: { ...target, sub, text: `${target.text}.${sub.name}` },
    values: undefined,
  };
}
