import type { BulkOperationParts } from '../operation.ts';
import { writeKinds } from '../request-kind.ts';
import { resourcePath, SCIM_PREFIX } from '../scim-path.ts';
import { referencesOf } from './bulk-references.ts';
import type { BulkOperation, UnreadableOperation } from './bulk-request.ts';

/**
 * Returns the parts of an operation that the request log stores in place of those of a separate request.
 *
 * @param operation The operation with ids in place of bulkIds. It still has the bulkIds of resources that were not created.
 */
export function bulkParts(operation: BulkOperation, index: number): BulkOperationParts {
  const { method, type, id, version, data } = operation;
  return {
    index,
    kind: writeKinds[method],
    method,
    path: resourcePath(type, id),
    resourceType: type,
    version,
    body: data,
    references: referencesOf(operation),
  };
}

/** Returns the same parts for an operation that could not be read, and that therefore is neither replayed nor repeated. */
export function unreadableParts({ target }: UnreadableOperation, index: number): BulkOperationParts {
  return {
    index,
    kind: 'bulk',
    method: 'POST',
    path: `${SCIM_PREFIX}/Bulk`,
    resourceType: target?.type,
    version: undefined,
    body: undefined,
    references: [],
  };
}

export function isUnreadable(operation: BulkOperation | UnreadableOperation): operation is UnreadableOperation {
  return 'error' in operation;
}
