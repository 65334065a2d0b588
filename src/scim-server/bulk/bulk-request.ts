import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { memberNamed } from '#scim/resource/json-shape.ts';
import { PATCH_OP_SCHEMA } from '#scim/resource/sent-schemas.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import { BULK_OPERATIONS_MAX } from '../limits.ts';
import { endpointPaths } from '../scim-path.ts';

export const bulkMethods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type BulkMethod = (typeof bulkMethods)[number];

/** One operation of a bulk request (RFC 7644 §3.7) that could be parsed. */
export interface BulkOperation {
  readonly method: BulkMethod;
  /** Unique among the POST operations of the request; undefined if the client did not send a bulkId. */
  readonly bulkId: string | undefined;
  readonly type: ResourceTypeName;
  /** The id in the path; empty for POST. It may be a reference, such as `bulkId:qwerty`. */
  readonly id: string;
  readonly version: string | undefined;
  readonly data: JsonValue | undefined;
}

/** An operation that could not be parsed. It fails without affecting the other operations. */
export interface UnreadableOperation {
  readonly method: string;
  readonly bulkId: string | undefined;
  /** The resource that its path names; undefined if the path cannot be read. The id is empty for a path without one. */
  readonly target: { readonly type: ResourceTypeName; readonly id: string } | undefined;
  readonly data: JsonValue | undefined;
  readonly error: AppError;
}

export interface BulkRequest {
  /** The number of errors after which the remaining operations are skipped; undefined for no limit. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly (BulkOperation | UnreadableOperation)[];
}

/**
 * Parses the body of a bulk request. Throws `invalidBody` or `bulkTooLarge` for a fault in the request as a whole. If an operation cannot
 * be parsed, returns an `UnreadableOperation` with its error in place of that operation.
 */
export function readBulkRequest(body: JsonValue | undefined): BulkRequest {
  const members = isObject(body) ? lowerCaseKeys(body) : undefined;
  const operations = members?.get('operations');
  if (members === undefined || !Array.isArray(operations)) {
    throw new AppError('invalidBody', 'A bulk request must be a JSON object with the list Operations (RFC 7644 §3.7).');
  }
  if (operations.length > BULK_OPERATIONS_MAX) {
    throw new AppError(
      'bulkTooLarge',
      `The bulk request has ${operations.length} operations; maxOperations is ${BULK_OPERATIONS_MAX}. Split it into several requests.`,
      { attribute: 'Operations', value: operations.length },
    );
  }
  const seen = new Set<string>();
  return {
    failOnErrors: readFailOnErrors(members.get('failonerrors')),
    operations: operations.map((operation: JsonValue, index) => readOperation(operation, index, seen)),
  };
}

function readFailOnErrors(value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new AppError('invalidBody', `failOnErrors is ${quote(value)}: it must be a whole number of 1 or more.`, {
    attribute: 'failOnErrors',
    value,
  });
}

function readOperation(value: JsonValue, index: number, seen: Set<string>): BulkOperation | UnreadableOperation {
  const place = `Operations[${index}]`;
  const members = isObject(value) ? lowerCaseKeys(value) : new Map<string, JsonValue>();
  const sentMethod = members.get('method');
  const bulkId = textOf(members.get('bulkid'));
  const target = readPath(members.get('path'));
  const unreadable = (message: string, attribute: string): UnreadableOperation => ({
    method: typeof sentMethod === 'string' ? sentMethod : '',
    bulkId,
    target,
    data: members.get('data'),
    error: new AppError('invalidBody', `${place} ${message}`, { attribute: `${place}.${attribute}` }),
  });
  const method = bulkMethods.find((known) => typeof sentMethod === 'string' && known === sentMethod.toUpperCase());
  if (method === undefined) {
    return unreadable(`has the method ${quote(sentMethod)}: it must be one of ${bulkMethods.join(', ')}.`, 'method');
  }
  if (target === undefined || (target.id === '') !== (method === 'POST')) {
    const wanted = method === 'POST' ? '"/Users" or "/Groups"' : 'that of a resource, such as "/Users/ID"';
    return unreadable(`has the path ${quote(members.get('path'))}: for ${method} it must be ${wanted}.`, 'path');
  }
  if (method === 'POST' && bulkId === undefined) return unreadable('is a POST without a bulkId.', 'bulkId');
  if (method === 'POST' && bulkId !== undefined) {
    if (seen.has(bulkId))
      return unreadable(`has the bulkId ${quote(bulkId)}, which another POST already has.`, 'bulkId');
    seen.add(bulkId);
  }
  const data = members.get('data');
  if (method !== 'DELETE' && !isBody(data)) return unreadable(`has no data, which ${method} needs.`, 'data');
  return {
    method,
    bulkId,
    ...target,
    version: textOf(members.get('version')),
    data: method === 'PATCH' ? patchBody(data) : data,
  };
}

function isBody(data: JsonValue | undefined): boolean {
  return isObject(data) || Array.isArray(data);
}

/**
 * Returns the data of a PATCH as the body of a separate PATCH (RFC 7644 §3.5.2). The data may be the bare list of operations, and needs no
 * schemas, as in the example of §3.7.3.
 */
function patchBody(data: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(data)) return { schemas: [PATCH_OP_SCHEMA], Operations: data };
  if (!isObject(data)) return data;
  const schemas = memberNamed(data, 'schemas') ?? [];
  if (!Array.isArray(schemas) || schemas.length > 0) return data;
  const others = Object.entries(data).filter(([name]) => name.toLowerCase() !== 'schemas');
  return { schemas: [PATCH_OP_SCHEMA], ...Object.fromEntries(others) };
}

/** Parses `/Users/ID` or `/Users`, with or without the leading slash. Returns undefined for any other path. */
function readPath(path: JsonValue | undefined): { type: ResourceTypeName; id: string } | undefined {
  const [, endpoint, id = ''] = /^\/?(Users|Groups)(?:\/([^/?#]+))?\/?$/i.exec(textOf(path) ?? '') ?? [];
  if (endpoint === undefined) return undefined;
  const type = `/${endpoint.toLowerCase()}` === endpointPaths.User.toLowerCase() ? 'User' : 'Group';
  return { type, id: decoded(id) };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function lowerCaseKeys(object: JsonObject): ReadonlyMap<string, JsonValue> {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
}
