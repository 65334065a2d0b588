import type { JsonObject, JsonValue } from '#base/json.ts';
import { attribute, complex } from '#scim/schema/attribute.ts';
import { compileResourceSchema, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { applyPatch } from './apply-patch.ts';
import { readPatchRequest } from './read-patch-request.ts';
import { userWithCustomAttributes } from '#scim/schema/custom-user.fixture.ts';

export const user = userWithCustomAttributes(
  attribute('string', 'tags', '', { multiValued: true, required: true }),
  attribute('string', 'badge', '', { mutability: 'immutable' }),
  attribute('string', 'codes', '', { multiValued: true, caseExact: true }),
  complex('desk', '', [attribute('string', 'room', '', { required: true }), attribute('string', 'floor', '')]),
  complex('lock', '', [attribute('string', 'key', '', { mutability: 'immutable' }), attribute('string', 'hint', '')]),
);
export const group = compileResourceSchema('Group');
export const ignore = { unknownAttributes: 'ignore' } as const;

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

/** Reads and applies operations. Freezes the document and the values of the operations, so that any mutation throws. */
export function patch(schema: ResourceSchema, document: JsonObject, operations: JsonValue): JsonObject {
  const request = readPatchRequest(schema, { Operations: operations }, ignore);
  const operationsRead = request.operations.map((operation) =>
    operation.op === 'remove' ? operation : { ...operation, value: freeze(operation.value) },
  );
  return applyPatch(schema, freeze(document), operationsRead);
}

export const email = (value: string, type: string, more: JsonObject = {}) => ({ value, type, ...more });
export const members = (...ids: string[]) => ids.map((value) => ({ value }));
