import { AppError } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { PATCH_OPERATIONS_MAX } from '#scim/limits.ts';
import type { PatchOperation } from '#scim/patch/operation.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { memberNamed } from '#scim/resource/json-shape.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { expectedVersion, type Preconditions } from './precondition.ts';
import type { ResourceEndpoint, Scope } from './resource-endpoint.ts';

/** A PUT or a PATCH of one resource. */
interface Change extends Preconditions {
  readonly id: string;
  readonly body: JsonValue | undefined;
}

/**
 * Runs a change of a user, all of it or nothing. A request that is refused, and that sets `active` to false, suspends the user
 * nevertheless, in a transaction of its own; then the refusal says so. Only what would refuse the deactivation alone keeps it from
 * taking effect: a missing permission, another owner, If-Match. An identity source repeats a refused request for weeks, and a person
 * who left must not keep access because an e-mail in the same request is wrong (decision 032).
 *
 * Throws what `change` throws.
 *
 * @example
 * // [{ replace, e-mail, taken }, { replace, active, "False" }] answers 409, and the user is suspended.
 */
export async function deactivatingDespiteRefusal<Resource, Result>(
  { deps }: Scope,
  endpoint: ResourceEndpoint<Resource>,
  request: Change,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    if (endpoint.schema.name !== 'User' || !(error instanceof AppError) || error.definition.status >= 500) throw error;
    // A part of a larger transaction is rolled back with it.
    const deactivation = deps.database.isTransaction ? undefined : deactivationOf(endpoint.schema, request.body);
    if (deactivation === undefined || !(await isDone(endpoint, request, deactivation))) throw error;
    throw withDeactivation(error);
  }
}

/** Sends the deactivation alone; false where that is refused too. */
async function isDone<Resource>(
  endpoint: ResourceEndpoint<Resource>,
  request: Change,
  operation: PatchOperation,
): Promise<boolean> {
  try {
    const version = expectedVersion(request);
    await endpoint.patch(request.id, { operations: [operation], ignored: [], expectedVersion: version });
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

function withDeactivation(error: AppError): AppError {
  const note = 'The user is suspended, because the request sets active to false; nothing else of it was applied.';
  const { attribute, value, position, retryAfterSeconds, reason } = error;
  return new AppError(error.code, `${note} ${error.message}`, {
    attribute,
    value,
    position,
    retryAfterSeconds,
    reason: reason && { ...reason, messageFor: (at) => `${note} ${reason.messageFor(at)}` },
    recorded: `${note} ${error.recorded}`,
    cause: error,
  });
}

/**
 * The last value of `active` that a PUT or a PATCH sets, as an operation of its own, if it is false. Each part of the body is read
 * alone, since the rest may be what the request is refused for.
 */
function deactivationOf(schema: ResourceSchema, body: JsonValue | undefined): PatchOperation | undefined {
  const last = rawOperations(body)
    .slice(-PATCH_OPERATIONS_MAX)
    .flatMap((operation) => onlyActive(operation))
    .flatMap((operation) => read(schema, operation))
    .findLast(({ target }) => target.attribute.name === 'active' && target.extension === undefined);
  return last?.op !== 'remove' && last?.value === false ? last : undefined;
}

/** The operations of a PATCH; a PUT, or a PATCH with a part of a resource, is one that sets all that it names. */
function rawOperations(body: JsonValue | undefined): readonly JsonValue[] {
  if (!isObject(body)) return [];
  const operations = memberNamed(body, 'operations');
  return Array.isArray(operations) ? operations : [{ op: 'replace', value: body }];
}

/** The part of an operation that is about `active`. */
function onlyActive(operation: JsonValue): readonly JsonValue[] {
  if (!isObject(operation)) return [];
  const path = memberNamed(operation, 'path');
  if (typeof path === 'string' && path !== '') return /\bactive$/i.test(path) ? [operation] : [];
  const value = memberNamed(operation, 'value');
  const active = isObject(value) ? memberNamed(value, 'active') : undefined;
  return active === undefined ? [] : [{ op: memberNamed(operation, 'op') ?? 'replace', path: 'active', value: active }];
}

function read(schema: ResourceSchema, operation: JsonValue): readonly PatchOperation[] {
  try {
    return readPatchRequest(schema, { Operations: [operation] }, { unknownAttributes: 'ignore' }).operations;
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
