import { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { PATCH_COMPARISONS_MAX } from '#scim/limits.ts';
import { nameOf } from '#scim/path/attribute-path.ts';
import { requireImmutableKept } from '#scim/resource/immutable.ts';
import { withMember } from '#scim/resource/normalize.ts';
import { isReadOnly } from '#scim/resource/supported.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { addElements, changeElements, removeElements } from './apply-elements.ts';
import { closeDraft, openDraft, openList, readValue, writeValue, type Draft } from './draft.ts';
import { comparisonsOf, type ElementList } from './element-list.ts';
import { mergeObject } from './merge-object.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';

/**
 * Applies the operations in order and returns the new document (RFC 7644 §3.5.2). Does not modify the given document, so an
 * error leaves it unchanged. The result is canonical, but not yet validated as a whole (`validateResource`). Throws
 * `required`, `mutability`, `noTarget`, `tooManyValues`, `tooManyOperations` and `invalidValue`.
 *
 * @example
 * const { operations } = readPatchRequest(schema, { Operations: [{ op: 'replace', path: 'title', value: 'b' }] }, options);
 * applyPatch(schema, { title: 'a' }, operations); // { title: 'b' }
 */
export function applyPatch(
  schema: ResourceSchema,
  document: JsonObject,
  operations: readonly PatchOperation[],
): JsonObject {
  const draft = openDraft(document);
  const budget: Budget = { comparisons: 0 };
  for (const operation of operations) {
    applyOperation(draft, operation, budget);
    if (operation.op === 'remove') requireStillAssigned(schema, draft, operation.target);
  }
  return closeDraft(draft);
}

/** The comparisons that a request has used so far. */
interface Budget {
  comparisons: number;
}

function applyOperation(draft: Draft, operation: PatchOperation, budget: Budget): void {
  const { target } = operation;
  if (isReadOnly(target)) throw readOnlyError(target);
  if (target.attribute.multiValued) applyToList(draft, operation, budget);
  else if (target.attribute.type === 'complex') applyToObject(draft, operation);
  else applyToValue(draft, operation);
}

function applyToValue(draft: Draft, operation: PatchOperation): void {
  const { target } = operation;
  const value = operation.op === 'remove' ? undefined : operation.value;
  requireImmutableKept(target.attribute, nameOf(target), readValue(draft, target), value);
  writeValue(draft, target, value);
}

function applyToObject(draft: Draft, operation: PatchOperation): void {
  const { target } = operation;
  const before = readValue(draft, target);
  const after = changedObject(target, isObject(before) ? before : {}, operation);
  requireImmutableKept(target.attribute, nameOf({ ...target, sub: undefined }), before, after);
  writeValue(draft, target, after);
}

function changedObject({ sub }: PatchTarget, object: JsonObject, operation: PatchOperation): JsonValue | undefined {
  if (operation.op !== 'remove') return mergeObject(object, changesOf(sub, operation.value));
  return sub === undefined ? undefined : withMember(object, sub.name, undefined);
}

function applyToList(draft: Draft, operation: PatchOperation, budget: Budget): void {
  const { target } = operation;
  const list = openList(draft, target);
  spend(budget, comparisonsOf(list, target.filter));
  const isImmutable = target.attribute.mutability === 'immutable' && list.byKey.size > 0;
  const before = isImmutable ? [...list.byKey.values()] : undefined;
  if (operation.op === 'remove') {
    removeElements(list, operation);
  } else if (target.sub === undefined && target.filter === undefined) {
    addElements(list, operation.op, operation.value);
  } else {
    changeElements(list, operation);
  }
  if (before !== undefined) requireImmutableKept(target.attribute, list.name, before, valuesOf(list));
}

function valuesOf({ byKey }: ElementList): JsonValue | undefined {
  return byKey.size === 0 ? undefined : [...byKey.values()];
}

function spend(budget: Budget, comparisons: number): void {
  budget.comparisons += comparisons;
  if (budget.comparisons <= PATCH_COMPARISONS_MAX) return;
  throw new AppError(
    'tooManyOperations',
    `The PATCH request would compare more than ${PATCH_COMPARISONS_MAX} values. Send fewer operations, or simpler filters in their paths.`,
  );
}

function changesOf(sub: AttributeDefinition | undefined, value: JsonValue): JsonObject {
  if (sub !== undefined) return { [sub.name]: value };
  return isObject(value) ? value : {};
}

/** Throws `required` if a remove operation left a required attribute without a value (RFC 7644 §3.5.2.2). */
function requireStillAssigned(schema: ResourceSchema, draft: Draft, target: PatchTarget): void {
  const { attribute, sub } = target;
  const isRequired = sub === undefined ? attribute.required : sub.required;
  if (!isRequired) return;
  const isEmptied = attribute.multiValued ? openList(draft, target).byKey.size === 0 : true;
  if (!isEmptied && sub === undefined) return;
  const name = nameOf(target);
  throw refusal('requiredRemoved', { attribute: name, path: target.text, resource: schema.name }, { attribute: name });
}

function readOnlyError(target: PatchTarget): AppError {
  const name = nameOf(target);
  return refusal('attributeReadOnly', { attribute: name, operation: undefined }, { attribute: name });
}
