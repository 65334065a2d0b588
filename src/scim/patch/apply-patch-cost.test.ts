import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { PATCH_COMPARISONS_MAX } from '#scim/limits.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { applyPatch } from './apply-patch.ts';
import { readPatchRequest } from './read-patch-request.ts';

const user = compileResourceSchema('User');

function patch(document: JsonObject, operations: JsonValue): JsonObject {
  const request = readPatchRequest(user, { Operations: operations }, { unknownAttributes: 'reject' });
  return applyPatch(user, document, request.operations);
}

describe('the number of comparisons in a PATCH', () => {
  const phones = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ value: String(index), type: 'work' }));
  const operations = (count: number) =>
    Array.from({ length: count }, () => ({ op: 'remove', path: 'phoneNumbers[value eq "x" or not (type pr)]' }));

  it('is limited in total for all operations of a request', () => {
    const document = { userName: 'x', phoneNumbers: phones(500) };
    const most = PATCH_COMPARISONS_MAX / (500 * 2);
    expect(patch(document, operations(most))).toEqual(document);
    expect(() => patch(document, operations(most + 1))).toThrow(expect.objectContaining({ code: 'tooManyOperations' }));
  });
});
