import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import type { BulkOperation } from './bulk-request.ts';

/** A reference (RFC 7644 §3.7.2): a placeholder for the id of a resource that another operation of the request creates. */
const referencePattern = /^bulkId:(.+)$/;

/** Returns the bulkIds that an operation refers to, in its path and in the values of its data. */
export function referencesOf({ id, data }: BulkOperation): readonly string[] {
  const found = new Set<string>();
  visit(data ?? null, (text) => {
    const bulkId = referencePattern.exec(text)?.[1];
    if (bulkId !== undefined) found.add(bulkId);
  });
  const target = referencePattern.exec(id)?.[1];
  if (target !== undefined) found.add(target);
  return [...found];
}

/**
 * Returns the error `invalidValue` for the first reference to a bulkId that no POST of the request has; undefined if there is no such
 * reference.
 */
export function unknownReference(operation: BulkOperation, ids: ReadonlyMap<string, string>): AppError | undefined {
  const unknown = referencesOf(operation).find((bulkId) => !ids.has(bulkId));
  if (unknown === undefined) return undefined;
  const value = `bulkId:${unknown}`;
  return new AppError(
    'invalidValue',
    `${quote(value)} refers to a bulkId that no POST operation in this bulk request has (RFC 7644 §3.7.2).`,
    { attribute: 'bulkId', value },
  );
}

/** Returns the operation with its references replaced by ids. References that are not in `ids` remain unchanged. */
export function resolveReferences(operation: BulkOperation, ids: ReadonlyMap<string, string>): BulkOperation {
  const resolve = (text: string): string => {
    const bulkId = referencePattern.exec(text)?.[1];
    return (bulkId === undefined ? undefined : ids.get(bulkId)) ?? text;
  };
  return {
    ...operation,
    id: resolve(operation.id),
    data: operation.data === undefined ? undefined : replace(operation.data, resolve),
  };
}

function visit(value: JsonValue, onText: (text: string) => void): void {
  if (typeof value === 'string') onText(value);
  else if (Array.isArray(value)) for (const item of value) visit(item, onText);
  else if (isObject(value)) for (const item of Object.values(value)) visit(item, onText);
}

function replace(value: JsonValue, resolve: (text: string) => string): JsonValue {
  if (typeof value === 'string') return resolve(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => replace(item, resolve));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replace(item, resolve)]));
}
