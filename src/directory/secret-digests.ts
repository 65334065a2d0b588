import type { JsonObject } from '#base/json.ts';
import type { PatchOperation } from '#scim/patch/operation.ts';
import { replaceSecretOperands, replaceSecrets, type ReplaceSecret } from '#scim/resource/secret-values.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import type { DirectoryDeps } from './stored.ts';

const PREFIX = 'digest:v1:';

type DigestDeps = Pick<DirectoryDeps, 'schemas' | 'secrets'>;

/**
 * Returns the document with a keyed digest in place of each value that is never returned (decision 028). No reader needs the value,
 * and comparing digests shows whether a request changes the value. The digest covers the id of the resource, so that equal values of two
 * users have different digests.
 */
export function digestSecrets(deps: DigestDeps, type: ResourceTypeName, id: string, document: JsonObject): JsonObject {
  return replaceSecrets(deps.schemas[type], document, digestOf(deps, id));
}

/** Like `digestSecrets`, but for the values of a PATCH request. */
export function digestOperands(
  deps: DigestDeps,
  type: ResourceTypeName,
  id: string,
  operations: readonly PatchOperation[],
): readonly PatchOperation[] {
  return replaceSecretOperands(deps.schemas[type], operations, digestOf(deps, id));
}

function digestOf({ secrets }: DigestDeps, id: string): ReplaceSecret {
  return (value) => `${PREFIX}${secrets.digest(`${id}\n${String(value)}`)}`;
}
